/** What an executor's futures say, exactly: design section 2, Future; python-surface 1.1. */

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { CancelledError, TimeoutError } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, tellings } from "../support/expect.ts";
import { entered, leftCount, mark, marks, newGate, open, pass, passAsync, turns } from "../support/gate.ts";

const BLOCKS = "a blocked task blocks the host";

export function futureStatesContract(room: Room): void {
  contract(room, "the states of a future", (it) => {
    it("go from PENDING to RUNNING to FINISHED", async (pool) => {
      const gate = newGate();
      const future = pool.submit(passAsync<string>, gate, "value");
      assert.equal(future.state, "PENDING");
      assert.equal(future.running(), false);
      assert.equal(future.done(), false);
      await entered(gate);
      assert.equal(future.state, "RUNNING");
      assert.equal(future.running(), true);
      assert.equal(future.done(), false);
      open(gate);
      assert.equal(await future, "value");
      assert.equal(future.state, "FINISHED");
      assert.equal(future.running(), false);
      assert.equal(future.done(), true);
      assert.equal(future.cancelled(), false);
    });

    it("say running only of what a worker has really started", {
      options: { maxWorkers: 1 },
      needs: "parallel",
      reason: BLOCKS,
    }, async (pool) => {
      const gate = newGate();
      const running = pool.submit(pass<number>, gate, 0);
      const queued = Array.from({ length: 20 }, () => pool.submit(mark, gate));
      await entered(gate);
      await turns();
      assert.equal(running.running(), true);
      assert.deepEqual(new Set(queued.map((future) => future.state)), new Set(["PENDING"]));
      open(gate);
      await Promise.all(queued);
      assert.equal(marks(gate), 20);
    });

    it("say so of an asynchronous task, and of nothing behind it", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const running = pool.submit(passAsync<number>, gate, 0);
      const queued = pool.submit(mark, gate);
      await entered(gate);
      assert.equal(running.running(), true);
      assert.equal(queued.running(), false);
      open(gate);
      assert.equal(await queued, 0);
    });
  });

  contract(room, "cancel()", (it) => {
    it("is true exactly when the call never runs, also for calls in a worker's queue", {
      options: { maxWorkers: 1 },
      needs: "parallel",
      reason: BLOCKS,
    }, async (pool) => {
      const gate = newGate();
      const blocker = pool.submit(pass<string>, gate, "done");
      const queued = Array.from({ length: 200 }, () => pool.submit(mark, gate));
      await entered(gate);
      const dropped = queued.filter((_, i) => i % 2 === 0);
      for (const future of dropped) assert.equal(future.cancel(), true);
      open(gate);
      await Promise.all(queued.filter((_, i) => i % 2 === 1));
      assert.equal(await blocker, "done");
      assert.equal(marks(gate), 100);
      assert.ok(dropped.every((future) => future.cancelled()));
    });

    it("drops what has not left the host", async (pool) => {
      const gate = newGate();
      const kept = pool.submit(mark, gate);
      const dropped = pool.submit(mark, gate);
      assert.equal(dropped.cancel(), true);
      assert.equal(dropped.state, "CANCELLED_AND_NOTIFIED");
      assert.equal(dropped.done(), true);
      assert.equal(await kept, 0);
      await pool.shutdown();
      assert.equal(marks(gate), 1);
    });

    it("is true again when called again, and tells callbacks once", async (pool) => {
      const future = pool.submit(() => 1);
      const told = tellings(future);
      assert.equal(future.cancel(), true);
      assert.equal(future.cancel(), true);
      assert.equal(told.count, 1);
      await failsWith(CancelledError, future.result());
      await failsWith(CancelledError, future.exception());
    });

    it("is false for what runs, which then ends as usual", async (pool) => {
      const gate = newGate();
      const future = pool.submit(passAsync<number>, gate, 5);
      await entered(gate);
      assert.equal(future.cancel(), false);
      assert.equal(future.cancelled(), false);
      open(gate);
      assert.equal(await future, 5);
      assert.equal(leftCount(gate), 1);
    });

    it("is false for what has ended", async (pool) => {
      const future = pool.submit(() => 1);
      await future;
      assert.equal(future.cancel(), false);
      assert.equal(await future, 1);
    });

    it("leaves room for the next call at once", { options: { maxWorkers: 1 } }, async (pool) => {
      for (let i = 0; i < 50; i++) {
        assert.equal(pool.submit(() => 0).cancel(), true);
        const next = pool.submit((x: number) => x, i);
        if (i % 10 === 0) assert.equal(await next, i);
        else next.cancel();
      }
    });

    it("agrees with what ran, raced against busy workers", async (pool) => {
      const gate = newGate();
      let ran = 0;
      for (let round = 0; round < 20; round++) {
        const futures = Array.from({ length: 50 }, () => pool.submit(mark, gate));
        await new Promise((resolve) => setImmediate(resolve));
        const revoked = futures.filter((future) => future.cancel());
        const settled = await Promise.allSettled(futures);
        assert.equal(settled.filter((each) => each.status === "rejected").length, revoked.length);
        ran += futures.length - revoked.length;
      }
      assert.equal(marks(gate), ran);
    });
  });

  contract(room, "result() and exception()", (it) => {
    it("time out without ending the call", async (pool) => {
      const gate = newGate();
      const future = pool.submit(passAsync<number>, gate, 8);
      await failsWith(TimeoutError, future.result(5));
      await failsWith(TimeoutError, future.exception(0));
      assert.equal(future.cancelled(), false);
      open(gate);
      assert.equal(await future.result(10_000), 8);
      assert.equal(await future.result(0), 8);
    });

    it("give the error, or undefined where there is none", async (pool) => {
      const failed = pool.submit(() => {
        throw new RangeError("too far");
      });
      const error = await failed.exception();
      assert.ok(error instanceof RangeError);
      assert.equal(error.message, "too far");
      await assert.rejects(async () => failed, { name: "RangeError", message: "too far" });
      assert.equal(await pool.submit(() => 1).exception(), undefined);
    });

    it("reject with the very value a task threw, falsy ones too", async (pool) => {
      for (const thrown of [undefined, null, 0, "", false]) {
        const future = pool.submit((value: unknown) => {
          throw value;
        }, thrown);
        const [outcome] = await Promise.allSettled([future]);
        assert.deepEqual(outcome, { status: "rejected", reason: thrown });
        assert.equal(future.state, "FINISHED");
      }
    });

    it("hold for then, catch and finally", async (pool) => {
      assert.equal(await pool.submit(() => 2).then((x) => x + 1), 3);
      const caught = await pool
        .submit((): number => {
          throw new Error("no");
        })
        .catch((error) => (error as Error).message);
      assert.equal(caught, "no");
      let finished = 0;
      await pool
        .submit(() => 1)
        .finally(() => {
          finished++;
        });
      assert.equal(finished, 1);
    });
  });

  contract(room, "addDoneCallback()", (it) => {
    it("tells once, in order, with the future, and at once when it is done", async (pool) => {
      const future = pool.submit(() => 3);
      const told: unknown[] = [];
      future.addDoneCallback((done) => told.push(["first", done === future, done.done()]));
      future.addDoneCallback(() => told.push("second"));
      await future;
      future.addDoneCallback(() => told.push("third"));
      assert.deepEqual(told, [["first", true, true], "second", "third"]);
    });

    it("keeps the asynchronous context of its caller", async (pool) => {
      const request = new AsyncLocalStorage<string>();
      const future = pool.submit(() => 1);
      const seen: unknown[] = [];
      request.run("callback", () => future.addDoneCallback(() => seen.push(request.getStore())));
      const then = request.run("then", () => future.then(() => seen.push(request.getStore())));
      await then;
      assert.deepEqual(seen, ["callback", "then"]);
    });
  });
}
