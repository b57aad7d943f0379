/** The npm peers, and opening several contenders at once. */

import { setTimeout as sleep } from "node:timers/promises";
import { NOT_INSTALLED } from "./installed.mjs";
import { piscina, piscina64, piscinaAtBest } from "./piscina.mjs";
import { poolifier, poolifierAtBest } from "./poolifier.mjs";
import { tinypool, tinypoolAtBest, tinypoolProcesses } from "./tinypool.mjs";
import { workerpool, workerpoolProcesses } from "./workerpool.mjs";

// Every worker of every pool hangs its output on these two.
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(1000);

/** As they come, and at the best settings found for many small calls. */
export const peers = [
  piscina,
  piscinaAtBest,
  piscina64,
  tinypool,
  tinypoolAtBest,
  workerpool,
  poolifier,
  poolifierAtBest,
];
export const asTheyCome = [piscina, tinypool, workerpool, poolifier];
export const processes = [tinypoolProcesses, workerpoolProcesses];

/**
 * Opens pools of `task` and makes a way of each.
 * @param {(pool: { run(argument: unknown): Promise<unknown> }, contender: { atATime?: number }) => import("../rounds.mjs").Way} wayOf
 */
export async function openWays(contenders, task, workers, wayOf) {
  const ways = {};
  const opened = [];
  for (const contender of contenders) {
    if (contender.version === undefined) {
      ways[contender.name] = { absent: NOT_INSTALLED };
      continue;
    }
    const pool = await contender.open(task, workers);
    opened.push(pool);
    ways[contender.name] = wayOf(pool, contender);
  }
  return { ways, close: () => Promise.all(opened.map(closed)) };
}

/** A close that never settles (poolifier's `destroy`, now and then) must not end the bench with it. */
const CLOSE_MS = 3000;

async function closed(pool) {
  const patience = new AbortController();
  const late = sleep(CLOSE_MS, undefined, { signal: patience.signal }).catch(() => {});
  await Promise.race([pool.close(), late]);
  patience.abort();
}

/** All of them called in a loop, then awaited; or so many at a time where the contender is at its best so. */
export function burst({ run }, items, atATime = items.length) {
  if (atATime < items.length) return fewAtATime(run, items, atATime);
  const calls = new Array(items.length);
  for (let i = 0; i < items.length; i++) calls[i] = run(items[i]);
  return Promise.all(calls);
}

async function fewAtATime(run, items, atATime) {
  const answers = new Array(items.length);
  let next = 0;
  const caller = async () => {
    while (next < items.length) {
      const index = next++;
      answers[index] = await run(items[index]);
    }
  };
  await Promise.all(Array.from({ length: atATime }, caller));
  return answers;
}
