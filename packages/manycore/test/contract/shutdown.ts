/** The end of an executor. */

import assert from "node:assert/strict";
import { CancelledError, ExecutorShutdownError } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, throwsAtOnce } from "../support/expect.ts";
import { entered, enteredCount, mark, marks, newGate, open, pass, passAsync, spin, turns } from "../support/gate.ts";
import { liveWorkers } from "../support/leaks.ts";

const BLOCKS = "a blocked task blocks the host";
const DEAF = "a task that does not listen cannot be ended";

export function shutdownContract(room: Room): void {
  contract(room, "shutdown()", (it) => {
    it("finishes what was accepted, then resolves when the workers are gone", async (pool) => {
      const workers = liveWorkers();
      const gate = newGate();
      const futures = Array.from({ length: 50 }, () => pool.submit(mark, gate));
      await pool.shutdown();
      assert.equal(marks(gate), 50);
      assert.ok(futures.every((future) => future.done() && !future.cancelled()));
      assert.equal(liveWorkers(), workers);
      assert.equal(pool.stats().workers.length, 0);
    });

    it("is idempotent, and every call waits", async (pool) => {
      const gate = newGate();
      const future = pool.submit(passAsync<number>, gate, 1);
      const ends = [pool.shutdown(), pool.shutdown(), pool[Symbol.asyncDispose]()];
      await turns();
      assert.equal(future.done(), false);
      open(gate);
      await Promise.all(ends);
      assert.equal(await future, 1);
      await pool.shutdown();
      await pool.shutdown({ wait: false, cancelFutures: true });
    });

    it("does nothing much to an executor that never worked", async (pool) => {
      await pool.shutdown();
      throwsAtOnce(ExecutorShutdownError, () => pool.submit(() => 1));
    });

    it("waits for workers that are still starting", async (pool) => {
      const warming = pool.warm();
      await pool.shutdown();
      await Promise.allSettled([warming]);
    });

    it("wait false: resolves at once, and what is pending still runs", async (pool) => {
      const gate = newGate();
      const futures = [
        pool.submit(passAsync<number>, gate, 1),
        pool.submit(passAsync<number>, gate, 2),
        pool.submit(passAsync<number>, gate, 3),
      ];
      await pool.shutdown({ wait: false });
      assert.ok(futures.every((future) => !future.done()));
      throwsAtOnce(ExecutorShutdownError, () => pool.submit(() => 1));
      open(gate);
      assert.deepEqual(await Promise.all(futures), [1, 2, 3]);
    });

    it("cancelFutures: cancels what has not started, and what runs ends as usual", {
      options: { maxWorkers: 1 },
      needs: "parallel",
      reason: BLOCKS,
    }, async (pool) => {
      const gate = newGate();
      const running = pool.submit(pass<string>, gate, "ran");
      const queued = Array.from({ length: 30 }, () => pool.submit(mark, gate));
      await entered(gate);
      const ended = pool.shutdown({ cancelFutures: true });
      assert.ok(queued.every((future) => future.cancelled()));
      open(gate);
      await ended;
      assert.equal(await running, "ran");
      for (const future of queued) await failsWith(CancelledError, future);
      assert.equal(marks(gate), 0);
    });

    it("cancelFutures: may follow a shutdown that waits", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const running = pool.submit(passAsync<string>, gate, "ran");
      const queued = pool.submit(mark, gate);
      await entered(gate);
      const ends = [pool.shutdown(), pool.shutdown({ cancelFutures: true })];
      open(gate);
      await Promise.all(ends);
      assert.equal(await running, "ran");
      assert.equal(queued.cancelled(), true);
    });

    it("timeout: kills what still runs then, and cancels what waits", {
      options: { maxWorkers: 1 },
      needs: "kill",
      reason: DEAF,
    }, async (pool) => {
      const gate = newGate();
      const running = pool.submit(spin, gate);
      const queued = pool.submit(mark, gate);
      await entered(gate);
      await pool.shutdown({ timeout: 30 });
      assert.equal(running.state, "FINISHED");
      assert.equal(queued.cancelled(), true);
      await failsWith(Error, running);
      await failsWith(CancelledError, queued);
      assert.equal(marks(gate), 0);
    });

    it("timeout: says nothing when all ends in time", async (pool) => {
      const future = pool.submit(() => 1);
      await pool.shutdown({ timeout: 60_000 });
      assert.equal(await future, 1);
    });
  });

  for (const how of ["terminateWorkers", "killWorkers"] as const) {
    contract(room, `${how}()`, (it) => {
      it("ends what runs, cancels what waits, and shuts down", {
        options: { maxWorkers: 1 },
        needs: "kill",
        reason: DEAF,
      }, async (pool) => {
        const workers = liveWorkers();
        const gate = newGate();
        const running = pool.submit(spin, gate);
        const queued = pool.submit(mark, gate);
        await entered(gate);
        await pool[how]();
        assert.equal(running.done(), true);
        assert.equal(queued.cancelled(), true);
        await assert.rejects(async () => running, { name: "WorkerLostError" });
        throwsAtOnce(ExecutorShutdownError, () => pool.submit(() => 1));
        assert.equal(liveWorkers(), workers);
        assert.equal(enteredCount(gate), 1);
      });

      it("does no harm to an executor that never worked, or has ended, or twice", async (pool) => {
        await pool[how]();
        await pool[how]();
        await pool.shutdown();
        throwsAtOnce(ExecutorShutdownError, () => pool.submit(() => 1));
      });

      it("ends workers that are still starting", async (pool) => {
        const future = pool.submit(() => 1);
        const warming = pool.warm();
        await pool[how]();
        assert.equal(future.done(), true);
        await Promise.allSettled([warming, future]);
      });
    });
  }
}
