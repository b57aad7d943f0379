/** What `submit` promises: design section 2, Executor. */

import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { ExecutorShutdownError, Future, SerializationError } from "manycore";
import * as tasks from "../fixtures/tasks.mjs";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, throwsAtOnce } from "../support/expect.ts";
import { entered, enteredCount, mark, marks, newGate, open, pass, passAsync, turns } from "../support/gate.ts";

export function submitContract(room: Room): void {
  contract(room, "submit", (it) => {
    it("gives a future of what the task returns", async (pool) => {
      const future = pool.submit((x: number) => x * x, 7);
      assert.ok(future instanceof Future);
      assert.equal(await future, 49);
    });

    it("passes all arguments in their order", async (pool) => {
      assert.deepEqual(await pool.submit((...all: unknown[]) => all, 1, "two", [3], undefined, null), [
        1,
        "two",
        [3],
        undefined,
        null,
      ]);
      assert.equal(await pool.submit((...all: unknown[]) => all.length), 0);
    });

    it("unwraps what an asynchronous task resolves to", async (pool) => {
      const later = async (x: number) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return x + 1;
      };
      assert.equal(await pool.submit(later, 1), 2);
    });

    it("unwraps a thenable that is no promise", async (pool) => {
      // biome-ignore lint/suspicious/noThenProperty: the very thing under test
      const thenable = () => ({ then: (resolve: (value: number) => void) => resolve(5) });
      assert.equal(await pool.submit(thenable as unknown as () => number), 5);
    });

    it("returns before the task has run", async (pool) => {
      const gate = newGate();
      const future = pool.submit(mark, gate);
      assert.equal(marks(gate), 0);
      assert.equal(future.state, "PENDING");
      assert.equal(await future, 0);
      assert.equal(marks(gate), 1);
    });

    it("does not block while all workers are busy", {
      needs: "parallel",
      reason: "a blocked task blocks the host",
    }, async (pool) => {
      const gate = newGate();
      const futures = Array.from({ length: 500 }, (_, i) => pool.submit(pass<number>, gate, i));
      await entered(gate, 2);
      assert.equal(futures.filter((future) => future.done()).length, 0);
      open(gate);
      assert.deepEqual(
        await Promise.all(futures),
        Array.from({ length: 500 }, (_, i) => i),
      );
    });

    it("encodes arguments at the call: later mutation is not seen", async (pool) => {
      const list = [1, 2, 3];
      const record = { inner: { x: 1 } };
      const bytes = new Uint8Array([1, 2, 3]);
      const future = pool.submit(
        (a: number[], b: { inner: { x: number } }, c: Uint8Array) => [a.length, b.inner.x, c[0]],
        list,
        record,
        bytes,
      );
      list.push(4);
      record.inner.x = 2;
      bytes[0] = 9;
      assert.deepEqual(await future, [3, 1, 1]);
    });

    it("gives the task its own copy of an argument", async (pool) => {
      const record = { x: 1 };
      await pool.submit((r: { x: number }) => {
        r.x = 2;
      }, record);
      assert.deepEqual(record, { x: 1 });
    });

    it("keeps ten thousand calls of one turn apart", async (pool) => {
      const double = (x: number) => x * 2;
      const futures = Array.from({ length: 10_000 }, (_, i) => pool.submit(double, i));
      const values = await Promise.all(futures);
      assert.ok(values.every((value, i) => value === 2 * i));
    });

    it("runs calls of one worker in the order of their submission", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const futures = Array.from({ length: 100 }, () => pool.submit(mark, gate));
      assert.deepEqual(
        await Promise.all(futures),
        Array.from({ length: 100 }, (_, i) => i),
      );
    });

    it("refuses what is no function at once, with a TypeError", (pool) => {
      for (const wrong of [undefined, null, 3, "square", {}, []])
        throwsAtOnce(TypeError, () => pool.submit(wrong as unknown as () => void));
    });

    it("refuses everything after shutdown at once, with an ExecutorShutdownError", async (pool) => {
      await pool.shutdown();
      throwsAtOnce(ExecutorShutdownError, () => pool.submit(() => 1));
      throwsAtOnce(ExecutorShutdownError, () => pool.map((x: number) => x, [1]));
      throwsAtOnce(ExecutorShutdownError, () => pool.starmap((x: number) => x, [[1]]));
      throwsAtOnce(ExecutorShutdownError, () => pool.with({ priority: 1 }).submit(() => 1));
      await failsWith(ExecutorShutdownError, () =>
        pool.mapReduce([1], { zero: () => 0, fold: (a, b) => a + b, merge: (a, b) => a + b }),
      );
      await failsWith(ExecutorShutdownError, () => pool.broadcast(() => 1));
    });

    it("names the path of an argument that cannot be sent, and goes on working", async (pool) => {
      const socket = new WeakMap();
      const error = await failsWith(SerializationError, () => pool.submit((x: unknown) => x, { user: { socket } }));
      assert.match(error.path ?? "", /user\.socket$/);
      assert.match(error.message, /user\.socket/);
      assert.equal(await pool.submit((x: number) => x + 1, 1), 2);
    });

    it("runs functions that modules export, ES modules and CommonJS", async (pool) => {
      const { concat, triple } = (await import("../fixtures/tasks.cjs")).default;
      assert.equal(await pool.submit(tasks.square, 5), 25);
      assert.equal(await pool.submit(tasks.squareLater, 6), 36);
      assert.equal(await pool.submit(tasks.default, 3), 27);
      assert.equal(await pool.submit(triple, 5), 15);
      assert.equal(await pool.submit(concat, "a", "b"), "ab");
    });

    it("runs built-in functions", async (pool) => {
      assert.equal(await pool.submit(Math.sqrt, 81), 9);
      assert.deepEqual(await pool.submit(JSON.parse, '{"a":[1]}'), { a: [1] });
      assert.equal(await pool.submit(Number, "12"), 12);
    });
  });

  contract(room, "workers", (it) => {
    it("are as many as there are cores where they are parallel, unless told", (pool) => {
      const unbounded = room.open();
      assert.equal(pool.maxWorkers, 2);
      assert.equal(unbounded.maxWorkers, room.capabilities.parallel ? availableParallelism() : 1);
      return unbounded.shutdown();
    });

    it("start on demand", async (pool) => {
      await turns();
      assert.equal(pool.stats().workers.length, 0);
      await pool.submit(() => 1);
      assert.equal(pool.stats().workers.length, 1);
    });

    it("get a call while they are idle before another is started", { options: { maxWorkers: 4 } }, async (pool) => {
      for (let i = 0; i < 5; i++) {
        await pool.submit(() => 1);
        await turns(3);
      }
      assert.equal(pool.stats().workers.length, 1);
    });

    it("are never more than maxWorkers, and all used", { options: { maxWorkers: 3 } }, async (pool) => {
      const gate = newGate();
      const futures = Array.from({ length: 30 }, (_, i) => pool.submit(passAsync<number>, gate, i));
      await entered(gate, 3);
      await turns();
      assert.equal(pool.stats().workers.length, 3);
      assert.equal(enteredCount(gate), 3);
      open(gate);
      await Promise.all(futures);
      assert.equal(pool.stats().workers.length, 3);
    });
  });
}
