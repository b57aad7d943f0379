/** `broadcast`: once in every worker. */

import assert from "node:assert/strict";
import { currentTask } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { entered, newGate, open, passAsync } from "../support/gate.ts";

export function broadcastContract(room: Room): void {
  contract(room, "broadcast()", (it) => {
    it("runs once in each worker and gives a result of each", async (pool) => {
      const ids = await pool.broadcast((base: number) => base + currentTask().workerId, 100);
      assert.equal(ids.length, 2);
      assert.equal(new Set(ids).size, ids.length);
      assert.equal(pool.stats().workers.length, ids.length);
    });

    it("sets up state that later tasks of every worker find", async (pool) => {
      await pool.broadcast((value: number) => {
        (globalThis as { testState?: number }).testState = value;
      }, 42);
      const found = await pool.map(
        () => (globalThis as { testState?: number }).testState,
        Array(50).fill(0) as number[],
        { chunkSize: 1 },
      );
      assert.deepEqual(new Set(found), new Set([42]));
      await pool.broadcast(() => {
        delete (globalThis as { testState?: number }).testState;
      });
    });

    it("reaches busy workers too", async (pool) => {
      const gate = newGate();
      const busy = pool.submit(passAsync<number>, gate, 0);
      await entered(gate);
      const all = pool.broadcast(() => currentTask().workerId);
      open(gate);
      assert.equal((await all).length, 2);
      await busy;
    });

    it("rejects with what a worker's run threw", async (pool) => {
      await assert.rejects(
        async () =>
          pool.broadcast(() => {
            throw new RangeError("no");
          }),
        { name: "RangeError", message: "no" },
      );
      assert.equal(await pool.submit(() => 1), 1);
    });
  });
}
