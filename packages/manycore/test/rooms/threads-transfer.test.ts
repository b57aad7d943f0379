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
