/** A fresh pool's first result in a program that has just started, ms: a function that captures nothing. */

import { ThreadPoolExecutor } from "manycore";

const started = performance.now();
const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
const answer = await pool.submit((x) => x * 3 + 3, 2);
console.log(JSON.stringify({ ms: performance.now() - started, answer }));
await pool.shutdown();
