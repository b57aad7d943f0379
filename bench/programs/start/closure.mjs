/** A fresh pool's first result in a program that has just started, ms: a closure, so that the inspector starts too. */

import { ThreadPoolExecutor } from "manycore";

const factor = 3;
const list = [1, 2, 3];
const started = performance.now();
const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
const answer = await pool.submit((x) => x * factor + list.length, 2);
console.log(JSON.stringify({ ms: performance.now() - started, answer }));
await pool.shutdown();
