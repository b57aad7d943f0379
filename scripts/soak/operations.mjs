/** What the soak does to a pool: each operation ends when all that it began has ended as it should. */

import assert from "node:assert/strict";
import { AbortError, CancelledError, TimeoutError, WorkerLostError } from "manycore";
import { check, payload } from "./payload.mjs";
import * as tasks from "./tasks.mjs";

/** Bytes of payloads under way at a time, or 64 MiB each way could come a dozen at once. */
const MOST_BYTES = 256 * 2 ** 20;

/** Operations on one pool, and what has come of them. `next` gives random numbers. */
export function operationsOn(pool, next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const upTo = (most) => Math.floor(next() * most);
  /** As many small ones as large ones of each order of magnitude; the largest are rare. */
  const someSize = () => Math.floor(2 ** (next() * (next() < 0.02 ? 26 : 18)));
  const counts = { settled: 0, lost: 0, asked: 0 };
  let bytesUnderWay = 0;

  /** The future's outcome, and that it has only one. */
  async function outcomeOf(future) {
    let told = 0;
    future.addDoneCallback(() => {
      told++;
      counts.settled++;
    });
    const [outcome] = await Promise.allSettled([future]);
    assert.equal(told, 1, "a future settles once");
    assert.ok(future.done());
    return outcome;
  }

  const isA = (outcome, ...classes) => {
    if (outcome.status !== "rejected" || !classes.some((each) => outcome.reason instanceof each)) return false;
    if (outcome.reason instanceof WorkerLostError) counts.lost++;
    return true;
  };

  /** What a worker's death may do to any call that ran in it. */
  function expectValue(outcome, verify) {
    if (isA(outcome, WorkerLostError)) return;
    if (outcome.status === "rejected") throw outcome.reason;
    verify(outcome.value);
  }

  const operations = {
    async exchange() {
      const plan = {
        seed: upTo(2 ** 30),
        size: someSize(),
        answerSize: someSize(),
        ms: next() < 0.3 ? next() * 20 : 0,
      };
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
    /** So that there is a task wherever a worker is killed. */
    async grind() {
      const times = Array.from({ length: 1 + upTo(60) }, () => next() * 8);
      for (const outcome of await Promise.all(times.map((ms) => outcomeOf(pool.submit(tasks.deaf, ms)))))
        expectValue(outcome, (value) => assert.equal(value, "deaf"));
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
      } catch (reason) {
        if (!isA({ status: "rejected", reason }, WorkerLostError)) throw reason;
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
      counts.asked++;
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

  return { operations, counts, hasRoom: () => bytesUnderWay < MOST_BYTES };
}
