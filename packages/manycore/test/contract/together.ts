/** Calls that are submitted together travel together; each is a call by itself all the same. */

import assert from "node:assert/strict";
import { CancelledError, currentTask, type Future, WorkerLostError } from "manycore";
import { newCells } from "../support/cells.ts";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, tellings } from "../support/expect.ts";
import { blockUntilOpen, entered, newGate, open, pass } from "../support/gate.ts";

const COUNT = 300;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Everything but these has run, once. */
function assertRan(runs: Int32Array<ArrayBufferLike>, but: readonly number[]): void {
  assert.deepEqual(
    [...runs],
    numbers(runs.length).map((x) => (but.includes(x) ? 0 : 1)),
  );
}

export function togetherContract(room: Room): void {
  contract(room, "calls submitted together", (it) => {
    it("are cancelled one by one while they wait", { options: { maxWorkers: 1 } }, async (pool) => {
      const runs = newCells(COUNT);
      const run = (x: number) => Atomics.add(runs, x, 1);
      for (const argument of [(x: number) => x, (x: number) => ({ x })]) {
        runs.fill(0);
        const futures = numbers(COUNT).map((x) =>
          pool.submit((given: number | { x: number }) => run(typeof given === "number" ? given : given.x), argument(x)),
        );
        const cancelled = [0, 1, 150, 151, 299];
        assert.ok(cancelled.every((x) => futures[x]?.cancel() === true));
        const outcomes = await Promise.allSettled(futures);
        assertRan(runs, cancelled);
        assert.deepEqual(
          outcomes.flatMap(({ status }, x) => (status === "rejected" ? [x] : [])),
          cancelled,
        );
      }
    });

    it("are cancelled one by one when their worker has them and has not begun", {
      needs: "claims",
      reason: "what its worker has is begun",
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const [runs, gate] = [newCells(COUNT), newGate()];
      const run = (x: number) => {
        Atomics.add(runs, x, 1);
        if (x === 0) pass(gate, 0);
        return x;
      };
      const futures = numbers(COUNT).map((x) => pool.submit(run, x));
      await entered(gate);
      assert.deepEqual([futures[0]?.state, futures[1]?.state, futures[299]?.state], ["RUNNING", "PENDING", "PENDING"]);
      assert.equal(futures[0]?.cancel(), false);
      const cancelled = [7, 8, 5, 120, 299, 1];
      assert.ok(cancelled.every((x) => futures[x]?.cancel() === true));
      open(gate);
      await Promise.allSettled(futures);
      assertRan(runs, cancelled);
      assert.ok(futures.every((future, x) => future.cancelled() === cancelled.includes(x)));
    });

    it("end when they have ended, though one behind them takes long", {
      needs: "parallel",
      reason: "a blocked task blocks the host",
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const gate = newGate();
      const run = (x: number) => {
        if (x === COUNT - 1) blockUntilOpen(gate);
        return x;
      };
      // So that the worker takes many at a time.
      for (let round = 0; round < 20; round++) await Promise.all(numbers(COUNT - 1).map((x) => pool.submit(run, x)));
      const futures = numbers(COUNT).map((x) => pool.submit(run, x));
      assert.deepEqual(await Promise.all(futures.slice(0, -1)), numbers(COUNT - 1));
      assert.equal(futures.at(-1)?.done(), false);
      open(gate);
      assert.equal(await futures.at(-1), COUNT - 1);
    });

    it("behind one that takes long are taken over, though they were quick so far", {
      needs: "claims",
      reason: "what its worker has is begun",
    }, async (pool) => {
      const [gate, runs] = [newGate(), newCells(COUNT)];
      const run = (x: number) => {
        if (x === 100) pass(gate, 0);
        return Atomics.add(runs, x, 1);
      };
      for (let round = 0; round < 20; round++) await Promise.all(numbers(100).map((x) => pool.submit(run, x)));
      runs.fill(0);
      const futures = numbers(COUNT).map((x) => pool.submit(run, x));
      await Promise.all(futures.filter((_, x) => x !== 100));
      assertRan(runs, [100]);
      assert.equal(futures[100]?.running(), true);
      open(gate);
      await futures[100];
    });

    it("are each the first and only item to their tasks", async (pool) => {
      const who = (x: number) => [x, currentTask().index, currentTask().attempt];
      assert.deepEqual(
        await Promise.all(numbers(50).map((x) => pool.submit(who, x))),
        numbers(50).map((x) => [x, 0, 1]),
      );
    });

    it("begin in their order, whatever their functions are", { options: { maxWorkers: 1 } }, async (pool) => {
      const order = newCells(61);
      const [one, two] = [
        (x: number) => Atomics.store(order, x, Atomics.add(order, 60, 1)),
        (x: number) => Atomics.store(order, x, Atomics.add(order, 60, 1)),
      ];
      await Promise.all(numbers(60).map((x) => pool.submit((x >> 1) % 3 === 0 ? one : two, x)));
      assert.deepEqual([...order.slice(0, 60)], numbers(60));
    });

    it("may be of numbers and of others in turn", async (pool) => {
      const same = (x: unknown) => x;
      const given = numbers(100).map((x) => (x % 7 < 3 ? x / 4 : { x, list: [x] }));
      assert.deepEqual(await Promise.all(given.map((x) => pool.submit(same, x))), given);
      const large = numbers(20).map((x) => (x % 3 === 0 ? "long ".repeat(50_000) + x : `short ${x}`));
      assert.deepEqual(await Promise.all(large.map((x) => pool.submit(same, x))), large);
    });

    it("fail one by one", async (pool) => {
      const pick = (x: number) => {
        if (x % 10 === 3) throw new RangeError(`not ${x}`);
        return x;
      };
      const outcomes = await Promise.allSettled(numbers(100).map((x) => pool.submit(pick, x)));
      for (const [x, outcome] of outcomes.entries()) {
        if (x % 10 !== 3) assert.deepEqual(outcome, { status: "fulfilled", value: x });
        else assert.ok(outcome.status === "rejected" && outcome.reason.message === `not ${x}`);
      }
    });

    it("are lost one by one", { needs: "isolated", reason: "its crashes are the host's" }, async (pool) => {
      const runs = newCells(COUNT);
      const run = (x: number) => {
        if (x === 60 || x === 200) process.exit(3);
        return Atomics.add(runs, x, 1);
      };
      const futures = numbers(COUNT).map((x) => pool.submit(run, x));
      for (const x of [60, 200]) {
        const error = await failsWith(WorkerLostError, futures[x] as Future<number>);
        assert.deepEqual([error.item, error.exitCode, error.task], [0, 3, "run"]);
      }
      await Promise.allSettled(futures);
      assertRan(runs, [60, 200]);
    });

    it("are tried again one by one", { needs: "isolated", reason: "its crashes are the host's" }, async (pool) => {
      const tries = newCells(COUNT);
      const run = (x: number) => {
        if (Atomics.add(tries, x, 1) === 0 && x % 100 === 50) process.exit(3);
        return currentTask().attempt;
      };
      const attempts = await Promise.all(numbers(COUNT).map((x) => pool.with({ retries: 1 }).submit(run, x)));
      const view = pool.with({ retries: 1 });
      assert.deepEqual(
        attempts,
        numbers(COUNT).map((x) => (x % 100 === 50 ? 2 : 1)),
      );
      tries.fill(0);
      assert.deepEqual(await Promise.all(numbers(COUNT).map((x) => view.submit(run, x))), attempts);
    });

    it("are told once, when the executor is shut down before them", { options: { maxWorkers: 1 } }, async (pool) => {
      const slow = (x: number) => {
        const end = performance.now() + 1;
        while (performance.now() < end);
        return x;
      };
      const futures = numbers(COUNT).map((x) => pool.submit(slow, x));
      const told = futures.map((future) => tellings(future));
      assert.ok([3, 4, 298].every((x) => futures[x]?.cancel()));
      await pool.shutdown({ cancelFutures: true });
      const outcomes = await Promise.allSettled(futures);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") assert.ok(outcome.reason instanceof CancelledError);
      assert.ok(outcomes.some(({ status }) => status === "rejected"));
      assert.ok(told.every(({ count }) => count === 1));
      assert.equal(pool.stats().pending + pool.stats().running, 0);
    });
  });
}
