/** Recycling of workers: `maxTasksPerChild`, `maxMemoryPerChild`. */

import assert from "node:assert/strict";
import { currentTask } from "manycore";
import { contract, type Room, type Terms } from "../support/contract.ts";
import { mark, marks, newGate } from "../support/gate.ts";

const terms: Terms = { needs: "isolated", reason: "the host cannot replace itself" };
const workerOf = () => currentTask().workerId;

export function recycleContract(room: Room): void {
  contract(room, "maxTasksPerChild", (it) => {
    it("replaces a worker after that many tasks", {
      ...terms,
      options: { maxWorkers: 1, maxTasksPerChild: 3 },
    }, async (pool) => {
      const ids: number[] = [];
      for (let i = 0; i < 9; i++) ids.push(await pool.submit(workerOf));
      const runs = new Map<number, number>();
      for (const id of ids) runs.set(id, (runs.get(id) ?? 0) + 1);
      assert.deepEqual([...runs.values()], [3, 3, 3]);
    });

    it("counts the items of a map one each", { ...terms, options: { maxTasksPerChild: 10 } }, async (pool) => {
      const ids = await pool.map(workerOf, Array(100).fill(0) as number[], { chunkSize: 40 });
      const runs = new Map<number, number>();
      for (const id of ids) runs.set(id, (runs.get(id) ?? 0) + 1);
      assert.equal(ids.length, 100);
      assert.ok(Math.max(...runs.values()) <= 10, `a worker ran ${Math.max(...runs.values())}`);
    });

    it("does not stop with a backlog, nor at shutdown", {
      ...terms,
      options: { maxTasksPerChild: 1 },
    }, async (pool) => {
      const gate = newGate();
      const futures = Array.from({ length: 12 }, () => pool.submit(mark, gate));
      await pool.shutdown();
      assert.ok(futures.every((future) => future.done() && !future.cancelled()));
      assert.equal(marks(gate), 12);
    });

    it("does not stop after a shutdown that does not wait", {
      ...terms,
      options: { maxWorkers: 1, maxTasksPerChild: 1 },
    }, async (pool) => {
      const futures = Array.from({ length: 5 }, (_, i) => pool.submit((x: number) => x, i));
      await pool.shutdown({ wait: false });
      assert.deepEqual(await Promise.all(futures), [0, 1, 2, 3, 4]);
    });

    it("loses nothing when tasks fail or die as well", { ...terms, options: { maxTasksPerChild: 2 } }, async (pool) => {
      const misfit = (x: number) => {
        if (x % 5 === 0) throw new Error("fails");
        if (x % 7 === 0) process.exit(1);
        return x;
      };
      const outcomes = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => pool.submit(misfit, i)));
      for (const [i, outcome] of outcomes.entries())
        assert.equal(outcome.status, i % 5 === 0 || i % 7 === 0 ? "rejected" : "fulfilled");
    });
  });

  contract(room, "maxMemoryPerChild", (it) => {
    it("replaces a worker that holds more after a task", {
      ...terms,
      options: { maxWorkers: 1, maxMemoryPerChild: room.modestBytes },
    }, async (pool) => {
      type Hoard = { hoard?: unknown[] };
      const hoard = () => {
        (globalThis as Hoard).hoard = Array.from({ length: 64 }, () => new Uint8Array(2 ** 20).fill(1));
        return currentTask().workerId;
      };
      const modest = await pool.submit(workerOf);
      assert.equal(await pool.submit(workerOf), modest);
      const greedy = await pool.submit(hoard);
      assert.equal(greedy, modest);
      const next = await pool.submit(() => [currentTask().workerId, (globalThis as Hoard).hoard === undefined]);
      assert.deepEqual(next, [next[0], true]);
      assert.notEqual(next[0], modest);
    });

    it("loses no call though every task is too much", { ...terms, options: { maxMemoryPerChild: 1 } }, async (pool) => {
      const futures = Array.from({ length: 8 }, (_, i) => pool.submit((x: number) => x, i));
      assert.deepEqual(await Promise.all(futures), [0, 1, 2, 3, 4, 5, 6, 7]);
      assert.equal((await pool.map((x: number) => x, [1, 2, 3])).length, 3);
    });
  });
}
