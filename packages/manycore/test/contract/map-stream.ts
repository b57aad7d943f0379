/** What `map` promises for inputs of unknown length: drawn as results are read. */

import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { MapStream } from "manycore";
import * as tasks from "../fixtures/tasks.mjs";
import { contract, type Room } from "../support/contract.ts";
import { throwsAtOnce } from "../support/expect.ts";
import {
  blockUntilOpen,
  entered,
  type Gate,
  mark,
  marks,
  newGate,
  open,
  passAsync,
  turns,
  until,
} from "../support/gate.ts";

/** A generator that tells how far it was drawn and whether it was closed. */
function source(count: number) {
  const log = { drawn: 0, closed: false };
  function* draw() {
    try {
      for (let i = 0; i < count; i++) {
        log.drawn = i + 1;
        yield i;
      }
    } finally {
      log.closed = true;
    }
  }
  return { log, items: draw() };
}

function* gated(gate: Gate, items: Iterable<number>): Generator<[Gate, number]> {
  for (const item of items) yield [gate, item];
}

export function evenOnly(i: number): number {
  if (i % 2 !== 0) throw new RangeError(`odd ${i}`);
  return i;
}

export function mapStreamContract(room: Room): void {
  contract(room, "map over an input of unknown length", (it) => {
    it("gives results in input order", async (pool) => {
      const seen: number[] = [];
      for await (const value of pool.map(tasks.square, source(500).items)) seen.push(value);
      assert.deepEqual(
        seen,
        Array.from({ length: 500 }, (_, i) => i * i),
      );
    });

    it("takes asynchronous iterables and streams", async (pool) => {
      async function* later() {
        for (let i = 0; i < 20; i++) {
          await new Promise((resolve) => setImmediate(resolve));
          yield i;
        }
      }
      assert.deepEqual(
        await pool.map(tasks.square, later()).toArray(),
        Array.from({ length: 20 }, (_, i) => i * i),
      );
      const lines = Readable.from(["a", "b", "c"]) as AsyncIterable<string>;
      assert.deepEqual(await pool.map((line: string) => line.toUpperCase(), lines).toArray(), ["A", "B", "C"]);
    });

    it("stops at the shortest of several inputs, and closes the others", async (pool) => {
      const long = source(1e9);
      assert.deepEqual(await pool.map(tasks.add, long.items, [10, 20, 30]).toArray(), [10, 21, 32]);
      await until(() => long.log.closed);
    });

    it("outcomes() goes on after failures, each with its place in the input", async (pool) => {
      for (const ordered of [true, false]) {
        const seen = new Map<number, unknown>();
        for await (const outcome of pool.map(evenOnly, source(300).items, { ordered }).outcomes()) {
          if (ordered) assert.equal(outcome.index, seen.size);
          seen.set(outcome.index, outcome.status === "fulfilled" ? outcome.value : (outcome.reason as Error).message);
        }
        const expected = Array.from({ length: 300 }, (_, i) => [i, i % 2 === 0 ? i : `odd ${i}`]);
        assert.deepEqual(
          [...seen].sort(([a], [b]) => a - b),
          expected,
        );
      }
    });

    it("outcomes() tells of an input that throws, and ends with it", async (pool) => {
      function* broken() {
        yield 3;
        throw new RangeError("no more");
      }
      const seen = [];
      for await (const outcome of pool.map(tasks.square, broken()).outcomes()) seen.push(outcome);
      assert.deepEqual(seen[0], { index: 0, status: "fulfilled", value: 9 });
      assert.equal((seen[1] as PromiseRejectedResult).reason.message, "no more");
      assert.equal(seen.length, 2);
    });

    it("outcomes() tells of a failure when it happens, though an earlier item still runs", async (pool) => {
      if (!room.capabilities.parallel) return;
      const gate = newGate();
      const waitOrThrow = (index: number, flag: Gate): number => {
        if (index > 0) throw new Error(`no ${index}`);
        blockUntilOpen(flag);
        return index;
      };
      const told: number[] = [];
      const ended: string[] = [];
      const stream = pool.map(waitOrThrow, [0, 1, 2], [gate, gate, gate], { chunkSize: 1 });
      const onFailure = ({ index }: { index: number }) => {
        told.push(index);
        if (told.length < 2) return;
        assert.deepEqual(ended, []);
        open(gate);
      };
      for await (const { status } of stream.outcomes({ onFailure })) ended.push(status);
      assert.deepEqual(
        [told.sort(), ended],
        [
          [1, 2],
          ["fulfilled", "rejected", "rejected"],
        ],
      );
    });

    it("leaving outcomes() cancels what has not started and closes the input", async (pool) => {
      const { log, items } = source(1e9);
      for await (const { index } of pool.map(tasks.square, items).outcomes()) if (index === 10) break;
      assert.equal(log.closed, true);
      assert.equal(await pool.submit(tasks.square, 5), 25);
    });

    it("cancel() drops what has not started, and what runs is delivered", async (pool) => {
      const gate = newGate();
      const { log, items } = source(1e9);
      const stream = pool.starmap(passAsync<number>, gated(gate, items), { chunkSize: 1 });
      await entered(gate);
      stream.cancel();
      open(gate);
      const outcomes = [];
      for await (const outcome of stream.outcomes()) outcomes.push(outcome);
      assert.equal(log.closed, true);
      const ended = outcomes.filter(({ status }) => status === "fulfilled").length;
      for (const [at, outcome] of outcomes.entries()) {
        assert.equal(outcome.index, at);
        if (outcome.status === "rejected") assert.equal(outcome.reason.code, "MANYCORE_CANCELLED");
      }
      assert.ok(ended >= 1 && ended <= 2 && outcomes.length > ended, `${ended} of ${outcomes.length} ran`);
    });

    it("has no then, so that an async function which returns it does not drain it", async (pool) => {
      const { log, items } = source(1e9);
      const hand = async (): Promise<MapStream<number>> => pool.map(tasks.square, items);
      const stream = await hand();
      assert.equal((stream as { then?: unknown }).then, undefined);
      assert.deepEqual(await stream.next(), { value: 0, done: false });
      await stream.return();
      assert.equal(log.closed, true);
    });

    it("draws an endless input in a bounded window", async (pool) => {
      const { log, items } = source(Number.POSITIVE_INFINITY);
      const stream = pool.map(tasks.square, items);
      for (let i = 0; i < 10; i++) assert.equal((await stream.next()).value, i * i);
      await turns(50);
      const drawn = log.drawn;
      await turns(50);
      assert.equal(log.drawn, drawn, "it went on drawing though nobody reads");
      assert.ok(drawn < 1_000_000, `${drawn} drawn`);
      await stream.return();
      assert.equal(log.closed, true);
    });

    it("ends for a reader who comes when everything is done, and finds the end by reading", async (pool) => {
      const stream = pool.map(tasks.square, source(10).items, { bufferSize: 10 });
      await until(() => pool.stats().completed === 10);
      assert.equal((await stream.toArray()).length, 10);
    });

    it("closes its input when the loop is left", async (pool) => {
      const { log, items } = source(Number.POSITIVE_INFINITY);
      for await (const value of pool.map(tasks.square, items)) if (value === 16) break;
      assert.equal(log.closed, true);
    });

    it("closes its input after a failure", async (pool) => {
      const { log, items } = source(Number.POSITIVE_INFINITY);
      const fail = (x: number) => {
        if (x === 3) throw new Error("three");
        return x;
      };
      const seen: number[] = [];
      await assert.rejects(
        async () => {
          for await (const value of pool.map(fail, items)) seen.push(value);
        },
        { message: "three" },
      );
      assert.deepEqual(seen, [0, 1, 2]);
      await until(() => log.closed);
    });

    it("gives what came before, then throws what its input threw", async (pool) => {
      function* bad() {
        yield 1;
        yield 2;
        throw new EvalError("bad input");
      }
      const stream = pool.map(tasks.square, bad());
      assert.equal((await stream.next()).value, 1);
      assert.equal((await stream.next()).value, 4);
      await assert.rejects(stream.next(), { name: "EvalError", message: "bad input" });
      assert.deepEqual(await stream.next(), { value: undefined, done: true });
    });

    it("tells every item's outcome through settled()", async (pool) => {
      const fail = (x: number) => {
        if (x === 1) throw new Error("one");
        return x;
      };
      const outcomes = await pool.map(fail, source(3).items).settled();
      assert.deepEqual(
        outcomes.map((each) => each.status),
        ["fulfilled", "rejected", "fulfilled"],
      );
    });

    it("stays readable after the pool's end", async (pool) => {
      const stream = pool.map(tasks.square, source(5).items);
      const ended = pool.shutdown();
      assert.deepEqual(await stream.toArray(), [0, 1, 4, 9, 16]);
      await ended;
    });
  });

  contract(room, "bufferSize", (it) => {
    it("draws that many at the call and one more per result read", async (pool) => {
      const { log, items } = source(1000);
      const stream = pool.map(tasks.square, items, { bufferSize: 7 });
      assert.equal(log.drawn, 7);
      await turns();
      assert.equal(log.drawn, 7);
      for (let read = 1; read <= 20; read++) {
        await stream.next();
        await turns(3);
        assert.equal(log.drawn, 7 + read);
      }
      await stream.return();
    });

    it("counts items, not chunks, and lets a partial chunk leave", async (pool) => {
      const { log, items } = source(1000);
      const stream = pool.map(tasks.square, items, { bufferSize: 5, chunkSize: 100 });
      assert.equal(log.drawn, 5);
      assert.equal((await stream.next()).value, 0);
      assert.equal((await stream.next()).value, 1);
      await stream.return();
    });

    it("bounds a sized input too", async (pool) => {
      const gate = newGate();
      const result = pool.map(mark, Array(100).fill(gate) as (typeof gate)[], { bufferSize: 3 });
      await until(() => marks(gate) === 3);
      await turns();
      assert.equal(marks(gate), 3);
      assert.equal((await result).length, 100);
    });

    it("must be an integer of at least one", (pool) => {
      for (const wrong of [0, -1, 1.5, Number.NaN]) {
        assert.match(
          throwsAtOnce(RangeError, () => pool.map(tasks.square, [1], { bufferSize: wrong })).message,
          /"bufferSize"/,
        );
      }
    });
  });

  contract(room, "results that nobody reads", (it) => {
    const COUNT = 160;
    const megabyte = (x: number) => new Uint8Array(2 ** 20).fill(x);

    it("pause dispatch above 64 MiB, and reading resumes it", async (pool) => {
      const result = pool.map(
        megabyte,
        Array.from({ length: COUNT }, (_, i) => i),
        { chunkSize: 1 },
      );
      let quiet = 0;
      await until(() => {
        quiet = pool.stats().running === 0 && pool.stats().completed > 0 ? quiet + 1 : 0;
        return quiet === 100;
      });
      const made = pool.stats().completed;
      assert.ok(made >= 60 && made < COUNT, `${made} of ${COUNT} made`);
      let read = 0;
      for await (const bytes of result) assert.equal(bytes[0], read++ % 256);
      assert.equal(read, COUNT);
    });

    it("do not pause a map that is awaited", async (pool) => {
      const all = await pool.map(
        megabyte,
        Array.from({ length: 80 }, (_, i) => i),
        { chunkSize: 1 },
      );
      assert.deepEqual([all.length, all[79]?.[0]], [80, 79]);
    });
  });
}
