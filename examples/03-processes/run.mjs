/** Processes have memory of their own: a global counter that they count up stays what it was here. And how to count all the same. */

import { ProcessPoolExecutor, range, sleepSync } from "manycore";

globalThis.counter = 0;

/** Counts in the process that it runs in. */
function count(i) {
  globalThis.counter = (globalThis.counter ?? 0) + 1;
  return { pid: process.pid, i, counter: globalThis.counter };
}

/** A job's part of the work, and which process did it. */
function job(i) {
  sleepSync(1);
  return { pid: process.pid, one: 1, i };
}

const ROUNDS = 10;
const JOBS = 100;
const here = process.pid;

console.log(`counted here, in process ${here}: the counter is ${count(0).counter}`);

console.log(`\n${ROUNDS} processes, one after the other:`);
const oneEach = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerChild: 1 });
const seen = new Set([here]);
try {
  for (let i = 0; i < ROUNDS; i++) {
    const { pid, counter } = await oneEach.submit(count, i);
    seen.add(pid);
    console.log(`  process ${pid} has counted ${i}: its counter is ${counter}`);
  }
} finally {
  await oneEach.shutdown();
}
console.log(
  `the counter here is still ${globalThis.counter}: nobody shares it, and ${seen.size} pids are all different`,
);
if (seen.size !== ROUNDS + 1) throw new Error(`${ROUNDS + 1} processes have ${seen.size} pids`);

console.log(`\n${JOBS} jobs, each returns its part, and the parts are added up here:`);
const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
/** @type {Map<number, number>} */
const parts = new Map();
try {
  await pool.warm();
  for await (const { pid, one } of pool.map(job, range(JOBS))) parts.set(pid, (parts.get(pid) ?? 0) + one);
} finally {
  await pool.shutdown();
}
const all = [...parts.values()].reduce((sum, part) => sum + part, 0);
console.log(`  ${[...parts].map(([pid, part]) => `${part} in process ${pid}`).join(" + ")} = ${all}`);
if (all !== JOBS || parts.has(here)) throw new Error(`${all} jobs were counted, not ${JOBS}`);
