/** `map` of a million tiny items, no chunkSize given: items per second, medians. `node bench/map.mjs [rounds]`. */

import { ThreadPoolExecutor } from "manycore";

const ROUNDS = Number(process.argv[2] ?? 10);
const COUNT = 1_000_000;
const square = (x) => x * x;

const inputs = {
  Array: Array.from({ length: COUNT }, (_, i) => i),
  Float64Array: Float64Array.from({ length: COUNT }, (_, i) => i),
};
const median = (xs) => xs.toSorted((a, b) => a - b)[xs.length >> 1];

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
await pool.warm();
for (const [name, input] of Object.entries(inputs)) {
  const times = [];
  for (let round = -1; round < ROUNDS; round++) {
    const started = performance.now();
    const squares = await pool.map(square, input);
    if (round >= 0) times.push(performance.now() - started);
    if (squares.length !== COUNT || squares[777_777] !== 777_777 ** 2) throw new Error("wrong answer");
  }
  console.log(`map over ${name.padEnd(12)} ${(COUNT / median(times) / 1000).toFixed(2)} M items/s`);
}
const burst = [];
for (let round = -1; round < ROUNDS; round++) {
  const started = performance.now();
  const squares = await Promise.all(Array.from({ length: 10_000 }, (_, i) => pool.submit(square, i)));
  if (round >= 0) burst.push(performance.now() - started);
  if (squares[77] !== 77 ** 2) throw new Error("wrong answer");
}
console.log(`10,000 awaited submits  ${(10_000 / median(burst)).toFixed(0)} k/s`);
const latency = [];
for (let i = 0; i < 2000; i++) {
  const started = performance.now();
  await pool.submit(square, i);
  latency.push(performance.now() - started);
}
console.log(`one call at a time      ${(median(latency) * 1000).toFixed(0)} µs p50`);
await pool.shutdown();
