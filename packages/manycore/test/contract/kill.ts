/** A task that does not stop when it is asked: after `grace` it is killed, and its worker alone replaced. */

import assert from "node:assert/strict";
import { AbortError, currentTask, sleep } from "manycore";
import { newCells } from "../support/cells.ts";
import { contract, type Room } from "../support/contract.ts";
import { failsWith } from "../support/expect.ts";
import { entered, newGate, open, pass, passAsync, spin, until } from "../support/gate.ts";

const DEAF = "a task that does not listen cannot be ended";

export function killContract(room: Room): void {
  contract(room, "a deaf task", (it) => {
    for (const grace of [0, 30]) {
      it(`is killed after its grace of ${grace} ms, and its worker alone replaced`, {
        needs: "kill",
        reason: DEAF,
      }, async (pool) => {
        const gate = newGate();
        const held = newGate();
        const controller = new AbortController();
        const neighbour = pool.submit(pass<string>, held, "unharmed");
        await entered(held);
        const future = pool.with({ signal: controller.signal, grace }).submit(spin, gate);
        await entered(gate);
        const queued = Array.from({ length: 20 }, (_, i) => pool.submit((x: number) => x, i));
        controller.abort(new Error("stop"));
        assert.equal(future.done(), true);
        await failsWith(AbortError, future);
        assert.deepEqual(
          await Promise.all(queued),
          Array.from({ length: 20 }, (_, i) => i),
        );
        assert.equal(neighbour.running(), true);
        open(held);
        assert.equal(await neighbour, "unharmed");
        assert.ok(pool.stats().workers.length <= 2);
      });
    }

    it("has its next like replaced at once, where that happens often: a worker is in waiting", {
      needs: "kill",
      reason: DEAF,
    }, async () => {
      const started = newCells(1);
      const count = (cells: typeof started) => Atomics.add(cells, 0, 1);
      const pool = room.open({ maxWorkers: 1, initializer: count, initArgs: [started] });
      try {
        const killOne = async () => {
          const [gate, controller] = [newGate(), new AbortController()];
          const future = pool.with({ signal: controller.signal, grace: 0 }).submit(spin, gate);
          await entered(gate);
          controller.abort();
          await failsWith(AbortError, future);
          return await pool.submit(() => currentTask().workerId);
        };
        assert.deepEqual([await killOne(), await killOne()], [1, 2]);
        await until(() => started[0] === 4); // the first, those in place of the killed, and the one in waiting
        assert.equal(pool.stats().workers.length, 1);
        assert.equal(await killOne(), 3);
      } finally {
        await pool.shutdown();
      }
    });

    it("is killed in the middle of a map, and the other items run", { needs: "kill", reason: DEAF }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const deaf = pool.with({ signal: controller.signal, grace: 0 }).submit(spin, gate);
      await entered(gate);
      const map = pool.map(
        (x: number) => x + 1,
        Array.from({ length: 300 }, (_, i) => i),
      );
      controller.abort();
      await failsWith(AbortError, deaf);
      assert.equal((await map).length, 300);
    });

    const busy = (x: number) => {
      const until = performance.now() + 5;
      while (performance.now() < until);
      return x;
    };

    it("that returns as it is killed takes no call behind it along", {
      needs: "kill",
      reason: DEAF,
      options: { maxWorkers: 1 },
    }, async (pool) => {
      for (let round = 0; round < 15; round++) {
        const gate = newGate();
        const controller = new AbortController();
        const doze = async (cells: typeof gate) => {
          Atomics.add(cells, 0, 1);
          await sleep(3_600_000);
        };
        const dozing = pool.with({ signal: controller.signal, grace: 0 }).submit(doze, gate);
        const behind = pool.submit(busy, round);
        await entered(gate);
        controller.abort();
        await failsWith(AbortError, dozing);
        assert.equal(await behind, round);
      }
    });

    it("is killed beside others of its worker only if the worker's event loop does not answer", {
      needs: "kill",
      reason: DEAF,
      options: { maxWorkers: 1, concurrency: 2 },
    }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const neighbour = pool.submit(passAsync<string>, gate, "unharmed");
      const never = async (cells: typeof gate) => {
        Atomics.add(cells, 0, 1);
        await new Promise(() => {});
      };
      const worker = pool.with({ signal: controller.signal, grace: 0 }).submit(never, gate);
      await entered(gate, 2);
      controller.abort();
      await failsWith(AbortError, worker);
      const next = pool.submit(() => "next");
      open(gate);
      assert.equal(await neighbour, "unharmed");
      assert.equal(await next, "next");
    });

    it("that blocks its event loop takes its worker's other tasks with it, and they are told", {
      needs: "kill",
      reason: DEAF,
      options: { maxWorkers: 1, concurrency: 2 },
    }, async (pool) => {
      const gate = newGate();
      const held = newGate();
      const controller = new AbortController();
      const neighbour = pool.submit(passAsync<string>, held, "never");
      await entered(held);
      const deaf = pool.with({ signal: controller.signal, grace: 0 }).submit(spin, gate);
      await entered(gate);
      controller.abort();
      await failsWith(AbortError, deaf);
      await assert.rejects(async () => neighbour, { name: "WorkerLostError" });
      assert.equal(await pool.submit(() => "next"), "next");
    });
  });
}
