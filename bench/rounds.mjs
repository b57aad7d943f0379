/**
 * Interleaved rounds: every way runs once a round, so that what disturbs the machine disturbs all of them. The answer of
 * every run is checked, outside the clock; a way that was wrong once, or that failed, has no time.
 */

import { inspect } from "node:util";

export const median = (xs) => xs.toSorted((a, b) => a - b)[xs.length >> 1];
export const best = (xs) => Math.min(...xs);

/** Fewer would be no median. */
const LEAST_ROUNDS = 3;
const MOST_RUNS_A_ROUND = 5;

/**
 * @typedef {object} Way
 * @property {(run: number) => unknown} [run] what is measured
 * @property {(answer: any, run: number) => boolean} [isRight]
 * @property {(answer: any) => number} [ms] where the answer brings its own time; else the clock is around `run`
 * @property {number} [count] pieces of work in a run (default 1)
 * @property {string} [absent] why it cannot run here
 *
 * @typedef {{ samples: number[], count: number, absent?: string, wrong?: string, failed?: string }} Times ms of whole runs
 *
 * @param {Record<string, Way>} ways
 * @param {object} options
 * @param {number} options.rounds
 * @param {number} [options.seconds] no round starts later than this, once there have been three
 * @param {number} [options.warmMs] a way is run for so long before the first round, and at least once; 0: not at all
 * @param {number} [options.roundMs] a quick way runs again within a round until so much has passed
 * @returns {Promise<Record<string, Times>>}
 */
export async function interleaved(ways, { rounds, seconds = Infinity, warmMs = 200, roundMs = 50 }) {
  const lanes = Object.entries(ways).map(([name, way]) => [name, laneOf(way)]);
  const started = performance.now();
  if (warmMs > 0) for (const [, lane] of lanes) await turn(lane, warmMs, Infinity);
  for (const [, { times }] of lanes) times.samples.length = 0;
  for (let round = 0; round < rounds; round++) {
    if (round >= LEAST_ROUNDS && performance.now() - started > seconds * 1000) break;
    for (const [, lane] of lanes) await turn(lane, roundMs, MOST_RUNS_A_ROUND);
  }
  return Object.fromEntries(lanes.map(([name, { times }]) => [name, times]));
}

function laneOf(way) {
  const { absent, count = 1 } = way;
  return { way, runs: 0, times: { samples: [], count, ...(absent === undefined ? {} : { absent }) } };
}

/** Runs a way until `ms` have passed or `most` runs were made, once at least. */
async function turn(lane, ms, most) {
  const { way, times } = lane;
  const started = performance.now();
  for (let runs = 0; runs < most; runs++) {
    if (times.absent !== undefined || times.wrong !== undefined || times.failed !== undefined) return;
    if (runs > 0 && performance.now() - started >= ms) return;
    try {
      await once(way, lane.runs++, times);
    } catch (error) {
      fail(times, { failed: brief(error instanceof Error ? error.message : error) });
    }
  }
}

async function once({ run, isRight, ms }, index, times) {
  const started = performance.now();
  const answer = await run(index);
  const passed = performance.now() - started;
  if (isRight(answer, index)) times.samples.push(ms === undefined ? passed : ms(answer));
  else fail(times, { wrong: brief(answer) });
  await new Promise(setImmediate); // what the run has left over is not the next one's
}

function fail(times, trouble) {
  times.samples.length = 0;
  Object.assign(times, trouble);
}

/** A value in a few words. */
export function brief(value) {
  const text = typeof value === "string" ? value : inspect(value, { maxArrayLength: 5, breakLength: Infinity });
  const line = text.split("\n", 1)[0];
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
