/** Programs of their own, for what only a fresh process shows; each prints one line of JSON. */

import { spawn, spawnSync } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** The words of a command line that runs one of these programs. */
export const nodeProgram = (name, ...words) => [
  process.execPath,
  fileURLToPath(new URL(name, import.meta.url)),
  ...words,
];

/** Without its folder, which is nobody else's. */
const nameOf = (words) => words.map((word) => basename(word)).join(" ");

const parsed = (text, words) => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${nameOf(words)} printed no JSON`);
  }
};

/** Runs to its end, alone. */
export function answerOf([command, ...words]) {
  const { error, status, signal, stdout, stderr } = spawnSync(command, words, { encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${nameOf(words)}: ${signal ?? `exit code ${status}`}\n${stderr}`);
  return parsed(stdout, words);
}

/**
 * Starts, waits for its line, and leaves it running.
 * @returns {Promise<{ pid: number, answer: any, end(): void }>}
 */
export async function started([command, ...words]) {
  const child = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes("\n")) break;
  }
  return { pid: child.pid, answer: parsed(said, words), end: () => child.kill("SIGKILL") };
}
