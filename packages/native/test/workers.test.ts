import assert from "node:assert/strict";
import { once } from "node:events";
import { fstatSync } from "node:fs";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { closeFd, createArena, futexWake, watch } from "@manycore/native";
import { mappingsOf, sentriesOf } from "./support/proc.ts";
import { start } from "./support/programs.ts";
import { until } from "./support/until.ts";

/** Watches a word of an arena, counts its calls in another, and ends as it is told. */
const watcher = `
  const { workerData: { fd, how }, parentPort } = require("node:worker_threads");
  const { openArena, watch } = require("@manycore/native");
  const words = new Int32Array(openArena(fd));
  const bells = [0, 0, 1].map((index) => watch(words, index, () => Atomics.add(words, 2, 1)));
  for (const bell of bells) bell.ref();
  parentPort.postMessage("watching");
  if (how === "close") for (const bell of bells) bell.close();
  if (how === "unref") for (const bell of bells) bell.unref();
  if (how === "exit") setImmediate(() => process.exit());
  if (how === "throw") setImmediate(() => { throw new Error("on purpose"); });
`;

function ring(words: Int32Array) {
  Atomics.add(words, 0, 1);
  futexWake(words, 0, Infinity);
}

for (const how of ["close", "unref", "exit", "throw", "terminate"]) {
  test(`worker threads that watch and end by ${how} leave no thread and no mapping`, async () => {
    const { fd, buffer } = createArena(64);
    const words = new Int32Array(buffer);
    for (let round = 0; round < 3; round++) {
      const workers = Array.from(
        { length: 4 },
        () => new Worker(watcher, { eval: true, workerData: { fd, how }, stderr: true }),
      );
      await Promise.all(
        workers.map(async (worker) => {
          worker.on("error", () => {});
          const exit = new Promise((resolve) => worker.once("exit", resolve));
          await new Promise((resolve) => worker.once("message", resolve));
          // Also while it is told of changes.
          for (let i = 0; i < 100; i++) ring(words);
          if (how === "terminate") worker.terminate();
          for (let i = 0; i < 100; i++) ring(words);
          await exit;
        }),
      );
    }
    assert.equal(sentriesOf().length, 0);
    assert.equal(mappingsOf(fstatSync(fd).ino).length, 1);
    closeFd(fd);
  });
}

test("several worker threads and this one are told of the same word", async () => {
  const { fd, buffer } = createArena(64);
  const words = new Int32Array(buffer);
  let told = 0;
  const bell = watch(words, 0, () => told++);
  const workers = Array.from({ length: 3 }, () => new Worker(watcher, { eval: true, workerData: { fd, how: "" } }));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  ring(words);
  await until(() => told === 1 && Atomics.load(words, 2) === 6);
  await Promise.all(workers.map((worker) => worker.terminate()));
  ring(words);
  await until(() => told === 2);
  bell.close();
  closeFd(fd);
});

test("an addon that only worker threads load comes and goes with them", async () => {
  const program = start("worker-only.cjs");
  assert.equal(await program.line(), "over");
  assert.equal(await program.end(), 0, program.stderr());
});

test("a report that a worker thread does not live to hear is dropped", async () => {
  const program = start("unanswered.cjs");
  assert.equal(await program.line(), "exit 0");
  assert.equal(await program.end(), 0, program.stderr());
});
