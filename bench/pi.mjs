/**
 * Monte Carlo π: the same work split by hand over bare workers, through `map` and through `submit`, interleaved in one
 * run. Prints medians and the ratio by hand / ours (1 is the practical limit). `node bench/pi.mjs [rounds]`.
 */

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { ThreadPoolExecutor } from "manycore";

const ROUNDS = Number(process.argv[2] ?? 10);
const WORKERS = 2;
const TASKS = 16;
const SAMPLES = 5_000_000;

/** Points of a xorshift generator that fall inside the circle. Exact: the same seed gives the same count. */
function inside(seed, samples) {
  let state = seed | 1;
  let count = 0;
  for (let i = 0; i < samples; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const x = state / 2 ** 31;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const y = state / 2 ** 31;
    if (x * x + y * y < 1) count++;
  }
  return count;
}

const seeds = Array.from({ length: TASKS }, (_, i) => (i + 1) * 2654435761);
const task = (seed) => inside(seed, SAMPLES);
const sum = (counts) => counts.reduce((a, b) => a + b, 0);

const source = `${inside}
const { parentPort } = require("node:worker_threads");
parentPort.on("message", (seed) => parentPort.postMessage(inside(seed, ${SAMPLES})));`;
const hands = Array.from({ length: WORKERS }, () => new Worker(source, { eval: true }));

/** The best a person would write: a queue, and a worker asks for the next when it has answered. */
function byHand() {
  return new Promise((resolve) => {
    const counts = [];
    let next = 0;
    for (const hand of hands) {
      hand.removeAllListeners("message");
      hand.on("message", (count) => {
        counts.push(count);
        if (next < seeds.length) hand.postMessage(seeds[next++]);
        if (counts.length === seeds.length) resolve(counts);
      });
      hand.postMessage(seeds[next++]);
    }
  });
}

const pool = new ThreadPoolExecutor({ maxWorkers: WORKERS });
const ways = {
  "by hand": byHand,
  map: () => pool.map(task, seeds),
  submit: () => Promise.all(seeds.map((seed) => pool.submit(task, seed))),
};

const median = (xs) => xs.toSorted((a, b) => a - b)[xs.length >> 1];
const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
const expected = sum(await byHand());
await pool.warm();
for (const way of Object.values(ways)) await way(); // warm code on both sides
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const started = performance.now();
    const counts = await way();
    times[name].push(performance.now() - started);
    if (sum(counts) !== expected) throw new Error(`${name} gave a wrong answer`);
  }
}
console.log(
  `π ≈ ${(4 * expected) / (TASKS * SAMPLES)}; ${TASKS} × ${SAMPLES} samples, ${WORKERS} workers of ${availableParallelism()} cores, Node ${process.version}`,
);
for (const [name, ms] of Object.entries(times))
  console.log(
    `${name.padEnd(8)} ${median(ms).toFixed(0).padStart(6)} ms   ratio ${(median(times["by hand"]) / median(ms)).toFixed(3)}`,
  );

await pool.shutdown();
for (const hand of hands) await hand.terminate();
