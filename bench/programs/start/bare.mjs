/** A bare Worker's answer to its first message, ms. */

import { Worker } from "node:worker_threads";

const started = performance.now();
const source = `const { parentPort } = require("node:worker_threads");
parentPort.on("message", (x) => parentPort.postMessage(x * 3 + 3));`;
const worker = new Worker(source, { eval: true });
worker.postMessage(2);
worker.once("message", async (answer) => {
  console.log(JSON.stringify({ ms: performance.now() - started, answer }));
  await worker.terminate();
});
