/** `stats()`: what an executor says of itself. */

import assert from "node:assert/strict";
import { contract, type Room } from "../support/contract.ts";
import { entered, newGate, open, passAsync, until } from "../support/gate.ts";

export function statsContract(room: Room): void {
  contract(room, "stats()", (it) => {
    it("are all zero at first", (pool) => {
      const { pending, running, completed, oldestQueued, wait, run } = pool.stats();
      assert.deepEqual(
        { pending, running, completed, oldestQueued, waits: wait.count, runs: run.count },
        { pending: 0, running: 0, completed: 0, oldestQueued: 0, waits: 0, runs: 0 },
      );
    });

    it("count what waits, runs and has ended", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const futures = Array.from({ length: 5 }, (_, i) => pool.submit(passAsync<number>, gate, i));
      await entered(gate);
      const busy = pool.stats();
      assert.equal(busy.pending + busy.running, 5);
      assert.ok(busy.running >= 1);
      assert.equal(busy.completed, 0);
      open(gate);
      await Promise.all(futures);
      const idle = pool.stats();
      assert.deepEqual([idle.pending, idle.running, idle.completed], [0, 0, 5]);
    });

    it("count items of a map one each, failed ones too", async (pool) => {
      const fail = (x: number) => {
        if (x === 3) throw new Error("three");
        return x;
      };
      await pool.map(fail, [1, 2, 3, 4, 5]).settled();
      assert.equal(pool.stats().completed, 5);
    });

    it("tell for how long the oldest queued call has waited", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const futures = Array.from({ length: 5000 }, (_, i) => pool.submit(passAsync<number>, gate, i));
      await entered(gate);
      await until(() => pool.stats().oldestQueued > 5);
      open(gate);
      for (const future of futures.slice(1)) future.cancel();
      await Promise.allSettled(futures);
      assert.equal(pool.stats().oldestQueued, 0);
    });

    it("have histograms of waiting and running", async (pool) => {
      const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
      await Promise.all(Array.from({ length: 6 }, () => pool.submit(pause)));
      for (const durations of [pool.stats().wait, pool.stats().run]) {
        assert.equal(durations.count, 6);
        assert.ok(durations.p50 <= durations.p90 && durations.p90 <= durations.p99);
        assert.ok(durations.max >= durations.mean && durations.mean >= 0);
      }
      assert.ok(pool.stats().run.max >= 4);
    });

    it("split each worker's time, and say how much of it was work", async (pool) => {
      const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
      await Promise.all(Array.from({ length: 6 }, () => pool.submit(pause)));
      const { workers, utilisation } = pool.stats();
      assert.ok(workers.length >= 1);
      assert.equal(
        workers.reduce((sum, worker) => sum + worker.tasks, 0),
        6,
      );
      assert.equal(new Set(workers.map((worker) => worker.workerId)).size, workers.length);
      for (const worker of workers.filter(({ tasks }) => tasks > 0)) {
        assert.equal(worker.state, "ready");
        assert.ok(worker.start >= 0 && worker.wait >= 0 && worker.work > 0);
      }
      assert.ok(utilisation > 0 && utilisation <= 1);
    });

    it("go as JSON", async (pool) => {
      await pool.submit(() => 1);
      assert.equal(JSON.parse(JSON.stringify(pool.stats())).completed, 1);
    });
  });
}
