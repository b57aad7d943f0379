/** What only a room with ports has: memory that changes owner, and messages that do not leave. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { type Executor, SerializationError, ThreadPoolExecutor } from "manycore";

const byteLength = (buffer: ArrayBuffer) => buffer.byteLength;

async function withPool(body: (pool: Executor) => Promise<void>): Promise<void> {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  try {
    await body(pool);
  } finally {
    await pool.shutdown();
  }
}

test("a transferred buffer is the call's from the submit on, and arrives", () =>
  withPool(async (pool) => {
    const buffer = new ArrayBuffer(64);
    const view = pool.with({ transfer: [buffer] });
    const call = view.submit(byteLength, buffer);
    assert.equal(buffer.byteLength, 0);
    assert.throws(() => view.submit(byteLength, buffer), SerializationError);
    assert.equal(await call, 64);
  }));

test("a call whose message cannot leave fails alone", () =>
  withPool(async (pool) => {
    const { port1, port2 } = new MessageChannel();
    const take = (port: MessagePort) => port.close();
    const view = pool.with({ transfer: [port1] });
    const first = view.submit(take, port1);
    const neighbours = [1, 2].map((x) => pool.submit((y: number) => y * 2, x));
    const second = view.submit(take, port1);
    await first;
    await assert.rejects(second.result(), SerializationError);
    assert.deepEqual(await Promise.all(neighbours), [2, 4]);
    assert.equal(await pool.submit((x: number) => x, 3), 3);
    port2.close();
  }));

/** More than a MiB: copied once, into memory that changes sides. */
const LARGE = 200_000;
const sum = (numbers: Float64Array) => numbers.reduce((total, each) => total + each, 0);

test("a large array is the task's own, and stays the caller's", () =>
  withPool(async (pool) => {
    const numbers = new Float64Array(LARGE + 10).fill(1);
    const window = numbers.subarray(5, LARGE + 5);
    const describe = (view: Float64Array) => {
      view[0] = 7;
      return {
        offset: view.byteOffset,
        bytes: view.buffer.byteLength,
        shared: view.buffer instanceof SharedArrayBuffer,
      };
    };
    const described = pool.submit(describe, window);
    const summed = pool.submit(sum, window);
    numbers.fill(2);
    assert.deepEqual(await described, { offset: 0, bytes: 8 * LARGE, shared: false });
    assert.equal(await summed, LARGE);
    assert.equal(numbers.buffer.byteLength, 8 * (LARGE + 10));
    assert.equal(numbers[5], 2);
  }));

test("a large result, with one buffer in two views, comes as it was", () =>
  withPool(async (pool) => {
    const make = (length: number) => {
      const whole = new Float64Array(length).fill(3);
      return { whole, head: whole.subarray(0, 4), text: "beside it" };
    };
    const { whole, head, text } = await pool.submit(make, LARGE);
    assert.equal(whole.length, LARGE);
    assert.equal(sum(whole), 3 * LARGE);
    assert.equal(head.buffer, whole.buffer);
    assert.equal(text, "beside it");
  }));

test("a map over large arrays, a worker lost in the middle of it, and every other item is there", () =>
  withPool(async (pool) => {
    const items = Array.from({ length: 6 }, (_, index) => new Float64Array(LARGE).fill(index));
    const dieAtThree = (numbers: Float64Array) => {
      if (numbers[0] === 3) process.exit(1);
      return numbers.reduce((total, each) => total + each, 0);
    };
    const outcomes = await pool.map(dieAtThree, items).settled();
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : (outcome.reason as Error).name)),
      [0, LARGE, 2 * LARGE, "WorkerLostError", 4 * LARGE, 5 * LARGE],
    );
  }));

test("a large argument is sent again where retries were asked for", () =>
  withPool(async (pool) => {
    const marks = new Int32Array(new SharedArrayBuffer(4));
    const dieOnce = (seen: Int32Array, numbers: Float64Array) => {
      if (Atomics.add(seen, 0, 1) === 0) process.exit(1);
      return numbers.length;
    };
    const numbers = new Float64Array(LARGE);
    assert.equal(await pool.with({ retries: 1 }).submit(dieOnce, marks, numbers), LARGE);
  }));

test("a worker that dies before it begins takes a large argument along, and says so; a small one goes elsewhere", async () => {
  const marks = new Int32Array(new SharedArrayBuffer(4));
  const dieAtFirst = (starts: Int32Array) => {
    if (Atomics.add(starts, 0, 1) === 0) process.exit(3);
  };
  const lossOf = async (length: number) => {
    Atomics.store(marks, 0, 0);
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, initializer: dieAtFirst, initArgs: [marks] });
    try {
      return await pool.submit(sum, new Float64Array(length).fill(1)).exception();
    } finally {
      await pool.shutdown();
    }
  };
  const loss = (await lossOf(LARGE)) as Error & { code: string };
  assert.equal(loss.code, "MANYCORE_WORKER_LOST");
  assert.match(loss.message, /before the call began.*handed over/);
  assert.equal(await lossOf(3), undefined);
});
