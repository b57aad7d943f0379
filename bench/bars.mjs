/** The bars, one file each in `bars/`: found by their file, measured each in a process of its own. */

import { fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("bars/", import.meta.url);

/** P1 → p01-submit.mjs */
const files = new Map(
  readdirSync(folder)
    .sort()
    .map((file) => [`P${Number(/^p(\d+)-.+\.mjs$/.exec(file)[1])}`, file]),
);

export const names = [...files.keys()];

/** @param {string} name such as `P1` */
export async function load(name) {
  const file = files.get(name);
  if (file === undefined) throw new RangeError(`There is no bar ${name}. There are: ${names.join(", ")}.`);
  const { bar } = await import(new URL(file, folder));
  return bar;
}

const program = fileURLToPath(new URL("measure.mjs", import.meta.url));
/** A bar that takes so many times its budget hangs. */
const PATIENCE = 6;

/**
 * Measures a bar in a process of its own: no heap, compiled code or inspector of another bar is there.
 * @returns {Promise<{ name: string, title: string, seconds: number, parts: object[] }>}
 */
export async function measure(name, { workers, rounds }) {
  const bar = await load(name);
  const settings = { workers, rounds: rounds ?? bar.rounds, seconds: bar.seconds, size: bar.size };
  const started = performance.now();
  const child = fork(program, [name, JSON.stringify(settings)], { execArgv: [] });
  const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE * bar.seconds * 1000);
  let parts;
  child.on("message", (message) => {
    parts = message;
  });
  const [code, signal] = await new Promise((resolve) => child.once("exit", (...how) => resolve(how)));
  clearTimeout(late);
  const seconds = Math.round((performance.now() - started) / 1000);
  const { title } = bar;
  if (parts !== undefined) return { name, title, seconds, rounds: settings.rounds, parts };
  const failed = `ended without figures (${signal ?? `exit code ${code}`})`;
  const rows = [{ contender: "manycore", isOurs: true, failed }];
  return { name, title, seconds, rounds: settings.rounds, parts: [{ title, unit: "", chosen: "", rows }] };
}
