/** Many calls in one turn, all awaited: P1 with numbers, P2 with objects, P9 on processes. */

import { manycore } from "./contenders/manycore.mjs";
import { burst, openWays, peers, processes } from "./contenders/peers.mjs";
import { pythonWays } from "./contenders/python.mjs";
import { interleaved } from "./rounds.mjs";

const byHandName = "by hand";

/**
 * @param {object} calls
 * @param {string} calls.task
 * @param {unknown[]} calls.items
 * @param {"numbers" | "objects"} calls.kind what Python makes its own items of
 * @param {(answers: unknown[]) => boolean} calls.isRight
 * @param {(task: string, workers: number) => { run(argument: unknown): Promise<unknown>, close(): unknown }} [calls.openByHand]
 * @param {object[]} [calls.contenders] ours among them; by default our threads and every peer
 * @returns {Promise<Record<string, import("./rounds.mjs").Times>>}
 */
export async function manyCalls(calls, { workers, rounds, seconds }) {
  const { task, items, kind, isRight, openByHand, contenders = [manycore, ...peers, ...processes] } = calls;
  const count = items.length;
  const hands = openByHand?.(task, workers);
  const opened = await openWays(contenders, task, workers, (pool, { atATime }) => ({
    count,
    run: () => burst(pool, items, atATime),
    isRight,
  }));
  const asked = pythonWays(workers, {
    question: () => ({ verb: "burst", task, items: kind, count }),
    isRight,
    count,
  });
  const byHand = hands && { [byHandName]: { count, run: () => burst(hands, items), isRight } };
  const times = await interleaved({ ...opened.ways, ...byHand, ...asked.ways }, { rounds, seconds, warmMs: 300 });
  await Promise.all([opened.close(), asked.close(), hands?.close()]);
  return times;
}

/** The same bar for every npm peer, however it is set. */
export const everyPeer = (bar) => Object.fromEntries([...peers, ...processes].map(({ name }) => [name, bar]));
