/** `retries`: lost workers only, unless the policy says more. */

import assert from "node:assert/strict";
import { currentTask, type RetryPolicy, WorkerLostError } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { failsWith } from "../support/expect.ts";
import { blockUntilOpen, enteredCount, marks, newGate, open, until } from "../support/gate.ts";

const CANNOT_DIE = "a worker that is the host cannot be lost";

/** Task: dies in its first `deaths` tries. */
function dieAtFirst(deaths: number): number {
  const { attempt } = currentTask();
  if (attempt <= deaths) process.exit(1);
  return attempt;
}

/** Task: fails in its first `failures` tries. */
function failAtFirst(failures: number): number {
  const { attempt } = currentTask();
  if (attempt <= failures) throw new RangeError(`attempt ${attempt}`);
  return attempt;
}

export function retriesContract(room: Room): void {
  contract(room, "retries", (it) => {
    it("runs a call again whose worker was lost", { needs: "isolated", reason: CANNOT_DIE }, async (pool) => {
      assert.equal(await pool.with({ retries: 2 }).submit(dieAtFirst, 2), 3);
    });

    it("gives up after that many, and tells the attempt", { needs: "isolated", reason: CANNOT_DIE }, async (pool) => {
      const error = await failsWith(WorkerLostError, pool.with({ retries: 2 }).submit(dieAtFirst, 100));
      assert.deepEqual([error.attempt, error.exitCode], [3, 1]);
    });

    it("is zero unless said otherwise", { needs: "isolated", reason: CANNOT_DIE }, async (pool) => {
      const error = await failsWith(WorkerLostError, pool.submit(dieAtFirst, 1));
      assert.equal(error.attempt, 1);
    });

    it("does not run a call again that failed by itself", async (pool) => {
      await assert.rejects(async () => pool.with({ retries: 5 }).submit(failAtFirst, 1), {
        name: "RangeError",
        message: "attempt 1",
      });
    });

    it("does so where the policy says", async (pool) => {
      const asked: unknown[] = [];
      const policy: RetryPolicy = {
        max: 3,
        on: (error, attempt) => {
          asked.push([(error as Error).message, attempt]);
          return error instanceof RangeError;
        },
      };
      assert.equal(await pool.with({ retries: policy }).submit(failAtFirst, 2), 3);
      assert.deepEqual(asked, [
        ["attempt 1", 1],
        ["attempt 2", 2],
      ]);
      await assert.rejects(async () => pool.with({ retries: { max: 3, on: () => false } }).submit(failAtFirst, 2), {
        message: "attempt 1",
      });
      await assert.rejects(async () => pool.with({ retries: { max: 1, on: () => true } }).submit(failAtFirst, 5), {
        message: "attempt 2",
      });
    });

    it("keeps the future RUNNING in between", {
      needs: "isolated",
      reason: CANNOT_DIE,
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const gate = newGate();
      const dieThenWait = (cells: typeof gate) => {
        Atomics.add(cells, 0, 1);
        if (currentTask().attempt === 1) process.exit(1);
        blockUntilOpen(cells);
        return "second";
      };
      await pool.warm();
      const [first] = pool.stats().workers;
      const future = pool.with({ retries: 1 }).submit(dieThenWait, gate);
      // Nobody looks at the future before its first worker is gone, since what was seen RUNNING stays so.
      await until(() => pool.stats().workers[0]?.workerId !== first?.workerId);
      assert.equal(enteredCount(gate), 1);
      assert.equal(future.state, "RUNNING");
      assert.equal(future.cancel(), false);
      open(gate);
      assert.equal(await future, "second");
    });

    it("is per item of a map", { needs: "isolated", reason: CANNOT_DIE }, async (pool) => {
      const gate = newGate();
      const dieOnce = (x: number, cells: typeof gate) => {
        if (x === 5 && currentTask().attempt === 1) process.exit(1);
        if (x === 5) Atomics.add(cells, 3, 1);
        return x * x;
      };
      const items = Array.from({ length: 20 }, (_, i) => i);
      assert.deepEqual(
        await pool.with({ retries: 1 }).map(dieOnce, items, Array(20).fill(gate) as (typeof gate)[], { chunkSize: 20 }),
        items.map((x) => x * x),
      );
      assert.equal(marks(gate), 1);
    });

    it("of failing items in a map keep the order", async (pool) => {
      const flaky = (x: number) => {
        if (x % 3 === 0 && currentTask().attempt === 1) throw new Error("once");
        return x;
      };
      const items = Array.from({ length: 30 }, (_, i) => i);
      assert.deepEqual(await pool.with({ retries: { max: 1, on: () => true } }).map(flaky, items), items);
    });
  });
}
