/**
 * A part of a bar: our way beside its rivals, each with what it is held to. `ratio` is always how many times as fast as
 * the rival ours is; a bar that is told as "takes at most 1.15 × its time" is turned round where it is judged.
 */

import { best, median } from "./rounds.mjs";
import { digits, units } from "./units.mjs";

/** Ours is at least so many times as fast. */
export const atLeast = (times) => ({ least: times });
/** Ours takes at most so many times as long. */
export const atMost = (times) => ({ most: times });

/**
 * @param {object} part
 * @param {string} part.title
 * @param {keyof typeof units} part.unit
 * @param {Record<string, import("./rounds.mjs").Times>} part.times
 * @param {string} part.ours whose time the others are compared with
 * @param {Record<string, { least?: number, most?: number } | undefined>} part.rivals
 * @param {boolean} [part.bestRounds] where noise only ever adds: the best round instead of the median
 */
export function part({ title, unit, times, ours, rivals, bestRounds = false }) {
  const choose = bestRounds ? best : median;
  const row = (contender) => rowOf(contender, times[contender], units[unit], choose);
  const first = { ...row(ours), isOurs: true };
  const rows = Object.entries(rivals).map(([contender, bar]) => judged(row(contender), first, bar));
  return { title, unit, chosen: bestRounds ? "best round" : "median", rows: [first, ...rows] };
}

function rowOf(contender, times, unit, choose) {
  if (times === undefined) throw new Error(`nothing was measured for "${contender}"`);
  const { samples, count, ...trouble } = times;
  if (Object.keys(trouble).length > 0) return { contender, ...trouble };
  const ms = choose(samples);
  const figure = unit.of(ms, count);
  return { contender, figure, inWords: unit.inWords(figure), msEach: ms / count, count, samples: samples.map(short) };
}

const short = (ms) => Number(ms.toPrecision(5));

function judged(row, ours, bar) {
  const told = bar === undefined ? row : { ...row, bar: bar.least === undefined ? bar : { least: bar.least } };
  if (row.msEach === undefined) return told; // nothing to be held to
  if (ours.msEach === undefined) return bar === undefined ? told : { ...told, holds: false };
  const ratio = row.msEach / ours.msEach;
  if (bar === undefined) return { ...told, ratio };
  return { ...told, ratio, holds: bar.least === undefined ? 1 / ratio <= bar.most : ratio >= bar.least };
}

/**
 * A part of figures that are held to a bound of their own.
 * @param {object} part
 * @param {string} part.title
 * @param {string} part.unit in words
 * @param {{ contender: string, figure?: number, bound?: number, isOurs?: boolean, samples?: number[] }[]} part.figures
 *   without a figure: `absent`, `wrong` or `failed` says why; `isBelow`: the bound itself is too much
 */
export function bounded({ title, unit, figures }) {
  const rows = figures.map(({ bound, isBelow = false, ...row }) => {
    const told = row.figure === undefined ? row : { ...row, inWords: `${digits(row.figure)} ${unit}`.trim() };
    if (bound === undefined) return told;
    const isWithin = row.figure !== undefined && (isBelow ? row.figure < bound : row.figure <= bound);
    return { ...told, bar: isBelow ? { below: bound } : { bound }, holds: isWithin };
  });
  return { title, unit, chosen: "figure", rows };
}

/** Every row that is held to something, or should have been right and was not. */
export const verdicts = (bar) =>
  bar.parts.flatMap(({ title, rows }) =>
    rows.flatMap((row) => {
      if (row.holds !== undefined) return [{ part: title, row, holds: row.holds }];
      return row.isOurs && row.figure === undefined ? [{ part: title, row, holds: false }] : [];
    }),
  );
