import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { closeFd, createArena, futexWait, futexWake } from "@manycore/native";
import { start } from "./support/programs.ts";
import { until } from "./support/until.ts";

test("a wait says why it ended", () => {
  const words = new Int32Array(createArena(64).buffer);
  words[3] = -5;
  assert.equal(futexWait(words, 3, 0, Infinity), "not-equal");
  assert.equal(futexWait(words, 3, -5, 0), "timed-out");
  assert.equal(futexWait(words, 3, -5, 0.5), "timed-out");
  assert.equal(futexWait(words.subarray(3), 0, -5, 20), "timed-out");
  assert.equal(futexWake(words, 3, Infinity), 0);
});

test("a round trip between processes, ten thousand times", async () => {
  const { fd, buffer } = createArena(4096);
  const words = new Int32Array(buffer);
  const pong = start("pong.cjs", { arena: fd });
  const rounds = 10_000;
  for (let ball = 1; ball < 2 * rounds; ball += 2) {
    Atomics.store(words, 0, ball);
    futexWake(words, 0, 1);
    while (Atomics.load(words, 0) === ball) futexWait(words, 0, ball, 1000);
    assert.equal(Atomics.load(words, 0), ball + 1);
  }
  Atomics.store(words, 0, -1);
  futexWake(words, 0, 1);
  assert.equal(await pong.end(), 0, pong.stderr());
  closeFd(fd);
});

/** Waits without limit, once, and says how it ended. */
const waiter = `
  const { workerData, parentPort } = require("node:worker_threads");
  const { openArena, futexWait } = require("@manycore/native");
  const words = new Int32Array(openArena(workerData));
  Atomics.add(words, 1, 1);
  parentPort.postMessage(futexWait(words, 0, 0, Infinity));
`;

test("a wake wakes as many as it is told, and says how many", async () => {
  const { fd, buffer } = createArena(64);
  const words = new Int32Array(buffer);
  const workers = Array.from({ length: 3 }, () => new Worker(waiter, { eval: true, workerData: fd }));
  const answers = Promise.all(workers.map((worker) => once(worker, "message")));
  await until(() => Atomics.load(words, 1) === 3);
  assert.equal(futexWake(words, 0, 0), 0);
  let woken = 0;
  await until(() => {
    const now = futexWake(words, 0, 1);
    assert.ok(now <= 1);
    woken += now;
    return woken === 3;
  });
  assert.equal(futexWake(words, 0, Infinity), 0);
  assert.deepEqual(await answers, [["ok"], ["ok"], ["ok"]]);
  await Promise.all(workers.map((worker) => worker.terminate()));
  closeFd(fd);
});

test("words that are not on shared pages, and places that are not in them, are refused", () => {
  const { buffer } = createArena(64);
  const words = new Int32Array(buffer);
  const calls = {
    wait: (array: Int32Array, index: number) => futexWait(array, index, 0, 0),
    wake: (array: Int32Array, index: number) => futexWake(array, index, 1),
  };
  for (const call of Object.values(calls)) {
    for (const plain of [new Int32Array(4), new Int32Array(1e6), new Int32Array(new SharedArrayBuffer(16))]) {
      assert.throws(() => call(plain, 0), { code: "ERR_MANYCORE_NOT_SHARED", message: /createArena/ });
    }
    for (const index of [-1, 16, 0.5, Number.NaN, 2 ** 40, Infinity]) {
      assert.throws(() => call(words, index), { name: "RangeError", code: "ERR_OUT_OF_RANGE", message: /^index/ });
    }
    assert.throws(() => call(new Int32Array(buffer, 8, 0), 0), { code: "ERR_OUT_OF_RANGE" });
    for (const other of [new Uint32Array(buffer), new DataView(buffer), buffer, [0], null, new Proxy(words, {})]) {
      assert.throws(() => call(other as Int32Array, 0), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    }
  }
  for (const expected of [0.5, 2 ** 31, -(2 ** 31) - 1, Number.NaN]) {
    assert.throws(() => futexWait(words, 0, expected, 0), { code: "ERR_OUT_OF_RANGE", message: /^expected/ });
  }
  for (const timeout of [-1, Number.NaN, -Infinity]) {
    assert.throws(() => futexWait(words, 0, 0, timeout), { code: "ERR_OUT_OF_RANGE", message: /^timeoutMs/ });
  }
  for (const count of [-1, 0.5, Number.NaN, -Infinity, 2 ** 31]) {
    assert.throws(() => futexWake(words, 0, count), { code: "ERR_OUT_OF_RANGE", message: /^count/ });
  }
});
