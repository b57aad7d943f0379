/** What a run found, kept as `results/latest.json`. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { names } from "./bars.mjs";

export const file = fileURLToPath(new URL("results/latest.json", import.meta.url));

/** @returns {object | undefined} undefined where nothing was measured yet */
export function read(from = file) {
  try {
    return JSON.parse(readFileSync(from, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

export function write(results, to = file) {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, `${JSON.stringify(results, undefined, 2)}\n`);
}

/**
 * What was measured anew takes the place of what was there, where both are of one day, machine, commit and of the same
 * peers: figures of different runs are never mixed under one caption.
 * @returns {object | undefined} undefined where they are not
 */
export function joined(old, fresh) {
  const isWhole = names.every((name) => fresh.bars.some((bar) => bar.name === name));
  if (old === undefined || isWhole) return fresh;
  if (old.date !== fresh.date || !isDeepStrictEqual(old.about, fresh.about)) return undefined;
  const all = new Map([...old.bars, ...fresh.bars].map((bar) => [bar.name, bar]));
  return { ...fresh, bars: names.filter((name) => all.has(name)).map((name) => all.get(name)) };
}
