/** State and big values in workers: `perWorker`, `share`, `move`, `currentTask`, the sleeps. */

import assert from "node:assert/strict";
import { currentTask, InvalidStateError, move, perWorker, share, sleep, sleepSync } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { throwsAtOnce } from "../support/expect.ts";
import { mark, marks, newGate } from "../support/gate.ts";

export function workerStateContract(room: Room): void {
  contract(room, "perWorker", (it) => {
    it("makes its value once per worker, at the first get()", async (pool) => {
      const gate = newGate();
      const handle = perWorker(() => ({ number: mark(gate), worker: currentTask().workerId }));
      const use = () => [handle.get().worker, currentTask().workerId];
      assert.equal(marks(gate), 0);
      const pairs = await pool.map(use, Array(100).fill(0) as number[], { chunkSize: 1 });
      assert.equal(marks(gate), new Set(pairs.map(([made]) => made)).size);
      if (room.capabilities.isolated) assert.ok(pairs.every(([made, used]) => made === used));
      else assert.equal(marks(gate), 1);
    });

    it("is not made where nobody asks", async (pool) => {
      const gate = newGate();
      const handle = perWorker(() => mark(gate));
      assert.equal(await pool.submit((ask: boolean) => (ask ? handle.get() : -1), false), -1);
      assert.equal(marks(gate), 0);
    });

    it("goes as an argument too, and is the same thing to every task", async (pool) => {
      const handle = perWorker(() => ({ uses: 0 }));
      const use = (state: typeof handle) => ++state.get().uses;
      const counts = await pool.map(use, Array(40).fill(handle) as (typeof handle)[]);
      const workers = (await pool.broadcast(() => 0)).length;
      assert.ok(counts.filter((count) => count === 1).length <= workers, `made more than once in a worker: ${counts}`);
    });

    it("is disposed of when the worker ends in peace", {
      needs: "isolated",
      reason: "its value is the host's own, which outlives the executor",
    }, async (pool) => {
      const gate = newGate();
      const handle = perWorker(
        () => ({ open: true }),
        (state) => {
          if (state.open) mark(gate);
        },
      );
      await pool.submit(() => handle.get().open);
      assert.equal(marks(gate), 0);
      await pool.shutdown();
      assert.equal(marks(gate), 1);
    });

    it("may fail, which is that task's failure", async (pool) => {
      const handle = perWorker((): number => {
        throw new RangeError("cannot open");
      });
      await assert.rejects(async () => pool.submit(() => handle.get()), { name: "RangeError", message: "cannot open" });
    });
  });

  contract(room, "share", (it) => {
    it("gives tasks and the host its value", async (pool) => {
      const table = share(new Map([["k", [1, 2, 3]]]));
      assert.deepEqual(table.value.get("k"), [1, 2, 3]);
      assert.equal(await pool.submit((k: string) => table.value.get(k)?.length, "k"), 3);
      assert.deepEqual(await pool.map((t: typeof table) => t.value.size, [table, table]), [1, 1]);
    });

    it("is one object per worker, decoded once", async (pool) => {
      const table = share({ touched: 0 });
      const touch = () => ++(table.value as { touched: number }).touched;
      const counts = await pool.map(touch, Array(50).fill(0) as number[]);
      const workers = (await pool.broadcast(() => 0)).length;
      assert.ok(counts.filter((count) => count === 1).length <= workers);
    });

    it("puts typed arrays and Buffers into shared memory, without a copy", {
      needs: "sharedMemory",
      reason: "another process gets a copy of what is shared between threads",
    }, async (pool) => {
      const floats = share(new Float64Array([1, 2, 3]));
      const bytes = share(Buffer.from("abc"));
      const look = () => [
        floats.value.buffer instanceof SharedArrayBuffer,
        floats.value[2],
        Buffer.isBuffer(bytes.value),
        bytes.value.toString(),
        bytes.value.buffer instanceof SharedArrayBuffer,
      ];
      assert.deepEqual(await pool.submit(look), [true, 3, true, "abc", true]);
      await pool.submit(() => {
        floats.value[0] = 9;
      });
      assert.equal(floats.value[0], 9);
    });

    it("of typed arrays and Buffers is what it was, alone and inside objects", async (pool) => {
      const floats = share(new Float64Array([1, 2, 3]));
      const inside = share({ bytes: Buffer.from("abc"), list: [new Uint16Array([7])] });
      const look = () => [
        floats.value instanceof Float64Array && floats.value[2],
        Buffer.isBuffer(inside.value.bytes) && inside.value.bytes.toString(),
        inside.value.list[0],
      ];
      for (const seen of await pool.broadcast(look)) assert.deepEqual(seen.slice(0, 2), [3, "abc"]);
      assert.equal(await pool.submit(() => inside.value.list[0]?.[0]), 7);
    });

    it("shares the SharedArrayBuffers it is given, as plain arguments do", {
      needs: "sharedMemory",
      reason: "another process cannot see them, and they are refused",
    }, async (pool) => {
      const words = new Int32Array(new SharedArrayBuffer(4));
      const shared = share({ words });
      await pool.submit((given: Int32Array) => Atomics.add(given, 0, 1), words);
      await pool.submit(() => Atomics.add(shared.value.words, 0, 1));
      assert.equal(words[0], 2);
    });
  });

  contract(room, "move", (it) => {
    it("returns a value like any other", async (pool) => {
      const make = (length: number) => {
        const bytes = new Uint8Array(length).fill(7);
        return move({ bytes, length }, [bytes.buffer]);
      };
      const { bytes, length } = await pool.submit(make, 1000);
      assert.deepEqual([bytes.length, bytes[999], length], [1000, 7, 1000]);
      assert.deepEqual(
        (await pool.map(make, [1, 2])).map((each) => each.bytes.length),
        [1, 2],
      );
    });

    it("takes the buffer away from the worker", {
      options: { maxWorkers: 1 },
      needs: "transfer",
      reason: "there is nowhere to move it",
    }, async (pool) => {
      type Keeper = { kept?: Uint8Array };
      await pool.submit(() => {
        const bytes = new Uint8Array(64);
        (globalThis as Keeper).kept = bytes;
        return move(bytes, [bytes.buffer]);
      });
      assert.equal(await pool.submit(() => (globalThis as Keeper).kept?.byteLength), 0);
    });
  });

  contract(room, "currentTask()", (it) => {
    it("tells worker, attempt and index", async (pool) => {
      const look = () => {
        const { workerId, attempt, index } = currentTask();
        return { workerId, attempt, index };
      };
      const { workerId, attempt, index } = await pool.submit(look);
      assert.deepEqual([typeof workerId, attempt, index], ["number", 1, 0]);
      const indices = await pool.map(() => currentTask().index, Array(100).fill(0) as number[], { chunkSize: 7 });
      assert.deepEqual(
        indices,
        Array.from({ length: 100 }, (_, i) => i),
      );
    });

    it("has a signal that is not aborted by itself", async (pool) => {
      const look = () => {
        const task = currentTask();
        task.throwIfAborted();
        return [task.signal.aborted, task.signal instanceof AbortSignal];
      };
      assert.deepEqual(await pool.submit(look), [false, true]);
    });

    it("is the task's own across awaits", async (pool) => {
      const later = async () => {
        const before = currentTask().index;
        await new Promise((resolve) => setTimeout(resolve, 1));
        return [before, currentTask().index];
      };
      const pairs = await pool.map(later, Array(10).fill(0) as number[], { chunkSize: 2 });
      assert.deepEqual(
        pairs,
        Array.from({ length: 10 }, (_, i) => [i, i]),
      );
    });

    it("does not exist outside a task", async (pool) => {
      throwsAtOnce(InvalidStateError, () => currentTask());
      await pool.submit(() => 1);
      throwsAtOnce(InvalidStateError, () => currentTask());
    });
  });

  contract(room, "sleep() and sleepSync()", (it) => {
    it("pause a task", async (pool) => {
      const nap = async () => {
        const start = performance.now();
        await sleep(6);
        sleepSync(6);
        return performance.now() - start;
      };
      assert.ok((await pool.submit(nap)) >= 10);
    });

    it("work on the host too", async () => {
      const start = performance.now();
      await sleep(5);
      sleepSync(5);
      assert.ok(performance.now() - start >= 8);
    });
  });
}
