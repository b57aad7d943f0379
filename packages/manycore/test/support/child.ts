/** Programs of a few lines, run as a user would run them: in a process of their own, `manycore` installed beside them. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export interface ProgramOptions {
  /** Name of its file; the extension says what it is. Default `main.mjs`. */
  name?: string;
  /** Further files, by path. */
  files?: Readonly<Record<string, string>>;
  execArgv?: readonly string[];
  args?: readonly string[];
  /** In a process group of its own, as a terminal's job is. */
  detached?: boolean;
  /** Called once it runs. */
  started?: (child: ChildProcess) => void;
  /** Ms after which it is killed: it hangs. Default 30,000. */
  patience?: number;
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It had to be killed. */
  readonly hung: boolean;
}

/** Where the package under test is. The test file that runs is part of a tree that resolves it. */
function packageRoot(): string {
  const from = process.argv[1] ?? resolve("package.json");
  return dirname(createRequire(from).resolve("manycore/package.json"));
}

/** Runs a program to its end. */
export async function run(source: string, options: ProgramOptions = {}): Promise<Outcome> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "manycore-test-")));
  try {
    await mkdir(join(folder, "node_modules"));
    await symlink(packageRoot(), join(folder, "node_modules", "manycore"), "junction");
    const main = join(folder, options.name ?? "main.mjs");
    await writeFile(main, source);
    for (const [path, text] of Object.entries(options.files ?? {})) await writeFile(join(folder, path), text);
    return await runFile(main, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runFile(file: string, options: ProgramOptions): Promise<Outcome> {
  // A runner's own flags and reporting must not reach the program.
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, [...(options.execArgv ?? []), file, ...(options.args ?? [])], {
    cwd: dirname(file),
    env,
    detached: options.detached ?? false,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let hung = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  options.started?.(child);
  const guard = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, options.patience ?? 30_000);
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => {
      clearTimeout(guard);
      done({ code, signal, stdout, stderr, hung });
    });
  });
}
