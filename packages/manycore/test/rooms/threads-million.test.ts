/** A million calls that wait: what each weighs, and that none makes the next one dearer; what is quadratic would not end here. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../support/child.ts";

/** Held by one worker that stands at a gate; then every third is cancelled, from the last to the first, and the others run. */
const program = `
import { ThreadPoolExecutor } from "manycore";

const COUNT = 1_000_000;
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
const gate = new Int32Array(new SharedArrayBuffer(4));
const stand = (door) => void Atomics.wait(door, 0, 0);
const first = pool.submit(stand, gate);
while (!first.running()) await new Promise((resolve) => setTimeout(resolve, 1));

const heapUsed = () => {
  gc();
  return process.memoryUsage().heapUsed;
};
const echo = (x) => x;
const before = heapUsed();
const futures = new Array(COUNT);
for (let index = 0; index < COUNT; index++) futures[index] = pool.submit(echo, index);
const bytes = (heapUsed() - before) / COUNT - 8;

for (let index = COUNT - 1; index >= 0; index--)
  if (index % 3 === 0 && !futures[index].cancel()) throw new Error("not cancelled: " + index);
Atomics.store(gate, 0, 1);
Atomics.notify(gate, 0);
let right = 0;
for (const [index, future] of futures.entries())
  if (index % 3 === 0 ? future.cancelled() : (await future) === index) right++;
await pool.shutdown();
console.log(JSON.stringify({ bytes, right }));
`;

test("a million pending calls take linear time and less than 400 bytes each", async () => {
  const { stdout, stderr, code } = await run(program, { execArgv: ["--expose-gc"], patience: 120_000 });
  assert.equal(code, 0, stderr);
  const { bytes, right } = JSON.parse(stdout) as { bytes: number; right: number };
  assert.equal(right, 1_000_000);
  assert.ok(bytes < 400, `${bytes} bytes a call`);
});
