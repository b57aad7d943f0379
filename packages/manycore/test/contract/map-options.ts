/** The options of `map`. */

import assert from "node:assert/strict";
import { CancelledError, type MapOptions, type Progress, range, TimeoutError } from "manycore";
import * as tasks from "../fixtures/tasks.mjs";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, throwsAtOnce } from "../support/expect.ts";
import { entered, enteredCount, mark, marks, newGate, open, pass, passAsync } from "../support/gate.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const squares = (count: number): number[] => numbers(count).map((x) => x * x);

export function mapOptionsContract(room: Room): void {
  contract(room, "chunkSize", (it) => {
    it("changes no result", async (pool) => {
      for (const chunkSize of ["auto", 1, 7, 250, 1000] as const) {
        assert.deepEqual(await pool.map(tasks.square, numbers(250), { chunkSize }), squares(250));
        assert.deepEqual(await pool.map(tasks.square, new Float64Array(numbers(250)), { chunkSize }), squares(250));
      }
    });

    it("never shows: a failure is one item's alone", async (pool) => {
      const fail = (x: number) => {
        if (x === 50) throw new Error("fifty");
        return x;
      };
      const outcomes = await pool.map(fail, numbers(100), { chunkSize: 100 }).settled();
      assert.deepEqual(
        outcomes.flatMap((each, i) => (each.status === "rejected" ? [i] : [])),
        [50],
      );
    });

    it("must be an integer of at least one, or auto", (pool) => {
      for (const wrong of [0, -1, 1.5, Number.NaN]) {
        assert.match(
          throwsAtOnce(RangeError, () => pool.map(tasks.square, [1], { chunkSize: wrong })).message,
          /"chunkSize"/,
        );
      }
      throwsAtOnce(TypeError, () => pool.map(tasks.square, [1], { chunkSize: "big" } as unknown as MapOptions));
    });
  });

  contract(room, "the options of map", (it) => {
    it("are recognised by not being iterable, and unknown ones refused with the nearest name", (pool) => {
      const error = throwsAtOnce(TypeError, () => pool.map(tasks.square, [1], { chunksize: 2 } as MapOptions));
      assert.match(error.message, /"chunksize".*"chunkSize"/s);
    });

    it("deadline: ends the whole iteration, and cancels what has not started", {
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const gate = newGate();
      const result = pool.map(passAsync<number>, Array(10).fill(gate) as (typeof gate)[], numbers(10), {
        deadline: 30,
        chunkSize: 10,
      });
      await failsWith(TimeoutError, result);
      open(gate);
      await pool.shutdown();
      assert.ok(enteredCount(gate) <= 1);
    });

    it("deadline: says nothing when all is done in time", async (pool) => {
      assert.deepEqual(await pool.map(tasks.square, numbers(10), { deadline: 60_000 }), squares(10));
    });

    it("ordered false: gives results as they are completed", {
      needs: "parallel",
      reason: "a blocked task blocks the host",
    }, async (pool) => {
      const gates = [newGate(), newGate()] as const;
      const results = pool.map(pass<string>, [...gates], ["first", "second"], { ordered: false, chunkSize: 1 });
      open(gates[1]);
      assert.equal((await results.next()).value, "second");
      open(gates[0]);
      assert.equal((await results.next()).value, "first");
      assert.equal((await results.next()).done, true);
    });

    it("ordered false: loses nothing", async (pool) => {
      const seen: number[] = [];
      for await (const value of pool.map(tasks.square, numbers(500), { ordered: false })) seen.push(value);
      assert.deepEqual(
        seen.sort((a, b) => a - b),
        squares(500),
      );
    });

    it("signal: an aborted one cancels all, with its reason", async (pool) => {
      const gate = newGate();
      const reason = new Error("not today");
      const result = pool.map(mark, Array(5).fill(gate) as (typeof gate)[], { signal: AbortSignal.abort(reason) });
      const error = await failsWith(CancelledError, result);
      assert.equal(error.cause, reason);
      await pool.shutdown();
      assert.equal(marks(gate), 0);
    });

    it("signal: aborts what runs and cancels the rest", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const settled = pool
        .map(passAsync<number>, Array(10).fill(gate) as (typeof gate)[], numbers(10), {
          signal: controller.signal,
          chunkSize: 5,
        })
        .settled();
      await entered(gate);
      const reason = new Error("enough");
      controller.abort(reason);
      const outcomes = await settled;
      open(gate);
      const [first, ...rest] = outcomes.map((each) =>
        each.status === "rejected" ? (each.reason as Error) : undefined,
      );
      assert.deepEqual([first?.name, first?.cause], ["AbortError", reason]);
      assert.deepEqual(
        rest.map((error) => [error?.name, error?.cause]),
        Array(9).fill(["CancelledError", reason]),
      );
      await pool.shutdown();
      assert.equal(enteredCount(gate), 1);
    });

    it("onProgress: counts items as they end, well or not", async (pool) => {
      const told: Progress[] = [];
      const fail = (x: number) => {
        if (x === 3) throw new Error("three");
        return x;
      };
      await pool.map(fail, numbers(20), { onProgress: (progress) => told.push(progress) }).settled();
      const ended = told.filter((each) => each.index === undefined);
      assert.deepEqual([ended.at(-1)?.done, ended.at(-1)?.total], [20, 20]);
      assert.ok(ended.every((each, i) => i === 0 || each.done > (ended[i - 1]?.done ?? 0)));
    });

    it("onProgress: knows no total of an input of unknown length", async (pool) => {
      const told: Progress[] = [];
      function* endless() {
        for (let i = 0; ; i++) yield i;
      }
      const stream = pool.map(tasks.square, endless(), { onProgress: (progress) => told.push(progress) });
      for (let i = 0; i < 5; i++) await stream.next();
      await stream.return();
      assert.ok(told.length >= 5 && told.every((each) => each.total === undefined));
    });

    it("into: collects numbers in a typed array", async (pool) => {
      const floats = await pool.map(tasks.square, numbers(100), { into: Float64Array });
      assert.deepEqual(floats, new Float64Array(squares(100)));
      assert.deepEqual(
        await pool.map(tasks.square, new Float32Array([1.5, 2]), { into: Float32Array }),
        new Float32Array([2.25, 4]),
      );
      assert.deepEqual(await pool.map(tasks.square, range(4), { into: Uint8Array }), new Uint8Array([0, 1, 4, 9]));
      assert.deepEqual(
        await pool.map(tasks.square, numbers(3).values(), { into: Int32Array }).toArray(),
        new Int32Array([0, 1, 4]),
      );
    });
  });

  contract(room, "range", (it) => {
    it("is sized and counts like Python's", (pool) => {
      assert.deepEqual([...range(4)], [0, 1, 2, 3]);
      assert.deepEqual([...range(1, 4)], [1, 2, 3]);
      assert.deepEqual([...range(10, 0, -3)], [10, 7, 4, 1]);
      assert.deepEqual([...range(3, 3)], []);
      assert.deepEqual([...range(5, 1)], []);
      throwsAtOnce(RangeError, () => range(0, 5, 0));
      assert.equal("then" in pool.map(tasks.square, range(0)), true);
    });

    it("costs nothing to make, however long", async (pool) => {
      const result = pool.map(tasks.square, range(1e12), { bufferSize: 2 });
      assert.equal((await result.next()).value, 0);
      await result.return();
    });
  });
}
