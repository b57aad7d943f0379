/** Abort: by a signal, at once for the caller; seen by the task; then `grace`, then a kill of that worker alone. */

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { AbortError, CancelledError, currentTask, sleep, sleepSync } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, tellings } from "../support/expect.ts";
import { entered, mark, marks, newGate, open, passAsync, until } from "../support/gate.ts";

const BLOCKS = "a blocked task blocks the host";

/** Task: loops without a pause until it is asked to stop. */
function listen(gate: Int32Array): string {
  Atomics.add(gate, 0, 1);
  const { signal } = currentTask();
  while (!signal.aborted);
  Atomics.add(gate, 3, 1);
  return "late";
}

const workerOf = () => currentTask().workerId;

export function abortContract(room: Room): void {
  contract(room, "an aborted call", (it) => {
    it("is cancelled with the reason when it had not started, and never runs", {
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const blocker = pool.submit(passAsync<number>, gate, 1);
      await entered(gate);
      const queued = pool.with({ signal: controller.signal }).submit(mark, gate);
      const reason = new Error("changed my mind");
      controller.abort(reason);
      assert.equal(queued.done(), true);
      assert.equal(queued.cancelled(), true);
      assert.equal((await failsWith(CancelledError, queued)).cause, reason);
      open(gate);
      await blocker;
      await pool.shutdown();
      assert.equal(marks(gate), 0);
    });

    it("is cancelled from the start by a signal that is aborted already", async (pool) => {
      const gate = newGate();
      const reason = new Error("too late");
      const future = pool.with({ signal: AbortSignal.abort(reason) }).submit(mark, gate);
      assert.equal((await failsWith(CancelledError, future)).cause, reason);
      await pool.shutdown();
      assert.equal(marks(gate), 0);
    });

    it("fails at once when it runs, and its late value is dropped", async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const future = pool.with({ signal: controller.signal, grace: 60_000 }).submit(passAsync<string>, gate, "late");
      const told = tellings(future);
      await entered(gate);
      const reason = { why: "any value can be a reason" };
      controller.abort(reason);
      assert.equal(future.state, "FINISHED");
      assert.equal((await failsWith(AbortError, future)).cause, reason);
      open(gate);
      await pool.shutdown();
      assert.equal(told.count, 1);
      await failsWith(AbortError, future);
    });

    it("is not touched by a signal that is aborted after its end", async (pool) => {
      const controller = new AbortController();
      const future = pool.with({ signal: controller.signal }).submit(() => 3);
      assert.equal(await future, 3);
      controller.abort();
      assert.equal(await future, 3);
      assert.equal(future.cancelled(), false);
    });
  });

  contract(room, "an aborted task", (it) => {
    it("sees it inside a synchronous loop, and its worker lives on", {
      options: { maxWorkers: 1 },
      needs: "parallel",
      reason: BLOCKS,
    }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const worker = await pool.submit(workerOf);
      const future = pool.with({ signal: controller.signal, grace: 60_000 }).submit(listen, gate);
      await entered(gate);
      controller.abort();
      await failsWith(AbortError, future);
      assert.equal(await pool.submit(workerOf), worker);
      assert.equal(marks(gate), 1);
    });

    it("can ask by throwIfAborted()", {
      options: { maxWorkers: 1 },
      needs: "parallel",
      reason: BLOCKS,
    }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const loop = (cells: typeof gate) => {
        Atomics.add(cells, 0, 1);
        try {
          for (;;) currentTask().throwIfAborted();
        } catch (error) {
          if ((error as Error).name === "AbortError") Atomics.add(cells, 3, 1);
          throw error;
        }
      };
      const future = pool.with({ signal: controller.signal, grace: 60_000 }).submit(loop, gate);
      await entered(gate);
      controller.abort();
      await failsWith(AbortError, future);
      await pool.submit(() => 1);
      assert.equal(marks(gate), 1);
    });

    it("wakes from sleepSync()", { options: { maxWorkers: 1 }, needs: "parallel", reason: BLOCKS }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const doze = (cells: typeof gate) => {
        Atomics.add(cells, 0, 1);
        try {
          sleepSync(3_600_000);
        } finally {
          Atomics.add(cells, 3, 1);
        }
      };
      const future = pool.with({ signal: controller.signal, grace: 60_000 }).submit(doze, gate);
      await entered(gate);
      controller.abort();
      await failsWith(AbortError, future);
      await pool.submit(() => 1);
      assert.equal(marks(gate), 1);
    });

    it("wakes from sleep(), and hears the event", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const doze = async (cells: typeof gate) => {
        currentTask().signal.addEventListener("abort", () => Atomics.add(cells, 3, 1));
        Atomics.add(cells, 0, 1);
        try {
          await sleep(3_600_000);
        } catch {
          Atomics.add(cells, 3, 1);
        }
      };
      const future = pool.with({ signal: controller.signal, grace: 60_000 }).submit(doze, gate);
      await entered(gate);
      controller.abort();
      await failsWith(AbortError, future);
      await pool.submit(() => 1);
      assert.equal(marks(gate), 2);
    });

    it("is not killed when it returns within its grace", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const worker = await pool.submit(workerOf);
      const future = pool.with({ signal: controller.signal, grace: 60_000 }).submit(passAsync<number>, gate, 1);
      await entered(gate);
      controller.abort();
      open(gate);
      await failsWith(AbortError, future);
      assert.equal(await pool.submit(workerOf), worker);
    });

    it("does not see the abort of the call before it", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const future = pool.with({ signal: controller.signal, grace: 60_000 }).submit(passAsync<number>, gate, 1);
      await entered(gate);
      const next = pool.submit(() => currentTask().signal.aborted);
      controller.abort();
      open(gate);
      await failsWith(AbortError, future);
      assert.equal(await next, false);
    });
  });

  contract(room, "a signal", (it) => {
    it("has no listener of ours after its calls have ended", async (pool) => {
      const controller = new AbortController();
      const view = pool.with({ signal: controller.signal });
      await Promise.all(Array.from({ length: 50 }, (_, i) => view.submit((x: number) => x, i)));
      await view.map((x: number) => x, [1, 2, 3]);
      await Promise.allSettled([view.submit(() => (undefined as unknown as { x: number }).x)]);
      view.submit(() => 1).cancel();
      await until(() => getEventListeners(controller.signal, "abort").length === 0);
    });

    it("has few listeners while many calls share it", async (pool) => {
      const controller = new AbortController();
      const view = pool.with({ signal: controller.signal });
      const same = (x: number) => x;
      const futures = Array.from({ length: 10_000 }, (_, i) => view.submit(same, i));
      assert.ok(getEventListeners(controller.signal, "abort").length <= 10);
      await Promise.all(futures);
      assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    });
  });
}
