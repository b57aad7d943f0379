/** Programs run to their end, and what is asked of every run: it went well, it took so long. */

import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const tasks = fileURLToPath(new URL("task.mjs", import.meta.url));
const program = fileURLToPath(new URL("../../packages/cli/dist/manycore.mjs", import.meta.url));

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

export const median = (xs) => xs.toSorted((a, b) => a - b)[xs.length >> 1];

/** Runs every way once a round, and one round more that does not count. Medians in ms, by name. */
export function interleaved(ways, rounds) {
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const ms = way();
      if (round >= 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]));
}

export const inMs = (ms) => (ms < 9999.5 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`).padStart(9);
