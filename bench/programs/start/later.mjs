/** A second pool's first result in a program that is under way, and a bare Worker's answer to its first message, ms. */

import { Worker } from "node:worker_threads";
import { ThreadPoolExecutor } from "manycore";

const factor = 3;
const task = (x) => x * factor + 3;
const source = `const { parentPort } = require("node:worker_threads");
parentPort.on("message", (x) => parentPort.postMessage(x * 3 + 3));`;

async function pooled() {
  const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  const started = performance.now();
  const answer = await pool.submit(task, 2);
  const ms = performance.now() - started;
  await pool.shutdown();
  return { ms, answer };
}

async function bare() {
  const started = performance.now();
  const worker = new Worker(source, { eval: true });
  worker.postMessage(2);
  const answer = await new Promise((resolve) => worker.once("message", resolve));
  const ms = performance.now() - started;
  await worker.terminate();
  return { ms, answer };
}

await pooled();
const [ours, theirs] = [await pooled(), await bare()];
if (theirs.answer !== 9) throw new Error("wrong answer");
console.log(JSON.stringify({ ...ours, bare: theirs.ms }));
