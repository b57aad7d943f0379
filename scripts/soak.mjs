/**
 * `npm run soak`: one pool under everything at once, for a while. Sizes from 1 byte to 64 MiB in both directions, short and
 * longer tasks, maps and single calls, failures, cancels, aborts, timeouts, dying workers. Every future settles once, with
 * what it should; nothing is left; memory stays flat.
 *
 *   --seconds N   600
 *   --seed S      what is chosen is chosen by it, and it is printed; when things happen is up to the machine
 */

import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AbortError, CancelledError, ThreadPoolExecutor, TimeoutError, WorkerLostError } from "manycore";
import { check, payload, random } from "./soak/payload.mjs";
import * as tasks from "./soak/tasks.mjs";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "600" }, seed: { type: "string" } },
});
const seconds = Number(options.seconds);
if (!(seconds > 0)) throw new RangeError(`--seconds is a number above 0, not ${options.seconds}`);
const seed = Number(options.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isInteger(seed)) throw new RangeError(`--seed is an integer, not ${options.seed}`);

const WORKERS = 3;
/** Operations under way at a time. */
const AT_A_TIME = 48;
/** Bytes of payloads under way at a time, or 64 MiB each way could come a dozen at once. */
const MOST_BYTES = 256 * 2 ** 20;
/** What may be left of garbage that no collection has reached, and of memory the allocator keeps. */
const SLACK_BYTES = 96 * 2 ** 20;

const next = random(seed);
const pick = (list) => list[Math.floor(next() * list.length)];
const upTo = (most) => Math.floor(next() * most);
/** As many small ones as large ones of each order of magnitude; the largest are rare. */
const someSize = () => Math.floor(2 ** (next() * (next() < 0.02 ? 26 : 18)));

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const pool = new ThreadPoolExecutor({ maxWorkers: WORKERS });
const done = new Map();
let bytesUnderWay = 0;
let settlements = 0;

/** The future's outcome, and that it has only one. */
async function outcomeOf(future) {
  let told = 0;
  future.addDoneCallback(() => {
    told++;
    settlements++;
  });
  const [outcome] = await Promise.allSettled([future]);
  assert.equal(told, 1, "a future settles once");
  assert.ok(future.done());
  return outcome;
}

const isA = (outcome, ...classes) =>
  outcome.status === "rejected" && classes.some((each) => outcome.reason instanceof each);

/** What a worker's death may do to any call that ran in it. */
function expectValue(outcome, verify) {
  if (isA(outcome, WorkerLostError)) return;
  if (outcome.status === "rejected") throw outcome.reason;
  verify(outcome.value);
}

