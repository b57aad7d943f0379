import assert from "node:assert/strict";
import { test } from "node:test";
import { AbortError, CancelledError, TimeoutError } from "../../../src/errors.ts";
import { Future } from "../../../src/futures/future.ts";
import {
  ALL_COMPLETED,
  asCompleted,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  firstSuccess,
  wait,
} from "../../../src/futures/wait.ts";

const pending = (count: number): Future<number>[] => Array.from({ length: count }, () => new Future<number>());
const at = (futures: Future<number>[], index: number): Future<number> => futures[index] as Future<number>;
const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Has the promise settled by the next turn? */
const hasSettled = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    turn().then(() => false),
  ]);

test("wait() returns when all are done, each future once, in the set where it belongs", async () => {
  const futures = pending(2);
  const waiting = wait(new Set([...futures, at(futures, 0)]).values());
  at(futures, 0).setResult(1);
  assert.equal(await hasSettled(waiting), false);
  at(futures, 1).setResult(2);
  assert.deepEqual(await waiting, { done: new Set(futures), notDone: new Set() });
  assert.deepEqual(await wait([...futures, ...futures], { returnWhen: ALL_COMPLETED }), {
    done: new Set(futures),
    notDone: new Set(),
  });
});

test("wait() for nothing returns two empty sets under every condition", async () => {
  for (const returnWhen of [FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED] as const) {
    assert.deepEqual(await wait([], { returnWhen }), { done: new Set(), notDone: new Set() });
  }
});

test("FIRST_COMPLETED returns at the first that is done, or at once if one is", async () => {
  const futures = pending(3);
  const waiting = wait(futures, { returnWhen: FIRST_COMPLETED });
  at(futures, 1).setResult(1);
  const { done, notDone } = await waiting;
  assert.deepEqual([[...done], [...notDone]], [[at(futures, 1)], [at(futures, 0), at(futures, 2)]]);
  assert.equal((await wait(futures, { returnWhen: FIRST_COMPLETED })).done.size, 1);
});

test("FIRST_EXCEPTION returns at a failure, a falsy one too, but at no value and no cancellation", async () => {
  const futures = pending(4);
  const waiting = wait(futures, { returnWhen: FIRST_EXCEPTION });
  at(futures, 0).setResult(1);
  at(futures, 1).cancel();
  at(futures, 1).setRunningOrNotifyCancel();
  assert.equal(await hasSettled(waiting), false);
  at(futures, 2).setException(undefined);
  assert.deepEqual([...(await waiting).notDone], [at(futures, 3)]);
  assert.equal(await at(futures, 2).exception(), undefined);
});

test("FIRST_EXCEPTION without a failure waits for all", async () => {
  const futures = pending(2);
  const waiting = wait(futures, { returnWhen: FIRST_EXCEPTION });
  for (const future of futures) future.setResult(1);
  assert.equal((await waiting).notDone.size, 0);
});

test("the timeout of wait() returns what is done so far; 0 looks once", async () => {
  const futures = pending(2);
  at(futures, 0).setResult(1);
  for (const timeout of [0, 1]) {
    const { done, notDone } = await wait(futures, { timeout });
    assert.deepEqual([[...done], [...notDone]], [[at(futures, 0)], [at(futures, 1)]]);
  }
});

test("a hand-made future that is cancelled is done for wait() and asCompleted() when it is notified", async () => {
  const [future] = pending(1) as [Future<number>];
  future.cancel();
  assert.equal((await wait([future], { timeout: 0 })).done.size, 0);
  const waiting = wait([future]);
  const next = asCompleted([future]).next();
  assert.equal(await hasSettled(Promise.race([waiting, next])), false);
  future.setRunningOrNotifyCancel();
  assert.deepEqual([...(await waiting).done], [future]);
  assert.equal((await next).value, future);
});

