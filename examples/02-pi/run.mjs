/** π by Monte Carlo, on one worker and on all: the same points, so the same digits, in less time. */

import { ThreadPoolExecutor } from "manycore";

const TASKS = 64;
const SAMPLES_PER_TASK = 4_000_000;

/** How many of `samples` points in the unit square fall into the circle. The same seed gives the same points. */
function hits(seed, samples) {
  let state = seed;
  // mulberry32: 32 random bits in a few integer operations, the same in every engine.
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  let inside = 0;
  for (let i = 0; i < samples; i++) {
    if (random() ** 2 + random() ** 2 < 1) inside++;
  }
  return inside;
}

async function measure(maxWorkers) {
  const pool = new ThreadPoolExecutor(maxWorkers === undefined ? {} : { maxWorkers });
  try {
    await pool.warm();
    const started = performance.now();
    const seeds = Array.from({ length: TASKS }, (_, index) => index * 0x9e3779b9);
    const counts = await pool.map(hits, seeds, Array(TASKS).fill(SAMPLES_PER_TASK));
    const seconds = (performance.now() - started) / 1000;
    const inside = counts.reduce((sum, count) => sum + count, 0);
    const pi = (4 * inside) / (TASKS * SAMPLES_PER_TASK);
    const workers = `${pool.maxWorkers} worker${pool.maxWorkers === 1 ? "" : "s"}`;
    console.log(`${workers.padEnd(12)}π ≈ ${pi.toFixed(6)}${`${seconds.toFixed(2)} s`.padStart(10)}`);
    return { inside, seconds };
  } finally {
    await pool.shutdown();
  }
}

console.log(`π from ${(TASKS * SAMPLES_PER_TASK).toLocaleString("en")} points (exactly ${Math.PI.toFixed(6)})`);
const one = await measure(1);
const all = await measure();
if (one.inside !== all.inside)
  throw new Error(`${one.inside} hits on one worker, ${all.inside} on all: they must agree`);
console.log(`the same points, ${(one.seconds / all.seconds).toFixed(2)} × as fast`);
