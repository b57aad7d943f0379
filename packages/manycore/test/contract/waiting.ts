/** `wait`, `asCompleted` and `firstSuccess` over the futures of executors. */

import assert from "node:assert/strict";
import {
  AbortError,
  asCompleted,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Future,
  firstSuccess,
  TimeoutError,
  wait,
} from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { failsWith } from "../support/expect.ts";
import { entered, mark, marks, newGate, open, passAsync } from "../support/gate.ts";

export function waitingContract(room: Room): void {
  contract(room, "waiting for several futures", (it) => {
    it("wait() resolves when all are done, however they ended", async (pool) => {
      const fine = pool.submit(() => 1);
      const failed = pool.submit(() => {
        throw new Error("no");
      });
      const dropped = pool.submit(() => 2);
      dropped.cancel();
      const { done, notDone } = await wait([fine, failed, dropped, fine]);
      assert.deepEqual(done, new Set<Future<unknown>>([fine, failed, dropped]));
      assert.equal(notDone.size, 0);
      await failed.exception();
    });

    it("wait() stops at the first that is done, or the first that failed", {
      options: { concurrency: 4 },
    }, async (pool) => {
      const gate = newGate();
      const slow = pool.submit(passAsync<number>, gate, 1);
      const quick = pool.submit(() => 2);
      const first = await wait([slow, quick], { returnWhen: FIRST_COMPLETED });
      assert.deepEqual([first.done, first.notDone], [new Set([quick]), new Set([slow])]);
      const failed = pool.submit((): number => {
        throw new Error("no");
      });
      const second = await wait([slow, quick, failed], { returnWhen: FIRST_EXCEPTION });
      assert.ok(second.done.has(failed) && second.notDone.has(slow));
      await failed.exception();
      open(gate);
      assert.equal(await slow, 1);
    });

    it("wait() returns what is done when time runs out", async (pool) => {
      const gate = newGate();
      const slow = pool.submit(passAsync<number>, gate, 1);
      const { done, notDone } = await wait([slow], { timeout: 5 });
      assert.deepEqual([done.size, notDone.size], [0, 1]);
      open(gate);
      await slow;
    });

    it("asCompleted() gives futures in the order they are done", { options: { concurrency: 4 } }, async (pool) => {
      const gates = [newGate(), newGate(), newGate()] as const;
      const futures = gates.map((gate, i) => pool.submit(passAsync<number>, gate, i));
      const order: number[] = [];
      open(gates[2]);
      for await (const future of asCompleted(futures)) {
        order.push(await future);
        if (order.length === 1) open(gates[0]);
        if (order.length === 2) open(gates[1]);
      }
      assert.deepEqual(order, [2, 0, 1]);
    });

    it("asCompleted() throws when time runs out, naming how many are not done", async (pool) => {
      const gate = newGate();
      const futures = [pool.submit(() => 1), pool.submit(passAsync<number>, gate, 2)];
      const seen: number[] = [];
      const error = await failsWith(TimeoutError, async () => {
        await futures[0];
        for await (const future of asCompleted(futures, { timeout: 20 })) seen.push(await future);
      });
      assert.match(error.message, /1 \(of 2\)/);
      assert.deepEqual(seen, [1]);
      open(gate);
      await futures[1];
    });

    it("futures of different executors mix", async (pool) => {
      const other = room.open({ maxWorkers: 1 });
      const futures = [pool.submit(() => 1), other.submit(() => 2)];
      const { done } = await wait(futures);
      assert.equal(done.size, 2);
      await other.shutdown();
    });

    it("firstSuccess() gives the first value and asks what still runs to stop", {
      options: { maxWorkers: 1, concurrency: 2 },
    }, async (pool) => {
      const gate = newGate();
      const slow = pool.with({ grace: 10_000 }).submit(passAsync<string>, gate, "late");
      await entered(gate);
      const failed = pool.submit((): string => {
        throw new Error("no");
      });
      assert.equal(await firstSuccess([slow, failed, pool.submit(() => "first")]), "first");
      await failsWith(AbortError, slow);
      open(gate);
    });

    it("firstSuccess() cancels what has not started", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const blocker = pool.submit(passAsync<number>, gate, 0);
      await entered(gate);
      const queued = Array.from({ length: 3 }, () => pool.submit(mark, gate));
      const byHand = new Future<number>();
      const first = firstSuccess([...queued, byHand]);
      byHand.setResult(7);
      assert.equal(await first, 7);
      assert.ok(queued.every((future) => future.cancelled()));
      open(gate);
      await blocker;
      await pool.shutdown();
      assert.equal(marks(gate), 0);
    });

    it("firstSuccess() rejects with all reasons when none succeeds", async (pool) => {
      const fail = (message: string) => {
        throw new Error(message);
      };
      const error = await failsWith(AggregateError, firstSuccess([pool.submit(fail, "a"), pool.submit(fail, "b")]));
      assert.deepEqual(error.errors.map((each: Error) => each.message).sort(), ["a", "b"]);
    });
  });
}
