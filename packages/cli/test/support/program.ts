/** The built program, run as a user runs it. Paths start at the root folder, where tests are run. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const PROGRAM = resolve("packages/cli/dist/manycore.mjs");
export const TASKS = resolve("packages/cli/test/fixtures/tasks.mjs");
/** Ms after which a program hangs: it is killed, and its test fails. */
const PATIENCE_MS = 60_000;

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options that every run of `map` is given; a file of tests may be run once more with others. */
const more: string[] = [];

export function alwaysWith(...flags: readonly string[]): void {
  more.push(...flags);
}

/** Starts it; `ended` has what it said, all of it. */
export function start(args: readonly string[], cwd?: string, variables: NodeJS.ProcessEnv = {}) {
  // A runner's own flags and reporting must not reach the program.
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...inherited } = process.env;
  const env = { ...inherited, ...variables };
  const child = spawn(process.execPath, [PROGRAM, ...args, ...(args[0] === "map" ? more : [])], {
    env,
    ...(cwd !== undefined && { cwd }),
  });
  // It may be gone, or have stopped reading, before all is written.
  child.stdin.on("error", () => {});
  return { child, ended: outcomeOf(child) };
}

async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  let hung = false;
  const guard = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, PATIENCE_MS);
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  clearTimeout(guard);
  if (hung) throw new Error(`manycore hung.\nstdout: ${stdout}\nstderr: ${stderr}`);
  return { code, signal, stdout, stderr };
}

/** Runs it to its end over this standard input. */
export async function manycore(args: readonly string[], stdin = "", cwd?: string): Promise<Outcome> {
  const { child, ended } = start(args, cwd);
  child.stdin.end(stdin);
  return ended;
}

/** The results, parsed. */
export function results({ stdout }: Outcome): unknown[] {
  return linesOf(stdout).map((line) => JSON.parse(line) as unknown);
}

/** Every line of a text that ends with one. */
export function linesOf(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Runs `use` in a new folder with these files, by path. */
export async function inFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "manycore-cli-")));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
