import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Future } from "manycore";
import { Complaint } from "../../src/complaint.ts";
import type { Item, Source } from "../../src/inputs.ts";
import { OutputClosed, type ResultSink } from "../../src/outputs.ts";
import { Run } from "../../src/run.ts";
import { numbers } from "../support/program.ts";

const itemsOf = (inputs: readonly string[]): Item[] =>
  inputs.map((input, index) => ({ input, place: `line ${index + 1}` }));

function sourceOf(...batches: (readonly string[])[]): Source {
  return {
    batches: (async function* () {
      for (const batch of batches) yield itemsOf(batch);
    })(),
    drawn: () => undefined,
    close() {},
  };
}

/** A run whose tasks are ended by hand. */
function bench(source: Source, failing?: Error) {
  const futures: Future<unknown>[] = [];
  const written: string[] = [];
  const ended: string[] = [];
  const run = new Run({
    pool: {
      maxWorkers: 2,
      submit: () => {
        const future = new Future<never>();
        futures.push(future);
        return future;
      },
    },
    task: () => {},
    source,
    sink: {
      write: async (line: string) => void written.push(line),
      flush: async () => {
        if (failing !== undefined) throw failing;
      },
    } as unknown as ResultSink,
    ended: ({ input }, failure) => ended.push(`${input} ${failure === undefined ? "done" : failure.error}`),
  });
  return { run, futures, written, ended };
}

describe("a run", () => {
  test("draws no further than its window while the oldest item runs, though the others be done", async () => {
    const { run, futures, written } = bench(sourceOf(numbers(100).map(String)));
    const end = run.toEnd();
    await turn();
    assert.equal(futures.length, 16);
    for (const future of futures.slice(1)) future.setResult(0);
    await turn();
    assert.deepEqual([futures.length, written.length], [16, 0]);
    futures[0]?.setResult(0);
    await turn();
    assert.deepEqual([futures.length, written.length], [100, 16]);
    for (const future of futures.slice(16)) future.setResult(0);
    await end;
    assert.equal(written.length, 100);
  });

  test("writes in input order and goes on after a failure", async () => {
    const { run, futures, written, ended } = bench(sourceOf(["a", "b"], [], ["c"]));
    const end = run.toEnd();
    await turn();
    futures[2]?.setResult({ c: 1 });
    futures[1]?.setException("is bad");
    futures[0]?.setResult(undefined);
    await end;
    assert.deepEqual(written, ["null", '{"c":1}']);
    assert.deepEqual(ended, ["a done", "b is bad", "c done"]);
  });

  test("ends when its source does, whichever of the two is waited for", async () => {
    for (const batches of [[], [[]], [["a"]], [["a"], []], numbers(50).map((number) => [String(number)])]) {
      const { run, futures, written } = bench(sourceOf(...batches));
      const end = run.toEnd();
      for (let i = 0; i < batches.flat().length; i++) {
        while (futures[i] === undefined) await turn();
        futures[i]?.setResult(i);
      }
      await end;
      assert.equal(written.length, batches.flat().length);
    }
  });

  test("whose source fails writes what it had begun before it says so", async () => {
    const torn: Source = {
      batches: (async function* () {
        yield itemsOf(["a", "b"]);
        throw new Complaint("torn");
      })(),
      drawn: () => undefined,
      close() {},
    };
    const { run, futures, written } = bench(torn);
    const end = run.toEnd();
    end.catch(() => {});
    await turn();
    for (const future of futures) future.setResult(1);
    await assert.rejects(end, { message: "torn" });
    assert.deepEqual(written, ["1", "1"]);
  });

  test("whose output fails draws no more", async () => {
    const { run, futures } = bench(sourceOf(numbers(100).map(String)), new OutputClosed());
    await assert.rejects(run.toEnd(), OutputClosed);
    const drawn = futures.length;
    await turn();
    assert.equal(futures.length, drawn);
    assert.ok(futures.every((future) => future.cancelled()));
  });

  test("that is stopped cancels what waits and writes what ran", async () => {
    const { run, futures, written, ended } = bench(sourceOf(numbers(100).map(String)));
    const end = run.toEnd();
    await turn();
    futures[0]?.setRunningOrNotifyCancel();
    run.stop();
    futures[0]?.setResult("ran");
    await end;
    assert.deepEqual([written, ended], [['"ran"'], ["0 done"]]);
    assert.equal(futures.length, 16);
  });

  test("that no worker can be started for stops at once", async () => {
    const { run, futures, ended } = bench(sourceOf(["a", "b"]));
    const end = run.toEnd();
    end.catch(() => {});
    await turn();
    futures[0]?.setException(Object.assign(new Error("no worker starts"), { code: "MANYCORE_BROKEN_EXECUTOR" }));
    await assert.rejects(end, (error) => error instanceof Complaint && error.message === "Error: no worker starts");
    assert.deepEqual(ended, []);
  });
});
