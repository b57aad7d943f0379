/** Admission: how much is let in, and when workers come and go. */

import assert from "node:assert/strict";
import { QueueFullError } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { throwsAtOnce } from "../support/expect.ts";
import { entered, newGate, open, passAsync, turns, until } from "../support/gate.ts";

export function admissionContract(room: Room): void {
  contract(room, "maxPending", (it) => {
    it("bounds what is queued and running; beyond it submit throws", {
      options: { maxWorkers: 1, maxPending: 3 },
    }, async (pool) => {
      const gate = newGate();
      const futures = Array.from({ length: 3 }, (_, i) => pool.submit(passAsync<number>, gate, i));
      throwsAtOnce(QueueFullError, () => pool.submit(() => 1));
      await entered(gate);
      throwsAtOnce(QueueFullError, () => pool.submit(() => 1));
      open(gate);
      assert.deepEqual(await Promise.all(futures), [0, 1, 2]);
      assert.equal(await pool.submit(() => 4), 4);
    });

    it("gives a place back for a cancelled call", { options: { maxWorkers: 1, maxPending: 2 } }, async (pool) => {
      const gate = newGate();
      const running = pool.submit(passAsync<number>, gate, 0);
      const queued = pool.submit(() => 1);
      assert.equal(queued.cancel(), true);
      const next = pool.submit(() => 2);
      open(gate);
      assert.deepEqual([await running, await next], [0, 2]);
    });

    it("ready() waits until there is a place", { options: { maxWorkers: 1, maxPending: 1 } }, async (pool) => {
      await pool.ready();
      const gate = newGate();
      const future = pool.submit(passAsync<number>, gate, 0);
      let ready = false;
      const waiting = pool.ready().then(() => {
        ready = true;
      });
      await entered(gate);
      await turns();
      assert.equal(ready, false);
      open(gate);
      await waiting;
      await future;
      assert.equal(await pool.submit(() => 1), 1);
    });

    it("ready() lets a loop submit for ever without a full queue", { options: { maxPending: 4 } }, async (pool) => {
      const futures = [];
      for (let i = 0; i < 300; i++) {
        await pool.ready();
        futures.push(pool.submit((x: number) => x, i));
      }
      assert.equal((await Promise.all(futures)).length, 300);
    });

    it("ready() resolves at once where there is no bound", async (pool) => {
      const gate = newGate();
      const futures = Array.from({ length: 20 }, (_, i) => pool.submit(passAsync<number>, gate, i));
      await pool.ready();
      open(gate);
      await Promise.all(futures);
    });
  });

  contract(room, "the number of workers", (it) => {
    const readyWorkers = (pool: { stats(): { workers: readonly { state: string }[] } }) =>
      pool.stats().workers.filter((worker) => worker.state === "ready").length;

    it("minWorkers start with the executor", {
      options: { maxWorkers: 2, minWorkers: 2 },
    }, async (pool) => {
      await until(() => readyWorkers(pool) === 2);
    });

    it("warm() starts them all and resolves when they are ready", async (pool) => {
      await pool.warm();
      assert.equal(readyWorkers(pool), 2);
      await pool.warm();
      assert.equal(pool.stats().workers.length, 2);
    });

    it("idleTimeout stops idle workers down to minWorkers, and they come back on demand", {
      options: { maxWorkers: 2, minWorkers: 1, idleTimeout: 20 },
    }, async (pool) => {
      await pool.warm();
      await until(() => pool.stats().workers.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 60));
      assert.equal(pool.stats().workers.length, 1);
      const gate = newGate();
      const futures = [pool.submit(passAsync<number>, gate, 0), pool.submit(passAsync<number>, gate, 1)];
      await entered(gate, 2);
      open(gate);
      await Promise.all(futures);
    });

    it("idleTimeout may stop the last, and submit starts another", {
      options: { maxWorkers: 1, idleTimeout: 10 },
    }, async (pool) => {
      for (let round = 0; round < 3; round++) {
        assert.equal(await pool.submit((x: number) => x, round), round);
        await until(() => pool.stats().workers.length === 0);
      }
    });
  });
}
