/** Programs run to their end, and what is asked of every run: it went well, it took so long. */

import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
export const tasks = fileURLToPath(new URL("task.mjs", import.meta.url));
const program = fileURLToPath(new URL("../../../packages/cli/dist/manycore.mjs", import.meta.url));

/** The words of a command line that runs `manycore map`. */
export const manycoreMap = (...words) => [process.execPath, program, "map", ...words];

/**
 * Runs a program with its standard output in a file.
 * @returns ms from before its start to after its end
 */
export function timed([command, ...words], output = "/dev/null") {
  const out = openSync(output, "w");
  const started = performance.now();
  const { error, status, signal, stderr } = spawnSync(command, words, { cwd: root, stdio: ["ignore", out, "pipe"] });
  const ms = performance.now() - started;
  closeSync(out);
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${words.join(" ")}: ${signal ?? `exit code ${status}`}\n${stderr}`);
  return ms;
}

/** Is there such a program? The first line of what it says of itself, else undefined. */
export function versionOf(command) {
  const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n", 1)[0] : undefined;
}

/** A way that brings its own ms: `run` throws where an answer is wrong. */
export const wayOf = (run) => ({ run, isRight: () => true, ms: (ms) => ms });
