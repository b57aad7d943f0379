/**
 * `burst.mjs NAME TASK WORKERS KIND COUNT`, forked: one contender by itself, whose heap and compiled code are no other's.
 * Each message is answered by the ms of so many calls in one turn, all awaited, and whether they were right.
 */

import { isDeepStrictEqual } from "node:util";
import { byHand } from "../contenders/by-hand.mjs";
import { manycore, manycoreProcesses } from "../contenders/manycore.mjs";
import { burst, peers, processes } from "../contenders/peers.mjs";
import { itemsOf, tasks } from "../work.mjs";

const [name, task, workers, kind, count] = process.argv.slice(2);
const contenders = [manycore, manycoreProcesses, ...peers, ...processes, byHand(kind)];
const contender = contenders.find((each) => each.name === name);
const items = itemsOf(kind, Number(count));
const expected = items.map(tasks[task]);
const pool = await contender.open(task, Number(workers));

process.on("message", async () => {
  const started = performance.now();
  let answers;
  let failed;
  try {
    answers = await burst(pool, items, contender.atATime);
  } catch (error) {
    failed = String(error);
  }
  const ms = performance.now() - started;
  process.send({ ms, failed, answer: isDeepStrictEqual(answers, expected) ? "right" : String(answers?.slice(0, 3)) });
});
process.send("ready");
