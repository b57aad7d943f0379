/** Uneven work: nobody waits behind a long task while another worker is idle. */

import assert from "node:assert/strict";
import { currentTask } from "manycore";
import { newCells } from "../support/cells.ts";
import { contract, type Room, type Terms } from "../support/contract.ts";
import { blockUntilOpen, entered, type Gate, mark, marks, newGate, open, pass, until } from "../support/gate.ts";

const terms: Terms = { needs: "parallel", reason: "it has one worker, and a blocked task blocks the host" };
/** A worker that others claim for has what it was given, also what is behind an item that takes long. */
const claiming: Terms = { needs: "claims", reason: "what its worker has is begun" };
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Task: the item 0 blocks, the others leave a mark. */
function blockFirst(x: number, gate: Gate): number {
  if (x === 0) blockUntilOpen(gate);
  else Atomics.add(gate, 3, 1);
  return x;
}

export function unevenWorkContract(room: Room): void {
  contract(room, "uneven work", (it) => {
    it("calls behind a long one are taken over by an idle worker", claiming, async (pool) => {
      const gate = newGate();
      const futures = numbers(200).map((i) => pool.submit(blockFirst, i, gate));
      await until(() => marks(gate) === 199);
      assert.equal(futures[0]?.running(), true);
      assert.deepEqual(await Promise.all(futures.slice(1)), numbers(200).slice(1));
      open(gate);
      assert.equal(await futures[0], 0);
    });

    it("items of a chunk behind a long one are taken over by an idle worker", claiming, async (pool) => {
      const gate = newGate();
      const result = pool.map(blockFirst, numbers(64), Array(64).fill(gate) as Gate[], { chunkSize: 32 }).toArray();
      await until(() => marks(gate) === 63);
      open(gate);
      assert.deepEqual(await result, numbers(64));
    });

    it("a quick call does not wait for a slow one sent with it", {
      ...terms,
      options: { maxWorkers: 1 },
    }, async (pool) => {
      const gate = newGate();
      const quick = [pool.submit(mark, gate), pool.submit(mark, gate)];
      const slow = pool.submit(pass<number>, gate, 9);
      assert.deepEqual(await Promise.all(quick), [0, 1]);
      await entered(gate);
      open(gate);
      assert.equal(await slow, 9);
    });

    it("a map of long items uses every worker from the start", terms, async (pool) => {
      const gate = newGate();
      const result = pool.map(pass<number>, Array(6).fill(gate) as Gate[], numbers(6)).toArray();
      await entered(gate, 2);
      open(gate);
      assert.deepEqual(await result, numbers(6));
    });

    it("what is taken over runs once", terms, async (pool) => {
      const runs = newCells(3000);
      const count = (x: number, cells: typeof runs) => {
        const until = performance.now() + (x % 100 === 0 ? 3 : 0.01);
        while (performance.now() < until);
        Atomics.add(cells, x, 1);
        return x;
      };
      const values = await pool.map(count, numbers(3000), Array(3000).fill(runs) as (typeof runs)[]);
      assert.deepEqual(values, numbers(3000));
      assert.ok(runs.every((each) => each === 1));
    });

    it("two maps and single calls share the workers without mixing results", async (pool) => {
      const [a, b, ...single] = await Promise.all([
        pool.map((x: number) => x + 1, numbers(500)),
        pool.map((x: number) => `${x}`, numbers(500)),
        ...numbers(100).map((i) => pool.submit((x: number) => -x, i)),
      ]);
      assert.deepEqual([a, b], [numbers(500).map((x) => x + 1), numbers(500).map(String)]);
      assert.ok(single.every((value, i) => value === 0 - i));
    });
  });

  contract(room, "a worker", (it) => {
    it("lets its timers run between tasks, however many wait", { options: { maxWorkers: 1 } }, async (pool) => {
      type Clock = { ticks?: number; clock?: NodeJS.Timeout };
      await pool.submit(() => {
        const own = globalThis as Clock;
        own.ticks = 0;
        own.clock = setInterval(() => {
          own.ticks = (own.ticks ?? 0) + 1;
        }, 1);
      });
      const busy = () => {
        const until = performance.now() + 1;
        while (performance.now() < until);
        return (globalThis as Clock).ticks ?? 0;
      };
      const ticks = await Promise.all(numbers(200).map(() => pool.submit(busy)));
      const inMap = await pool.map(busy, numbers(200), { chunkSize: 200 });
      await pool.submit(() => clearInterval((globalThis as Clock).clock));
      assert.ok(Math.max(...ticks) > 1, "no timer ran between the calls");
      assert.ok((inMap.at(-1) ?? 0) > (inMap[0] ?? 0), "no timer ran between the items");
    });

    it("reports progress and prints while its task still runs", terms, async (pool) => {
      const gate = newGate();
      const told: unknown[] = [];
      let printed = "";
      const { write } = process.stdout;
      process.stdout.write = ((chunk: string | Uint8Array) => {
        printed += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
        return true;
      }) as typeof write;
      try {
        const talk = (cells: Gate) => {
          console.log("half way");
          currentTask().reportProgress(0.5);
          blockUntilOpen(cells);
        };
        const future = pool.with({ onProgress: ({ value }) => told.push(value) }).submit(talk, gate);
        await until(() => printed.includes("half way\n") && told.includes(0.5));
        assert.equal(future.done(), false);
        open(gate);
        await future;
      } finally {
        process.stdout.write = write;
      }
    });
  });
}
