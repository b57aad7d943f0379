/** `with(...)`: one pool seen with other call options. */

import assert from "node:assert/strict";
import { currentTask, type Executor, type Progress, sleepSync, TimeoutError } from "manycore";
import { bump, countNow, levelNow, raise } from "../fixtures/counter.mjs";
import { newCells } from "../support/cells.ts";
import { contract, type Room, type Terms } from "../support/contract.ts";
import { failsWith } from "../support/expect.ts";
import { entered, enteredCount, mark, marks, newGate, open, pass, passAsync, turns } from "../support/gate.ts";

const BLOCKS = "a blocked task blocks the host";
const OWN_MODULES: Terms = { needs: "isolated", reason: "it shares the modules of the host" };

export function withOptionsContract(room: Room): void {
  contract(room, "with()", (it) => {
    it("gives the same pool: its workers, its end", async (pool) => {
      const view = pool.with({ name: "view" });
      assert.equal(view.maxWorkers, pool.maxWorkers);
      assert.equal(await view.submit((x: number) => x + 1, 1), 2);
      assert.deepEqual(await view.map((x: number) => x + 1, [1, 2]), [2, 3]);
      assert.equal(pool.stats().completed, 3);
      await view.shutdown();
      assert.throws(() => pool.submit(() => 1), { name: "ExecutorShutdownError" });
    });

    it("adds to the options of the view it is called on", {
      needs: "isolated",
      reason: "retries are for lost workers, and it cannot lose itself",
    }, async (pool) => {
      const view = pool.with({ retries: 1 }).with({ name: "renamed" });
      const error = await failsWith(
        Error,
        view.submit(() => process.exit(3)),
      );
      assert.deepEqual([(error as { task?: string }).task, (error as { attempt?: number }).attempt], ["renamed", 2]);
    });

    it("priority: higher goes first among what is queued", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const order = newCells(16);
      const log = (cells: typeof order, tag: number) => {
        cells[Atomics.add(cells, 0, 1) + 1] = tag;
      };
      const blocker = pool.submit(passAsync<number>, gate, 0);
      await entered(gate);
      const priorities = [0, 5, -5, 1, 5, 0];
      const futures = priorities.map((priority, i) =>
        pool.with({ priority }).submit(log, order, 10 * (priority + 5) + i),
      );
      open(gate);
      await Promise.all([blocker, ...futures]);
      assert.deepEqual([...order.subarray(1, 7)], [101, 104, 63, 50, 55, 2]);
    });

    it("queueTimeout: a call that waits too long never runs", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const blocker = pool.submit(passAsync<number>, gate, 0);
      await entered(gate);
      const late = pool.with({ queueTimeout: 20 }).submit(mark, gate);
      const patient = pool.with({ queueTimeout: 600_000 }).submit(mark, gate);
      await failsWith(TimeoutError, late);
      assert.equal(late.running(), false);
      open(gate);
      assert.equal(await patient, 0);
      await blocker;
      assert.equal(marks(gate), 1);
    });

    it("queueTimeout: does not touch what has started", async (pool) => {
      const gate = newGate();
      await pool.warm();
      const future = pool.with({ queueTimeout: 1000 }).submit(passAsync<string>, gate, "ran");
      await entered(gate);
      await new Promise((resolve) => setTimeout(resolve, 1200));
      assert.equal(future.running(), true);
      open(gate);
      assert.equal(await future, "ran");
    });

    it("concurrency: no more calls of the view at a time", {
      options: { maxWorkers: 3 },
      needs: "parallel",
      reason: BLOCKS,
    }, async (pool) => {
      const gate = newGate();
      const view = pool.with({ concurrency: 1 });
      const cells = newCells(2);
      const overlap = (c: typeof cells) => {
        const inside = Atomics.add(c, 0, 1) + 1;
        if (inside > 1) Atomics.store(c, 1, 1);
        sleepSync(2);
        Atomics.sub(c, 0, 1);
      };
      const outside = pool.submit(pass<number>, gate, 1);
      await Promise.all(Array.from({ length: 12 }, () => view.submit(overlap, cells)));
      assert.equal(cells[1], 0, "two ran together");
      assert.equal(outside.done(), false);
      open(gate);
      await outside;
    });

    it("concurrency: holds for the items of a map too", async (pool) => {
      const cells = newCells(2);
      const overlap = async (c: typeof cells) => {
        if (Atomics.add(c, 0, 1) > 0) Atomics.store(c, 1, 1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        Atomics.sub(c, 0, 1);
      };
      await pool.with({ concurrency: 1 }).map(overlap, Array(20).fill(cells) as (typeof cells)[], { chunkSize: 3 });
      assert.equal(cells[1], 0, "two ran together");
    });

    it("concurrency: counts the calls of one view, not of its pool", {
      needs: "parallel",
      reason: BLOCKS,
    }, async (pool) => {
      const gate = newGate();
      const views: Executor[] = [pool.with({ concurrency: 1 }), pool.with({ concurrency: 1 })];
      const futures = views.map((view) => view.submit(pass<number>, gate, 0));
      await entered(gate, 2);
      open(gate);
      await Promise.all(futures);
    });

    it("onProgress: hears what tasks report, in order, with the item that reported", async (pool) => {
      const told: Progress[] = [];
      const report = (x: number) => {
        currentTask().reportProgress({ half: x / 2 });
        currentTask().reportProgress("end");
        return x;
      };
      const view = pool.with({ onProgress: (progress) => told.push(progress) });
      assert.equal(await view.submit(report, 8), 8);
      const reported = told.filter((each) => each.value !== undefined);
      assert.deepEqual(
        reported.map((each) => each.value),
        [{ half: 4 }, "end"],
      );
      told.length = 0;
      await view.map(report, [0, 1, 2]);
      const ends = told.filter((each) => each.value === "end").map((each) => each.index);
      assert.deepEqual(ends.sort(), [0, 1, 2]);
    });

    it("timeout: counts each call of the view by itself", async (pool) => {
      const view = pool.with({ timeout: 60_000 });
      assert.deepEqual(await view.map((x: number) => x, [1, 2, 3]), [1, 2, 3]);
    });

    it("signal: belongs to every call of the view", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const controller = new AbortController();
      const view = pool.with({ signal: controller.signal });
      const futures = [view.submit(passAsync<number>, gate, 0), view.submit(mark, gate)] as const;
      const stranger = pool.submit(() => "untouched");
      await entered(gate);
      controller.abort();
      await assert.rejects(async () => futures[0], { name: "AbortError" });
      await assert.rejects(async () => futures[1], { name: "CancelledError" });
      open(gate);
      assert.equal(await stranger, "untouched");
      assert.equal(marks(gate), 0);
    });

    it("transfer: moves a buffer to the task", {
      needs: "transfer",
      reason: "there is nowhere to move it",
    }, async (pool) => {
      const bytes = new Uint8Array([1, 2, 3]);
      const sum = (given: Uint8Array) => given.reduce((a, b) => a + b, 0);
      const future = pool.with({ transfer: [bytes.buffer] }).submit(sum, bytes);
      assert.equal(await future, 6);
      assert.equal(bytes.byteLength, 0);
    });

    it("transfer: waits for a free worker and is never sent twice", {
      needs: "transfer",
      reason: "there is nowhere to move it",
    }, async (pool) => {
      const gate = newGate();
      const blockers = [pool.submit(pass<number>, gate, 0), pool.submit(pass<number>, gate, 1)];
      await entered(gate, 2);
      const bytes = new Uint8Array([7]);
      const future = pool.with({ transfer: [bytes.buffer], retries: 5 }).submit(
        (given: Uint8Array, counter: Int32Array) => {
          Atomics.add(counter, 3, 1);
          return process.exit(given[0]);
        },
        bytes,
        gate,
      );
      open(gate);
      await Promise.all(blockers);
      const error = await failsWith(Error, future);
      assert.deepEqual([error.name, (error as { exitCode?: number }).exitCode, marks(gate)], ["WorkerLostError", 7, 1]);
    });

    it("ship: sends the text of a function that a module could give, with its variables", OWN_MODULES, async (pool) => {
      const now = bump();
      assert.equal(await pool.submit(countNow), 0);
      assert.equal(await pool.with({ ship: "value" }).submit(countNow), now);
    });

    it(
      "ship: a module's function that reads what the host has reassigned earns one warning",
      OWN_MODULES,
      async (pool) => {
        const warnings: Error[] = [];
        const note = (warning: Error) => warnings.push(warning);
        process.on("warning", note);
        raise();
        assert.equal(await pool.submit(levelNow), 0);
        await pool.submit(levelNow);
        await turns();
        process.off("warning", note);
        const texts = warnings.map(String);
        assert.equal(
          texts.filter((text) => /levelNow/.test(text) && /\blevel\b/.test(text)).length,
          1,
          texts.join("\n"),
        );
      },
    );
  });

  contract(room, "the constructor's concurrency", (it) => {
    it("runs that many asynchronous tasks in one worker, and no more", {
      options: { maxWorkers: 1, concurrency: 3 },
    }, async (pool) => {
      const gate = newGate();
      const futures = Array.from({ length: 7 }, (_, i) => pool.submit(passAsync<number>, gate, i));
      await entered(gate, 3);
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(enteredCount(gate), 3);
      open(gate);
      assert.deepEqual(await Promise.all(futures), [0, 1, 2, 3, 4, 5, 6]);
    });

    it("is one unless said otherwise", { options: { maxWorkers: 1 } }, async (pool) => {
      const gate = newGate();
      const futures = [pool.submit(passAsync<number>, gate, 0), pool.submit(passAsync<number>, gate, 1)];
      await entered(gate);
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(enteredCount(gate), 1);
      open(gate);
      await Promise.all(futures);
    });

    it("keeps each task's own currentTask()", { options: { maxWorkers: 1, concurrency: 4 } }, async (pool) => {
      const indices = async () => {
        const first = currentTask().index;
        await new Promise((resolve) => setTimeout(resolve, 2));
        return [first, currentTask().index];
      };
      const results = await pool.map(indices, Array(12).fill(0) as number[], { chunkSize: 1 });
      assert.deepEqual(
        results,
        Array.from({ length: 12 }, (_, i) => [i, i]),
      );
    });
  });
}
