import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { closeFd, createArena, futexWake, type Watch, watch } from "@manycore/native";
import { collect } from "./support/garbage.ts";
import { sentriesOf } from "./support/proc.ts";
import { start } from "./support/programs.ts";
import { until } from "./support/until.ts";

const makeWords = () => new Int32Array(createArena(64).buffer);

function ring(words: Int32Array, index = 0) {
  Atomics.add(words, index, 1);
  futexWake(words, index, Infinity);
}

test("changes within one turn of the event loop are one call, and none is lost", async () => {
  const words = makeWords();
  const seen: number[] = [];
  const bell = watch(words, 2, () => seen.push(Atomics.load(words, 2)));
  for (let turn = 1; turn <= 20; turn++) {
    for (let i = 0; i < 500; i++) ring(words, 2);
    await until(() => seen.at(-1) === turn * 500);
  }
  assert.equal(seen.length, 20);
  // Of another word, and woken for nothing.
  ring(words, 3);
  futexWake(words, 2, Infinity);
  await setTimeout(20);
  assert.equal(seen.length, 20);
  bell.close();
});

test("each of a thousand changes by another process is answered", async () => {
  const { fd, buffer } = createArena(64);
  const words = new Int32Array(buffer);
  const bell = watch(words, 0, () => ring(words, 1));
  const ringer = start("ringer.cjs", { arena: fd, args: [1000] });
  assert.equal(await ringer.end(), 0, ringer.stderr());
  assert.equal(Atomics.load(words, 0), 1000);
  assert.equal(Atomics.load(words, 1), 1000);
  bell.close();
  closeFd(fd);
});

test("a change before the native thread runs is told", async () => {
  const words = makeWords();
  for (let i = 0; i < 100; i++) {
    let told = false;
    const bell = watch(words, 0, () => {
      told = true;
    });
    ring(words);
    await until(() => told);
    bell.close();
  }
});

test("an idle watch does not keep the process alive; ref does, until unref or close", async () => {
  for (const how of [[], ["unref"]]) {
    const { fd } = createArena(64);
    const idle = start("idle-watch.cjs", { arena: fd, args: how });
    assert.equal(await idle.line(), "watching");
    assert.equal(await idle.end(), 0, idle.stderr());
  }
  const { fd, buffer } = createArena(64);
  const held = start("idle-watch.cjs", { arena: fd, args: ["ref"] });
  assert.equal(await held.line(), "watching");
  ring(new Int32Array(buffer));
  assert.equal(await held.line(), "rung");
  assert.equal(await held.end(), 0, held.stderr());
});

test("an idle watch does not run", async () => {
  const words = makeWords();
  let told = 0;
  const bell = watch(words, 0, () => told++);
  const onlyOne = () => {
    const [sentry, ...others] = sentriesOf();
    assert.ok(sentry !== undefined && others.length === 0);
    return sentry.runs;
  };
  await until(() => sentriesOf().length === 1);
  let before = -1;
  // Until it waits: it has not run between two looks.
  for (let now = onlyOne(); now !== before; now = onlyOne()) {
    before = now;
    await setTimeout(50);
  }
  await setTimeout(1000);
  assert.equal(onlyOne(), before);
  ring(words);
  await until(() => told === 1);
  assert.ok(onlyOne() > before);
  bell.close();
  assert.equal(sentriesOf().length, 0);
});

test("a watch that rings while nobody listens does not run either", async () => {
  const words = makeWords();
  let told = 0;
  const bell = watch(words, 0, () => told++);
  ring(words);
  // The event loop is not reached: the report stays unanswered, and the thread waits for that.
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  let before = -1;
  for (let now = sentriesOf()[0]?.runs; now === undefined || now !== before; now = sentriesOf()[0]?.runs) {
    before = now ?? -1;
    Atomics.wait(asleep, 0, 0, 50);
  }
  for (let i = 0; i < 10_000; i++) ring(words);
  assert.equal(sentriesOf()[0]?.runs, before);
  await until(() => told > 0);
  assert.equal(told, 1);
  bell.close();
});

test("after close nothing is told, and the thread is gone", async () => {
  const words = makeWords();
  let told = 0;
  const bell = watch(words, 0, () => told++);
  ring(words);
  // With a report on its way.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  bell.close();
  assert.equal(sentriesOf().length, 0);
  ring(words);
  await setTimeout(20);
  assert.equal(told, 0);
  bell.close();
  bell.ref();
  bell.unref();

  const inside: Watch = watch(words, 0, () => {
    told++;
    inside.close();
    ring(words);
  });
  ring(words);
  await until(() => told === 1);
  await setTimeout(20);
  assert.equal(told, 1);
});

test("a watch goes on when nobody holds its object", async () => {
  const words = makeWords();
  let told = 0;
  const gone = (() => new WeakRef(watch(words, 0, () => told++)))();
  while (gone.deref() !== undefined) await collect();
  await collect();
  ring(words);
  await until(() => told === 1);
});

test("many watches, of one word too, are told each", async () => {
  const words = makeWords();
  const told = new Array<number>(30).fill(0);
  const bells = told.map((_, i) => watch(words, i % 10, () => told[i]!++));
  for (let i = 0; i < 10; i++) ring(words, i);
  await until(() => told.every((times) => times === 1));
  for (const bell of bells) bell.close();
});

test("what a listener throws is an uncaught exception", async () => {
  const { fd } = createArena(64);
  const thrower = start("idle-watch.cjs", { arena: fd, args: ["throw"] });
  assert.equal(await thrower.line(), "watching");
  assert.equal(await thrower.line(), "thrown by the listener");
  assert.equal(await thrower.end(), 3, thrower.stderr());
});

test("a watch is refused what it cannot do, and its methods another object", () => {
  const words = makeWords();
  for (const listener of [undefined, null, {}, "x"]) {
    assert.throws(() => watch(words, 0, listener as () => void), { code: "ERR_INVALID_ARG_TYPE", message: /onChange/ });
  }
  assert.throws(() => watch(new Int32Array(4), 0, () => {}), { code: "ERR_MANYCORE_NOT_SHARED" });
  assert.throws(() => watch(words, 16, () => {}), { code: "ERR_OUT_OF_RANGE" });
  const bell = watch(words, 0, () => {});
  for (const method of [bell.ref, bell.unref, bell.close]) {
    for (const other of [undefined, null, {}, 7, words, Object.create(bell)]) {
      assert.throws(() => method.call(other as Watch), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    }
  }
  bell.close();
});