const operations = {
  async exchange() {
    const plan = { seed: upTo(2 ** 30), size: someSize(), answerSize: someSize(), ms: next() < 0.3 ? next() * 20 : 0 };
    const bytes = plan.size + plan.answerSize;
    if (bytesUnderWay + bytes > MOST_BYTES) return;
    bytesUnderWay += bytes;
    const task = next() < 0.3 ? tasks.exchangeLater : tasks.exchange;
    const outcome = await outcomeOf(pool.submit(task, payload(plan.seed, plan.size), plan));
    expectValue(outcome, (value) => check(value, plan.seed + 1, plan.answerSize));
    bytesUnderWay -= bytes;
  },
  async burst() {
    const numbers = Array.from({ length: 1 + upTo(3000) }, () => upTo(1e6));
    const outcomes = await Promise.all(numbers.map((x) => outcomeOf(pool.submit(tasks.square, x))));
    for (const [at, outcome] of outcomes.entries())
      expectValue(outcome, (value) => assert.equal(value, numbers[at] ** 2));
  },
  async map() {
    const count = upTo(3000);
    const chunk = next() < 0.5 ? {} : { chunkSize: 1 + upTo(200) };
    const ordered = next() < 0.5;
    const items = Array.from({ length: count }, (_, at) => at);
    const input = pick([items, items.values(), Float64Array.from(items)]);
    const seen = [];
    for await (const outcome of pool.map(tasks.square, input, { ordered, ...chunk }).outcomes()) {
      expectValue(outcome, (value) => assert.equal(value, outcome.index ** 2));
      seen.push(outcome.index);
    }
    if (!ordered) seen.sort((a, b) => a - b);
    assert.deepEqual(seen, items);
  },
  async mapWithFailures() {
    const count = upTo(500);
    let failures = 0;
    const items = Array.from({ length: count }, (_, at) => at);
    const stream = pool.map(tasks.evenOnly, items);
    for await (const outcome of stream.outcomes({ onFailure: () => failures++ })) {
      if (outcome.index % 2 === 0) expectValue(outcome, (value) => assert.deepEqual(value, { x: outcome.index }));
      else assert.ok(isA(outcome, RangeError, WorkerLostError), String(outcome.reason));
    }
    assert.ok(failures >= Math.floor(count / 2));
  },
  async leaveMap() {
    const most = upTo(100);
    let count = 0;
    try {
      for await (const _ of pool.map(tasks.square, Array(2000).fill(3).values())) if (++count > most) break;
    } catch (error) {
      if (!(error instanceof WorkerLostError)) throw error;
    }
  },
  async fail() {
    const outcome = await outcomeOf(pool.submit(tasks.fail, "on purpose"));
    assert.ok(isA(outcome, RangeError, WorkerLostError), String(outcome.reason));
  },
  async cancel() {
    const future = pool.submit(tasks.square, 3);
    if (next() < 0.5) await new Promise((resolve) => setTimeout(resolve, next() * 3));
    const wasCancelled = future.cancel();
    const outcome = await outcomeOf(future);
    if (wasCancelled) assert.ok(isA(outcome, CancelledError));
    else expectValue(outcome, (value) => assert.equal(value, 9));
  },
  async abort() {
    const controller = new AbortController();
    const grace = pick([0, 20, Infinity]);
    const [task, answer] = pick([
      [tasks.patient, "patient"],
      [tasks.deaf, "deaf"],
    ]);
    const future = pool.with({ signal: controller.signal, grace }).submit(task, next() * 40);
    setTimeout(() => controller.abort(), next() * 30);
    const outcome = await outcomeOf(future);
    if (!isA(outcome, AbortError, CancelledError)) expectValue(outcome, (value) => assert.equal(value, answer));
  },
  /** A worker is killed while it writes a large answer, or just before or after. */
  async abortWhileItAnswers() {
    const plan = { seed: upTo(2 ** 30), size: 1, answerSize: 2 ** 20 + upTo(2 ** 22), ms: 0 };
    const controller = new AbortController();
    const view = pool.with({ signal: controller.signal, grace: 0 });
    const future = view.submit(tasks.exchange, payload(plan.seed, plan.size), plan);
    setTimeout(() => controller.abort(), next() * 25);
    const outcome = await outcomeOf(future);
    if (!isA(outcome, AbortError, CancelledError))
      expectValue(outcome, (value) => check(value, plan.seed + 1, plan.answerSize));
  },
  async timeout() {
    const view = pool.with({
      timeout: 15,
      grace: 5,
      retries: { max: 1, on: (error) => error instanceof TimeoutError },
    });
    const outcome = await outcomeOf(view.submit(tasks.slowAtFirst, 60));
    if (!isA(outcome, TimeoutError)) expectValue(outcome, (value) => assert.equal(value, "in time"));
  },
  async die() {
    const outcome = await outcomeOf(pool.submit(tasks.die, upTo(3), next() * 5));
    assert.ok(isA(outcome, WorkerLostError), String(outcome.reason));
  },
  async progress() {
    const lines = upTo(200);
    let heard = 0;
    const view = pool.with({ onProgress: ({ value }) => (heard += value === undefined ? 0 : 1) });
    const outcome = await outcomeOf(view.submit(tasks.talk, lines));
    expectValue(outcome, (value) => {
      assert.equal(value, lines);
      assert.equal(heard, lines, "all progress comes before the result");
    });
  },
};

/** How often each is chosen. */
const WEIGHTS = {
  exchange: 40,
  burst: 10,
  map: 10,
  mapWithFailures: 5,
  leaveMap: 3,
  fail: 8,
  cancel: 8,
  abort: 6,
  abortWhileItAnswers: 3,
  timeout: 3,
  die: 1,
  progress: 4,
};
const lots = Object.entries(WEIGHTS).flatMap(([name, weight]) => Array(weight).fill(name));

/** Bytes in use, after what can be collected is. */
async function inUse() {
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

console.log(`soak: ${seconds} s, seed ${seed}, ${WORKERS} workers, Node ${process.version}`);
process.on("unhandledRejection", (error) => {
  console.error(`soak: seed ${seed}: nobody handled ${error?.stack ?? error}`);
  process.exit(1);
});

const started = performance.now();
const elapsed = () => (performance.now() - started) / 1000;
const underWay = new Set();
const samples = [];
let nextReport = 10;
let count = 0;
while (elapsed() < seconds) {
  while (underWay.size < AT_A_TIME && bytesUnderWay < MOST_BYTES) {
    const name = pick(lots);
    const step = ++count;
    const operation = operations[name]().then(
      () => {
        underWay.delete(operation);
        done.set(name, (done.get(name) ?? 0) + 1);
      },
      (error) => {
        console.error(`soak: seed ${seed}, step ${step}, ${name}: ${error?.stack ?? error}`);
        process.exit(1);
      },
    );
    underWay.add(operation);
  }
  await Promise.race(underWay);
  await new Promise(setImmediate); // what is always at work leaves timers their turn all the same
  if (elapsed() < nextReport) continue;
  nextReport += 10;
  await Promise.all(underWay);
  samples.push(await inUse());
  const { pending, running, workers } = pool.stats();
  console.error(
    `soak: ${elapsed().toFixed(0)} s, ${count} operations, ${settlements} futures, ${(samples.at(-1) / 2 ** 20).toFixed(0)} MB in use`,
  );
  assert.deepEqual([pending, running], [0, 0], "nothing is left");
  assert.ok(workers.length <= WORKERS);
}
await Promise.all(underWay);
await pool.shutdown();
const [first, last] = [samples[Math.floor(samples.length / 4)], await inUse()];
if (first !== undefined)
  assert.ok(last < first + SLACK_BYTES, `memory grew from ${first} to ${last} bytes (seed ${seed})`);
console.log(`soak: ${count} operations, ${settlements} futures, each settled once`, Object.fromEntries(done));
