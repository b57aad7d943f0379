/** `timeout`: per call or item, from its start. */

import assert from "node:assert/strict";
import { currentTask, sleep, TimeoutError } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { failsWith } from "../support/expect.ts";
import { entered, enteredCount, marks, newGate, open, passAsync, spin } from "../support/gate.ts";

const DEAF = "a task that does not listen cannot be ended";
const BLOCKS = "a blocked task blocks the host";

export function timeoutContract(room: Room): void {
  contract(room, "timeout", (it) => {
    it("fails the call with a TimeoutError and asks the task to stop", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const doze = async (cells: typeof gate) => {
        try {
          await sleep(3_600_000);
        } finally {
          Atomics.add(cells, 3, currentTask().signal.aborted ? 1 : 100);
        }
      };
      const future = pool.with({ timeout: 20, grace: 60_000 }).submit(doze, gate);
      const error = await failsWith(TimeoutError, future);
      assert.match(error.message, /20 ms/);
      assert.equal(future.state, "FINISHED");
      await pool.submit(() => 1);
      assert.equal(marks(gate), 1);
    });

    it("says which task, item, try and worker", { options: { maxWorkers: 1 } }, async (pool) => {
      const view = pool.with({ timeout: 20, name: "slow" });
      const [, outcome] = await view.map((n: number) => (n === 7 ? sleep(3_600_000) : n), [1, 7]).settled();
      const { task, item, attempt, workerId } = (outcome as PromiseRejectedResult).reason as TimeoutError;
      assert.deepEqual({ task, item, attempt, workerId }, { task: "slow", item: 1, attempt: 1, workerId: 0 });
    });

    it("is tried again where `retries` says so, also when the task does not listen", {
      needs: "kill",
      reason: DEAF,
    }, async (pool) => {
      const gate = newGate();
      // The first two tries hang, a sleeping one and a deaf one.
      const third = async (cells: typeof gate, n: number): Promise<number> => {
        const tries = Atomics.add(cells, 3, 1);
        if (tries === 0) await sleep(3_600_000);
        while (tries === 1) Atomics.load(cells, 1);
        return n * currentTask().attempt;
      };
      const on = (error: unknown) => error instanceof TimeoutError;
      const view = pool.with({ timeout: 100, grace: 20, retries: { max: 2, on } });
      assert.deepEqual(await view.starmap(third, [[gate, 5]]), [15]);
      assert.equal(marks(gate), 3);
    });

    it("fails for good when its tries are used up", async (pool) => {
      const gate = newGate();
      const doze = async (cells: typeof gate) => {
        Atomics.add(cells, 3, 1);
        await sleep(3_600_000);
        return 1; // late, and not wanted
      };
      const future = pool.with({ timeout: 20, retries: { max: 2, on: () => true } }).submit(doze, gate);
      const error = await failsWith(TimeoutError, future);
      assert.equal(error.attempt, 3);
      assert.equal(marks(gate), 3);
    });

    it("counts from the start, not from submit", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const blocker = pool.submit(passAsync<number>, gate, 0);
      await entered(gate);
      const queued = pool.with({ timeout: 1000 }).submit(() => "ran");
      await new Promise((resolve) => setTimeout(resolve, 1200));
      assert.equal(queued.done(), false);
      open(gate);
      assert.equal(await queued, "ran");
      await blocker;
    });

    it("kills a task that does not listen, and only its worker", { needs: "kill", reason: DEAF }, async (pool) => {
      const gate = newGate();
      const held = newGate();
      const neighbour = pool.submit(passAsync<string>, held, "unharmed");
      await entered(held);
      await failsWith(TimeoutError, pool.with({ timeout: 30, grace: 0 }).submit(spin, gate));
      assert.equal(enteredCount(gate), 1);
      assert.equal(await pool.submit(() => "again"), "again");
      open(held);
      assert.equal(await neighbour, "unharmed");
    });

    it("is seen by a synchronous loop", {
      needs: "parallel",
      reason: BLOCKS,
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const gate = newGate();
      const loop = (cells: typeof gate) => {
        while (!currentTask().signal.aborted);
        Atomics.add(cells, 3, 1);
        return currentTask().workerId;
      };
      const worker = await pool.submit(() => currentTask().workerId);
      await failsWith(TimeoutError, pool.with({ timeout: 20, grace: 60_000 }).submit(loop, gate));
      assert.equal(await pool.submit(() => currentTask().workerId), worker);
      assert.equal(marks(gate), 1);
    });

    it("is one item's alone in a map", { needs: "kill", reason: DEAF }, async (pool) => {
      const gate = newGate();
      const hang = (x: number, cells: typeof gate) => {
        if (x === 13) for (;;) Atomics.load(cells, 1);
        return x;
      };
      const items = Array.from({ length: 40 }, (_, i) => i);
      const outcomes = await pool
        .with({ timeout: 300, grace: 0 })
        .map(hang, items, Array(40).fill(gate) as (typeof gate)[], { chunkSize: 40 })
        .settled();
      for (const [i, outcome] of outcomes.entries()) {
        if (i === 13) assert.ok(outcome.status === "rejected" && outcome.reason instanceof TimeoutError);
        else assert.deepEqual(outcome, { status: "fulfilled", value: i });
      }
    });

    it("is counted for each item of a map by itself", { options: { maxWorkers: 1 } }, async (pool) => {
      const pause = async (x: number) => {
        await new Promise((resolve) => setTimeout(resolve, 150));
        return x;
      };
      assert.deepEqual(
        await pool.with({ timeout: 1000 }).map(pause, [0, 1, 2, 3, 4, 5, 6, 7, 8], { chunkSize: 9 }),
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
      );
    });

    it("leaves a quick call alone", async (pool) => {
      const view = pool.with({ timeout: 60_000 });
      const futures = Array.from({ length: 200 }, (_, i) => view.submit((x: number) => x, i));
      assert.equal((await Promise.all(futures)).length, 200);
    });

    it("ends a call of many with the others unharmed", { needs: "kill", reason: DEAF }, async (pool) => {
      const gate = newGate();
      const view = pool.with({ timeout: 300, grace: 0 });
      const futures = Array.from({ length: 20 }, (_, i) =>
        i === 3 ? view.submit(spin, gate) : view.submit((x: number) => x, i),
      );
      const outcomes = await Promise.allSettled(futures);
      assert.deepEqual(
        outcomes.flatMap((each, i) => (each.status === "rejected" ? [[i, (each.reason as Error).name]] : [])),
        [[3, "TimeoutError"]],
      );
    });
  });
}
