/** Arguments and results larger than a worker's reply ring (1 MiB), all at once in both directions: none waits for ever. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { currentTask, type Future, ThreadPoolExecutor } from "manycore";

const MIB = 2 ** 20;

/** Bytes whose every place tells the seed and itself. */
export function pattern(bytes: number, seed: number): Uint8Array {
  const filled = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at++) filled[at] = at * 31 + seed * 17 + (at >> 8);
  return filled;
}

export const isPattern = (bytes: Uint8Array, seed: number): boolean =>
  Buffer.from(pattern(bytes.length, seed)).equals(bytes);

/** Task: takes bytes, gives others. */
export function exchange(given: Uint8Array, seed: number, bytes: number): Uint8Array {
  if (!isPattern(given, seed)) throw new Error(`the argument of ${seed} has other contents`);
  return pattern(bytes, seed + 1);
}

/** Task: reports large things on its way to a large result, as text that takes two bytes a character. */
export function tell(seed: number, reports: number, bytes: number): string {
  for (let index = 0; index < reports; index++) currentTask().reportProgress(pattern(bytes, index));
  return `${seed} ☃`.repeat(bytes);
}

describe("payloads beyond the ring", () => {
  // Around a record's limit of 128 KiB, around the ring, and far beyond.
  for (const [argument, result] of [
    [100, 4 * MIB],
    [4 * MIB, 100],
    [3 * MIB, 3 * MIB],
    [130_000, 131_040],
    [131_072, 131_100],
    [MIB - 1, MIB + 1],
  ] as const) {
    it(`${argument} bytes there, ${result} back, by many calls that the host submits without a pause`, async () => {
      const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
      const futures: Future<Uint8Array>[] = [];
      for (let seed = 0; seed < 24; seed++) futures.push(pool.submit(exchange, pattern(argument, seed), seed, result));
      for (const [seed, future] of futures.entries()) {
        const back = await future;
        assert.equal(back.length, result);
        assert.ok(isPattern(back, seed + 1), `the result of ${seed} has other contents`);
      }
      await pool.shutdown();
    });
  }

  it("small and large ones in turn stay in order with the progress before them", async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    for (const bytes of [10, 100_000, 300_000]) {
      const told: number[] = [];
      const onProgress = ({ index, value }: { index: number | undefined; value: unknown }) => {
        if (index !== undefined) told.push((value as Uint8Array).length);
      };
      const text = await pool.with({ onProgress }).submit(tell, 7, 30, bytes);
      assert.equal(text, "7 ☃".repeat(bytes));
      assert.deepEqual(told, Array(30).fill(bytes));
    }
    await pool.shutdown();
  });

  it("flow by themselves while the host is busy with none of them", async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const futures = Array.from({ length: 200 }, (_, seed) => pool.submit(exchange, pattern(50, seed), seed, 120_000));
    // The ring is full after eight of these: the workers wait for the host, which blocks while it submits more.
    await pool.warm();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    const more = Array.from({ length: 20 }, (_, seed) => pool.submit(exchange, pattern(MIB, seed), seed, 120_000));
    const results = await Promise.all([...futures, ...more]);
    for (const [index, each] of results.entries()) assert.ok(isPattern(each, (index < 200 ? index : index - 200) + 1));
    await pool.shutdown();
  });
});
