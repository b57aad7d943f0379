/** What `map` promises for sized inputs: design section 2, Executor. */

import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { CancelledError, type MapResult, range } from "manycore";
import * as tasks from "../fixtures/tasks.mjs";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, throwsAtOnce } from "../support/expect.ts";
import {
  blockUntilOpen,
  entered,
  enteredCount,
  mark,
  marks,
  newGate,
  open,
  pass,
  turns,
  until,
} from "../support/gate.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const refuseMultiplesOfSeven = (x: number): number => {
  if (x % 7 === 0) throw new RangeError(`no ${x}`);
  return x;
};

export function mapContract(room: Room): void {
  contract(room, "map", (it) => {
    it("gives all results in input order", async (pool) => {
      assert.deepEqual(
        await pool.map((x: number) => x * x, numbers(1000)),
        numbers(1000).map((x) => x * x),
      );
    });

    it("gives them in input order however long each takes", async (pool) => {
      const dawdle = async (x: number) => {
        await new Promise((resolve) => setTimeout(resolve, x % 3));
        return x;
      };
      assert.deepEqual(await pool.map(dawdle, numbers(40)), numbers(40));
    });

    it("takes typed arrays of every kind, those of another realm too", async (pool) => {
      const { Float16Array } = globalThis as { Float16Array?: typeof Float64Array };
      const classes = [
        ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
        ...[Float32Array, Float64Array, ...(Float16Array === undefined ? [] : [Float16Array])],
      ];
      for (const kind of classes)
        assert.deepEqual(await pool.map(tasks.square, kind.from([1, 2, 7])), [1, 4, 49], kind.name);
      assert.deepEqual(await pool.map(tasks.square, Buffer.from([1, 2, 7])), [1, 4, 49]);
      assert.deepEqual(await pool.map((n: bigint) => n * n, BigInt64Array.from([-3n, 2n ** 31n])), [9n, 2n ** 62n]);
      const foreign = runInNewContext("Float64Array.from([1.5, -0])") as Float64Array;
      assert.deepEqual(await pool.map((x: number) => x, foreign), [1.5, -0]);
    });

    it("takes arrays, typed arrays, sets, maps and ranges", async (pool) => {
      const twice = (x: number) => 2 * x;
      assert.deepEqual(await pool.map(twice, [1, 2, 3]), [2, 4, 6]);
      assert.deepEqual(await pool.map(twice, new Float64Array([0.5, -0, 2])), [1, -0, 4]);
      assert.deepEqual(await pool.map(twice, new Int16Array([-3, 3])), [-6, 6]);
      assert.deepEqual(await pool.map((x: bigint) => x + 1n, new BigInt64Array([1n, -1n])), [2n, 0n]);
      assert.deepEqual(await pool.map(twice, new Set([3, 1])), [6, 2]);
      assert.deepEqual(
        await pool.map(
          ([key, value]: readonly [string, number]) => key + value,
          new Map([
            ["a", 1],
            ["b", 2],
          ]),
        ),
        ["a1", "b2"],
      );
      assert.deepEqual(await pool.map(twice, range(2, 8, 3)), [4, 10]);
    });

    it("resolves to nothing for nothing", async (pool) => {
      assert.deepEqual(await pool.map(tasks.square, []), []);
      assert.deepEqual(await pool.map(tasks.square, new Float64Array(0)), []);
      assert.deepEqual(await pool.map(tasks.square, []).settled(), []);
      for await (const value of pool.map(tasks.square, new Set<number>())) assert.fail(`got ${value}`);
    });

    it("draws from several iterables at once and stops at the shortest", async (pool) => {
      assert.deepEqual(await pool.map(tasks.add, [1, 2, 3], [10, 20]), [11, 22]);
      assert.deepEqual(
        await pool.map(
          (a: number, b: string, c: boolean) => `${a}${b}${c}`,
          [1, 2],
          ["x", "y", "z"],
          new Set([true, false]),
        ),
        ["1xtrue", "2yfalse"],
      );
    });

    it("calls the task with the item alone", async (pool) => {
      assert.deepEqual(await pool.map((...all: number[]) => all.length, numbers(20)), Array(20).fill(1));
      assert.deepEqual(await pool.map((...all: number[]) => all.length, new Float64Array(20)), Array(20).fill(1));
    });

    it("takes exported, asynchronous and built-in functions", async (pool) => {
      assert.deepEqual(await pool.map(tasks.square, [1, 2, 3]), [1, 4, 9]);
      assert.deepEqual(await pool.map(tasks.squareLater, [1, 2, 3]), [1, 4, 9]);
      assert.deepEqual(await pool.map(Math.sqrt, [1, 4, 9]), [1, 2, 3]);
    });

    it("keeps items and results of any kind", async (pool) => {
      const items = [
        undefined,
        null,
        -0,
        Number.NaN,
        "ä𝄞",
        10n,
        { a: [1, { b: 2 }] },
        [1, , 3],
        new Date(5),
        new Map([[1, new Set([2])]]),
      ];
      assert.deepEqual(await pool.map((x: unknown) => x, items), items);
    });

    it("refuses a string, and what is no iterable, at once", (pool) => {
      throwsAtOnce(TypeError, () => pool.map((x: unknown) => x, "abc" as unknown as string[]));
      throwsAtOnce(TypeError, () => pool.map((x: unknown) => x, 5 as unknown as string[]));
      throwsAtOnce(TypeError, () => pool.map((x: unknown) => x, undefined as unknown as string[]));
      throwsAtOnce(TypeError, () => (pool as unknown as { map(fn: unknown): void }).map((x: unknown) => x));
      throwsAtOnce(TypeError, () => pool.map("f" as unknown as (x: number) => number, [1]));
    });

    it("starts at the call, before anybody reads", async (pool) => {
      const gate = newGate();
      const result = pool.map(mark, [gate, gate, gate]);
      await until(() => marks(gate) === 3);
      assert.equal((await result).length, 3);
    });

    it("reads its input at the call: later mutation is not seen", async (pool) => {
      const list = numbers(100);
      const typed = new Float64Array([1, 2, 3]);
      const results = [pool.map(tasks.square, list), pool.map(tasks.square, typed)] as const;
      list.fill(0);
      typed.fill(0);
      assert.deepEqual(
        await results[0],
        numbers(100).map((x) => x * x),
      );
      assert.deepEqual(await results[1], [1, 4, 9]);
    });
  });

  contract(room, "the result of a map", (it) => {
    it("is awaitable, iterable, and has toArray() and settled()", async (pool) => {
      const make = (): MapResult<number> => pool.map(refuseMultiplesOfSeven, [1, 2, 3]);
      assert.deepEqual(await make(), [1, 2, 3]);
      assert.deepEqual(await make().toArray(), [1, 2, 3]);
      const seen: number[] = [];
      for await (const value of make()) seen.push(value);
      assert.deepEqual(seen, [1, 2, 3]);
      assert.deepEqual(
        await make().settled(),
        [1, 2, 3].map((value) => ({ status: "fulfilled", value })),
      );
    });

    it("streams: a result can be read before the last has been made", {
      needs: "parallel",
      reason: "a blocked task blocks the host",
    }, async (pool) => {
      const gate = newGate();
      const blockLast = (x: number, barrier: typeof gate) => {
        if (x === 9) blockUntilOpen(barrier);
        return x;
      };
      const results = pool.map(blockLast, numbers(10), Array(10).fill(gate) as (typeof gate)[], { chunkSize: 10 });
      for (let i = 0; i < 9; i++) assert.deepEqual(await results.next(), { value: i, done: false });
      open(gate);
      assert.deepEqual(await results.next(), { value: 9, done: false });
      assert.equal((await results.next()).done, true);
    });

    it("throws the first failure in input order, and is exhausted then", async (pool) => {
      const results = pool.map(refuseMultiplesOfSeven, [1, 2, 14, 3, 7]);
      assert.equal((await results.next()).value, 1);
      assert.equal((await results.next()).value, 2);
      await assert.rejects(results.next(), { name: "RangeError", message: "no 14" });
      assert.deepEqual(await results.next(), { value: undefined, done: true });
      await assert.rejects(async () => pool.map(refuseMultiplesOfSeven, [1, 2, 14, 3, 7]), { message: "no 14" });
      await assert.rejects(pool.map(refuseMultiplesOfSeven, [1, 2, 14, 3, 7]).toArray(), { message: "no 14" });
    });

    it("throws in input order though a later item failed earlier", {
      needs: "parallel",
      reason: "a blocked task blocks the host",
    }, async (pool) => {
      const gate = newGate();
      const fail = (x: number, barrier: typeof gate) => {
        if (x === 0) blockUntilOpen(barrier);
        else Atomics.add(barrier, 3, 1);
        throw new Error(`item ${x}`);
      };
      const result = pool.map(fail, [0, 1], [gate, gate], { chunkSize: 1 }).toArray();
      await until(() => marks(gate) === 1);
      open(gate);
      await assert.rejects(result, { message: "item 0" });
    });

    it("cancels what has not started after a failure", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const failFirst = async (barrier: typeof gate, x: number) => {
        if (x === 0) throw new Error("first");
        Atomics.add(barrier, 3, 1);
        await new Promise((resolve) => setTimeout(resolve, 1));
      };
      await assert.rejects(
        async () => pool.map(failFirst, Array(5000).fill(gate) as (typeof gate)[], range(5000), { chunkSize: 1 }),
        { message: "first" },
      );
      await pool.shutdown();
      assert.ok(marks(gate) < 4999, `${marks(gate)} items ran`);
    });

    it("tells every item's outcome through settled(), and never stops early", async (pool) => {
      const outcomes = await pool.map(refuseMultiplesOfSeven, numbers(50)).settled();
      assert.equal(outcomes.length, 50);
      for (const [i, outcome] of outcomes.entries()) {
        if (i % 7 === 0)
          assert.ok(
            outcome.status === "rejected" &&
              outcome.reason instanceof RangeError &&
              outcome.reason.message === `no ${i}`,
          );
        else assert.deepEqual(outcome, { status: "fulfilled", value: i });
      }
    });

    it("stays readable after the pool's end, which finishes what was submitted", async (pool) => {
      const awaited = pool.map(tasks.squareLater, numbers(50));
      const streamed = pool.map(tasks.squareLater, numbers(50));
      await pool[Symbol.asyncDispose]();
      assert.equal((await awaited).length, 50);
      const seen: number[] = [];
      for await (const value of streamed) seen.push(value);
      assert.deepEqual(
        seen,
        numbers(50).map((x) => x * x),
      );
    });

    it("cancels the rest when the loop is left", {
      needs: "parallel",
      reason: "a blocked task blocks the host",
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const gate = newGate();
      const gates = Array(100).fill(gate) as (typeof gate)[];
      const pause = (barrier: typeof gate, x: number) => {
        if (x > 0) Atomics.add(barrier, 0, 1);
        if (x > 0) blockUntilOpen(barrier);
        return x;
      };
      for await (const value of pool.map(pause, gates, range(100), { chunkSize: 10 })) {
        assert.equal(value, 0);
        await entered(gate);
        break;
      }
      open(gate);
      await pool.shutdown();
      assert.equal(enteredCount(gate), 1);
    });

    it("can be ended by return() and by dispose, again and again", async (pool) => {
      const gate = newGate();
      const result = pool.map(mark, Array(10).fill(gate) as (typeof gate)[]);
      assert.deepEqual(await result.return(), { value: undefined, done: true });
      assert.deepEqual(await result.next(), { value: undefined, done: true });
      await result.return();
      await result[Symbol.asyncDispose]();
      assert.ok(marks(gate) <= 10);
    });

    it("is no unhandled rejection when nobody reads it", async (pool) => {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown) => unhandled.push(reason);
      process.on("unhandledRejection", listener);
      const warnings: Error[] = [];
      const note = (warning: Error) => warnings.push(warning);
      process.on("warning", note);
      pool.map(refuseMultiplesOfSeven, [7]);
      await pool.shutdown();
      await turns();
      process.off("unhandledRejection", listener).off("warning", note);
      assert.deepEqual(unhandled, []);
      assert.equal(warnings.filter((warning) => warning.message.includes("no 7")).length, 1);
    });

    it("is cancelled by a shutdown that cancels, item by item", {
      needs: "parallel",
      reason: "a blocked task blocks the host",
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const gate = newGate();
      const settled = pool
        .map(pass<number>, Array(20).fill(gate) as (typeof gate)[], numbers(20), { chunkSize: 4 })
        .settled();
      await entered(gate);
      const ended = pool.shutdown({ cancelFutures: true });
      open(gate);
      await ended;
      const outcomes = await settled;
      assert.deepEqual(outcomes[0], { status: "fulfilled", value: 0 });
      assert.ok(outcomes.slice(1).every((each) => each.status === "rejected" && each.reason instanceof CancelledError));
      assert.equal(enteredCount(gate), 1);
    });

    it("fails with what its input threw", async (pool) => {
      const bad = {
        length: 3,
        *[Symbol.iterator]() {
          yield 1;
          throw new EvalError("bad input");
        },
      };
      const error = await failsWith(EvalError, pool.map(tasks.square, bad).toArray());
      assert.equal(error.message, "bad input");
      assert.equal(await pool.submit(tasks.square, 2), 4);
    });
  });
}
