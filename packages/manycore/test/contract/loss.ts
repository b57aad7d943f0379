/** Per-item blame: what is lost with a worker, and what is not. */

import assert from "node:assert/strict";
import { currentTask, range, WorkerLostError } from "manycore";
import { type Cells, newCells } from "../support/cells.ts";
import { contract, type Room, type Terms } from "../support/contract.ts";
import { failsWith } from "../support/expect.ts";
import { blockUntilOpen, entered, mark, newGate, open, pass } from "../support/gate.ts";
import { liveWorkers } from "../support/leaks.ts";

const terms: Terms = { needs: "isolated", reason: "what kills a worker would kill the host" };
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function lossContract(room: Room): void {
  contract(room, "a lost worker", (it) => {
    it("loses item 500 of 1,000, and delivers or runs elsewhere the rest", terms, async (pool) => {
      const dieAt500 = (x: number) => {
        const until = performance.now() + 0.2; // longer than a claim: the worker claims one at a time
        while (performance.now() < until);
        if (x === 500) process.exit(1);
        return x;
      };
      const outcomes = await pool.map(dieAt500, numbers(1000), { chunkSize: 1000 }).settled();
      const lost = outcomes.flatMap((each, i) => (each.status === "rejected" ? [i] : []));
      assert.deepEqual(lost, [500]);
      const [guilty] = outcomes.slice(500);
      assert.ok(guilty?.status === "rejected" && guilty.reason instanceof WorkerLostError);
      assert.deepEqual([guilty.reason.item, guilty.reason.exitCode], [500, 1]);
      assert.ok(outcomes.every((each, i) => i === 500 || (each.status === "fulfilled" && each.value === i)));
    });

    it("loses one of very many short items too, and no item runs twice", terms, async (pool) => {
      const runs = newCells(20_000);
      const die = (x: number, cells: Cells) => {
        if (x === 7777) process.exit(1);
        Atomics.add(cells, x, 1);
        return x;
      };
      const outcomes = await pool.map(die, range(20_000), Array(20_000).fill(runs) as Cells[]).settled();
      const lost = outcomes.flatMap((each, i) => (each.status === "rejected" ? [i] : []));
      assert.deepEqual(lost, [7777]);
      assert.ok(outcomes.every((each) => each.status === "fulfilled" || each.reason instanceof WorkerLostError));
      assert.ok(runs.every((count) => count <= 1));
      assert.ok(outcomes.every((each, i) => each.status === "rejected" || runs[i] === 1));
    });

    it("of a map over numbers keeps what it had finished", terms, async (pool) => {
      const die = (x: number) => {
        const until = performance.now() + 0.2;
        while (performance.now() < until);
        if (x === 60) process.exit(0);
        return 2 * x;
      };
      const outcomes = await pool.map(die, new Float64Array(numbers(120)), { chunkSize: 120 }).settled();
      const lost = outcomes.flatMap((each, i) => (each.status === "rejected" ? [i] : []));
      assert.deepEqual(lost, [60]);
    });

    it("fails a map that is awaited, at the lost item", terms, async (pool) => {
      const die = (x: number) => (x === 3 ? process.exit(4) : x);
      const error = await failsWith(WorkerLostError, async () => pool.map(die, numbers(10), { chunkSize: 1 }));
      assert.deepEqual([error.item, error.exitCode], [3, 4]);
      assert.deepEqual(await pool.map((x: number) => x, [1, 2]), [1, 2]);
    });

    it("fails its running call alone; what was queued behind it runs elsewhere", {
      ...terms,
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const gate = newGate();
      const waitThenDie = (cells: typeof gate) => {
        Atomics.add(cells, 0, 1);
        blockUntilOpen(cells);
        process.exit(9);
      };
      const victim = pool.submit(waitThenDie, gate);
      const queued = Array.from({ length: 30 }, () => pool.submit(mark, gate));
      await entered(gate);
      open(gate);
      const error = await failsWith(WorkerLostError, victim);
      assert.deepEqual([error.exitCode, error.attempt, error.task], [9, 1, "waitThenDie"]);
      assert.match(error.message, /9/);
      assert.deepEqual(await Promise.all(queued), numbers(30));
    });

    it("is replaced, alone, under a new number", terms, async (pool) => {
      const held = newGate();
      const neighbour = pool.submit(pass<string>, held, "unharmed");
      await entered(held);
      const before = await pool.submit(() => currentTask().workerId);
      const error = await failsWith(
        WorkerLostError,
        pool.submit(() => process.exit(1)),
      );
      assert.equal(error.workerId, before);
      assert.notEqual(await pool.submit(() => currentTask().workerId), before);
      assert.equal(neighbour.running(), true);
      open(held);
      assert.equal(await neighbour, "unharmed");
    });

    it("again and again does not wear the pool out", terms, async (pool) => {
      const workers = liveWorkers();
      for (let round = 0; round < 8; round++) {
        const futures = numbers(10).map((i) => pool.submit((x: number) => (x === 5 ? process.exit(1) : x), i));
        const outcomes = await Promise.allSettled(futures);
        assert.deepEqual(
          outcomes.flatMap((each, i) => (each.status === "rejected" ? [i] : [])),
          [5],
        );
        assert.ok(pool.stats().workers.length <= 2);
        assert.ok(liveWorkers() <= workers + 3);
      }
    });

    it("by an exit while its asynchronous task waits is a loss too", terms, async (pool) => {
      const exitLater = () =>
        new Promise<void>(() => {
          setTimeout(() => process.exit(0), 1);
        });
      const error = await failsWith(WorkerLostError, pool.submit(exitLater));
      assert.equal(error.exitCode, 0);
    });

    it("by an error thrown outside its task tells that error", terms, async (pool) => {
      const throwLater = () =>
        new Promise<void>(() => {
          setTimeout(() => {
            throw new EvalError("outside");
          }, 1);
        });
      const error = await failsWith(WorkerLostError, pool.submit(throwLater));
      assert.match(`${error.message} ${String(error.cause)}`, /outside/);
      assert.equal(await pool.submit(() => 1), 1);
    });

    it("during a shutdown does not stop it", terms, async (pool) => {
      const futures = numbers(10).map((i) => pool.submit((x: number) => (x % 3 === 0 ? process.exit(1) : x), i));
      await pool.shutdown();
      const outcomes = await Promise.allSettled(futures);
      assert.deepEqual(
        outcomes.flatMap((each, i) => (each.status === "fulfilled" ? [i] : [])),
        [1, 2, 4, 5, 7, 8],
      );
    });
  });
}
