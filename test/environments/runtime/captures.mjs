/** A program for runtimes that withhold something: what ships, and what is said of what does not. */

import { capture, ProcessPoolExecutor, ThreadPoolExecutor, task } from "manycore";

const k = 3;
const url = new URL("../vitest/halves.mjs", import.meta.url);

const ways = {
  plain: (pool) => pool.submit((x) => Math.sqrt(x) + 1, 16),
  builtin: (pool) => pool.submit(Math.max, 1, 5),
  map: (pool) => pool.map((x) => x * 2, [1, 2, 3]),
  task: (pool) => pool.submit(task(url, "half"), 8),
  capture: (pool) =>
    pool.submit(
      capture({ k }, ({ k }, x) => x * k),
      4,
    ),
  closure: (pool) => pool.submit((x) => x * k, 4),
  bound: (pool) => pool.submit(((x) => x).bind(null, 1)),
};

const outcome = {};
const pool = new (process.env.PROCESSES ? ProcessPoolExecutor : ThreadPoolExecutor)({ maxWorkers: 1 });
for (const [name, way] of Object.entries(ways)) {
  try {
    outcome[name] = await way(pool);
  } catch (error) {
    outcome[name] = `${error.name}: ${error.message}`;
  }
}
await pool.shutdown();
console.log(JSON.stringify(outcome));
