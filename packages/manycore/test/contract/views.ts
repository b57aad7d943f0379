/** The views of `map`: `starmap`, `mapReduce`, `reduceByKey`; and `split`, `partial`. */

import assert from "node:assert/strict";
import { Placeholder, partial, range, split } from "manycore";
import * as tasks from "../fixtures/tasks.mjs";
import { contract, type Room } from "../support/contract.ts";
import { throwsAtOnce } from "../support/expect.ts";

export function viewsContract(room: Room): void {
  contract(room, "starmap", (it) => {
    it("calls the task with each tuple as its arguments", async (pool) => {
      assert.deepEqual(
        await pool.starmap(tasks.add, [
          [1, 2],
          [3, 4],
        ]),
        [3, 7],
      );
      const pairs = new Set<[string, number]>([
        ["x", 2],
        ["y", 3],
      ]);
      assert.deepEqual(await pool.starmap((a: string, b: number) => a.repeat(b), pairs), ["xx", "yyy"]);
      assert.deepEqual(await pool.starmap((...all: number[]) => all.length, [[], [1], [1, 2]]), [0, 1, 2]);
    });

    it("streams an unsized input and takes the options of map", async (pool) => {
      function* tuples() {
        for (let i = 0; i < 10; i++) yield [i, 1] as const;
      }
      const stream = pool.starmap(tasks.add, tuples(), { chunkSize: 3, bufferSize: 4 });
      assert.equal((stream as { then?: unknown }).then, undefined);
      assert.deepEqual(
        await stream.toArray(),
        Array.from({ length: 10 }, (_, i) => i + 1),
      );
    });
  });

  contract(room, "mapReduce", (it) => {
    const sum = { zero: () => 0, fold: (acc: number, x: number) => acc + x, merge: (a: number, b: number) => a + b };

    it("folds in the workers and merges in index order", async (pool) => {
      assert.equal(await pool.mapReduce(range(1, 10_001), sum), 50_005_000);
      const words = Array.from({ length: 500 }, (_, i) => `w${i}`);
      const join = {
        zero: () => "",
        fold: (acc: string, word: string) => `${acc}${word} `,
        merge: (a: string, b: string) => a + b,
      };
      assert.equal(await pool.mapReduce(words, join), words.map((word) => `${word} `).join(""));
    });

    it("gives zero for nothing", async (pool) => {
      assert.equal(await pool.mapReduce([], sum), 0);
    });

    it("gives the same float answer for any number of workers, bit for bit", async (pool) => {
      const items = Array.from({ length: 5000 }, (_, i) => Math.sin(i) * 10 ** (i % 17));
      const answers = new Set<number>();
      const other = room.open({ maxWorkers: 1 });
      for (let round = 0; round < 3; round++) {
        answers.add(await pool.mapReduce(items, sum));
        answers.add(await other.mapReduce(items, sum));
        answers.add(await pool.mapReduce(items.values(), sum));
      }
      await other.shutdown();
      assert.equal(answers.size, 1);
    });

    it("takes asynchronous folds and fails with what a fold threw", async (pool) => {
      const later = async (acc: number, x: number) => acc + x;
      assert.equal(await pool.mapReduce([1, 2, 3], { ...sum, fold: later }), 6);
      const bad = (acc: number, x: number) => {
        if (x === 77) throw new RangeError("seventy-seven");
        return acc + x;
      };
      await assert.rejects(pool.mapReduce(range(200), { ...sum, fold: bad }), {
        name: "RangeError",
        message: "seventy-seven",
      });
    });
  });

  contract(room, "reduceByKey", (it) => {
    it("merges the values of each key", async (pool) => {
      const text = ["a b a", "c a", "b"];
      const pairs = (line: string) => line.split(" ").map((word) => [word, 1] as const);
      const counts = await pool.reduceByKey(text, pairs, (a: number, b: number) => a + b);
      assert.ok(counts instanceof Map);
      assert.deepEqual(
        [...counts],
        [
          ["a", 3],
          ["b", 2],
          ["c", 1],
        ],
      );
    });

    it("takes pairs from a generator and merges in index order", async (pool) => {
      function* pairs(x: number) {
        yield [x % 3, `${x};`] as const;
      }
      const joined = await pool.reduceByKey(range(300), pairs, (a: string, b: string) => a + b);
      for (const [key, text] of joined) {
        assert.equal(text, Array.from({ length: 100 }, (_, i) => `${3 * i + key};`).join(""));
      }
      assert.equal(joined.size, 3);
    });
  });

  contract(room, "split and partial", (it) => {
    it("split cuts like NumPy's array_split", async (pool) => {
      assert.deepEqual(split([1, 2, 3, 4, 5, 6, 7], 3), [
        [1, 2, 3],
        [4, 5],
        [6, 7],
      ]);
      assert.deepEqual(split([1, 2], 4), [[1], [2], [], []]);
      assert.deepEqual(split([], 2), [[], []]);
      throwsAtOnce(RangeError, () => split([1], 0));
      const parts = split(
        Array.from({ length: 100 }, (_, i) => i),
        8,
      );
      const sums = await pool.map((part: readonly number[]) => part.reduce((a, b) => a + b, 0), parts);
      assert.equal(
        sums.reduce((a, b) => a + b, 0),
        4950,
      );
    });

    it("partial binds arguments, with holes", async (pool) => {
      const join = (a: number, b: number, c: number) => `${a}-${b}-${c}`;
      assert.equal(await pool.submit(partial(join, 1, 2), 3), "1-2-3");
      assert.equal(await pool.submit(partial(join, Placeholder, 2), 1, 3), "1-2-3");
      assert.deepEqual(await pool.map(partial(tasks.add, 10), [1, 2]), [11, 12]);
      assert.equal(partial(join, 1)(2, 3), "1-2-3");
    });

    it("bound functions keep what they are bound to", async (pool) => {
      function scale(this: { factor: number }, a: number, b: number) {
        return this.factor * (a + b);
      }
      assert.equal(await pool.submit(scale.bind({ factor: 3 }, 1), 2), 9);
    });
  });
}