test("a wait() that starts in a callback of a cancellation sees the notification", async () => {
  const [future] = pending(1) as [Future<number>];
  let waiting: Promise<unknown> | undefined;
  future.addDoneCallback(() => {
    waiting = wait([future]);
  });
  future.cancel();
  future.setRunningOrNotifyCancel();
  await waiting;
});

test("wrong options and what is no future are refused at the call", () => {
  for (const take of [wait, asCompleted, firstSuccess] as ((futures: unknown) => unknown)[]) {
    assert.throws(() => take([new Future(), Promise.resolve(1)]), /^TypeError: .*item 1 is of type Promise/);
  }
  assert.throws(() => wait([], { returnWhen: "FIRST" as never }), /^TypeError: .*returnWhen.*FIRST_COMPLETED/);
  assert.throws(() => wait([], { timeouts: 1 } as never), /Did you mean "timeout"/);
});

test("asCompleted() gives futures, those that are done first, then each as it ends, each once", async () => {
  const futures = pending(3);
  at(futures, 2).setResult(2);
  const order: Future<number>[] = [];
  for await (const future of asCompleted([...futures, ...futures])) {
    order.push(future);
    if (order.length === 1) at(futures, 1).setResult(1);
    if (order.length === 2) at(futures, 0).setException(new Error("x"));
  }
  assert.deepEqual(
    order.map((future) => futures.indexOf(future)),
    [2, 1, 0],
  );
  assert.match(String(await at(futures, 0).exception()), /x/);
});

test("asCompleted() of nothing ends", async () => {
  assert.deepEqual(await asCompleted([]).next(), { value: undefined, done: true });
});

test("after the timeout asCompleted() gives what is ready, then says how many are unfinished, then ends", async () => {
  const futures = pending(4);
  at(futures, 0).setResult(0);
  const completed = asCompleted(futures, { timeout: 1 });
  at(futures, 1).setResult(1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal((await completed.next()).value, at(futures, 0));
  assert.equal((await completed.next()).value, at(futures, 1));
  await assert.rejects(
    completed.next(),
    (error) => error instanceof TimeoutError && error.message === "2 (of 4) futures unfinished",
  );
  assert.equal((await completed.next()).done, true);
});

test("several next() at a time get one future each, and the rest the end", async () => {
  const futures = pending(2);
  const completed = asCompleted(futures);
  const all = Promise.all([completed.next(), completed.next(), completed.next()]);
  at(futures, 1).setResult(1);
  at(futures, 0).setResult(0);
  const results = await all;
  assert.deepEqual(
    results.map((result) => result.done),
    [false, false, true],
  );
  assert.deepEqual(
    results.slice(0, 2).map((result) => result.value),
    [at(futures, 1), at(futures, 0)],
  );
});

test("return() ends an asCompleted() and the next() that waits", async () => {
  const completed = asCompleted(pending(1));
  const next = completed.next();
  await completed.return();
  assert.equal((await next).done, true);
});

test("firstSuccess() gives the first value and cancels the others, or asks those that run to stop", async () => {
  const reasons: unknown[] = [];
  const source = {
    group: {},
    started: () => true,
    revoke: () => false,
    abort: (reason: unknown) => reasons.push(reason),
  };
  const busy = new Future<number>(source);
  const futures = pending(3);
  const first = firstSuccess([...futures, busy]);
  at(futures, 0).setException(new Error("not I"));
  at(futures, 1).setResult(1);
  assert.equal(await first, 1);
  assert.equal(at(futures, 2).cancelled(), true);
  assert.equal(reasons.length, 1);
  assert.ok(reasons[0] instanceof AbortError);
});

test("firstSuccess() without a success rejects with all failures in their order, cancellations among them", async () => {
  const futures = pending(3);
  const first = firstSuccess(futures);
  at(futures, 2).setException("c");
  at(futures, 1).cancel();
  at(futures, 0).setException("a");
  await assert.rejects(first, (error) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual([error.errors[0], error.errors[2]], ["a", "c"]);
    return error.errors[1] instanceof CancelledError;
  });
  await assert.rejects(firstSuccess([]), AggregateError);
});
