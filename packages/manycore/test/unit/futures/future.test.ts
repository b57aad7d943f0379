import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { inspect } from "node:util";
import { CancelledError, InvalidStateError, TimeoutError } from "../../../src/errors.ts";
import { Future } from "../../../src/futures/future.ts";

const running = <T>() => {
  const future = new Future<T>();
  future.setRunningOrNotifyCancel();
  return future;
};
const finished = <T>(value: T) => {
  const future = new Future<T>();
  future.setResult(value);
  return future;
};
const failed = (error: unknown) => {
  const future = new Future<never>();
  future.setException(error);
  future.exception().catch(() => {});
  return future;
};
const cancelled = () => {
  const future = new Future<never>();
  future.cancel();
  return future;
};
const notified = () => {
  const future = cancelled();
  future.setRunningOrNotifyCancel();
  return future;
};

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

/** The warnings that `act` leads to. */
async function warningsOf(act: () => void): Promise<Error[]> {
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  process.on("warning", hear);
  try {
    act();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("warning", hear);
  }
  return warnings;
}

test("done, running and cancelled follow the state", () => {
  const rows: [Future<unknown>, string, boolean, boolean, boolean][] = [
    [new Future(), "PENDING", false, false, false],
    [running(), "RUNNING", false, true, false],
    [cancelled(), "CANCELLED", true, false, true],
    [notified(), "CANCELLED_AND_NOTIFIED", true, false, true],
    [finished(1), "FINISHED", true, false, false],
    [failed(new Error("x")), "FINISHED", true, false, false],
  ];
  for (const [future, state, done, isRunning, isCancelled] of rows) {
    const seen = [future.state, future.done(), future.running(), future.cancelled()];
    assert.deepEqual(seen, [state, done, isRunning, isCancelled]);
  }
});

test("cancel() is true for what is pending or cancelled, and false without effect for what runs or is finished", () => {
  for (const future of [new Future(), cancelled(), notified()]) assert.equal(future.cancel(), true);
  for (const future of [running(), finished(1), failed(1)]) {
    const { state } = future;
    assert.equal(future.cancel(), false);
    assert.equal(future.state, state);
  }
});

test("a second cancel() calls no callback again, nor does the notification", () => {
  const future = new Future();
  let calls = 0;
  future.addDoneCallback(() => calls++);
  future.cancel();
  assert.equal(calls, 1);
  future.cancel();
  future.setRunningOrNotifyCancel();
  assert.equal(calls, 1);
});

test("setRunningOrNotifyCancel() starts what is pending, notifies what is cancelled, and refuses the rest", () => {
  assert.equal(new Future().setRunningOrNotifyCancel(), true);
  assert.equal(cancelled().setRunningOrNotifyCancel(), false);
  for (const future of [running(), notified(), finished(1)]) {
    assert.throws(
      () => future.setRunningOrNotifyCancel(),
      (error) => error instanceof InvalidStateError && /unexpected state: <Future/.test(error.message),
    );
  }
});

test("setResult() and setException() finish what is pending or running, once: the first outcome stays", async () => {
  for (const future of [new Future<number>(), running<number>()]) {
    future.setResult(42);
    assert.throws(() => future.setResult(43), {
      name: "InvalidStateError",
      message: "FINISHED: <Future state=finished returned number>",
    });
    assert.throws(() => future.setException(new Error("late")), InvalidStateError);
    assert.equal(await future.result(), 42);
  }
  assert.throws(() => cancelled().setException(1), /^InvalidStateError: CANCELLED: /);
  assert.throws(() => notified().setException(1), /^InvalidStateError: CANCELLED_AND_NOTIFIED: /);
});

test("result() gives the value, the very error, or CancelledError, before and after the end", async () => {
  const error = new Error("boom");
  assert.equal(await finished(7).result(), 7);
  await assert.rejects(failed(error).result(), (each) => each === error);
  await assert.rejects(cancelled().result(), CancelledError);
  const later = [new Future<number>(), new Future<number>(), new Future<number>()] as const;
  const results = Promise.allSettled(later.map((future) => future.result()));
  later[0].setResult(7);
  later[1].setException(error);
  later[2].cancel();
  const [value, thrown, dropped] = await results;
  assert.deepEqual(value, { status: "fulfilled", value: 7 });
  assert.equal(thrown?.status === "rejected" && thrown.reason, error);
  assert.ok(dropped?.status === "rejected" && dropped.reason instanceof CancelledError);
});

test("exception() gives the error, undefined for a value, and rejects with CancelledError", async () => {
  const error = new Error("boom");
  assert.equal(await failed(error).exception(), error);
  assert.equal(await finished(1).exception(), undefined);
  await assert.rejects(notified().exception(), CancelledError);
});

test("a falsy value that was thrown is a failure with that very value", async () => {
  for (const thrown of [undefined, null, 0, "", false]) {
    const [early, late] = [failed(thrown), new Future<number>()];
    const promise = late.result();
    late.setException(thrown);
    for (const result of [early.result(), promise, late.result()]) {
      assert.deepEqual(
        await result.then(
          () => "a value",
          (reason: unknown) => ({ reason }),
        ),
        { reason: thrown },
      );
    }
  }
});

test("a timeout of result() or exception() rejects with TimeoutError, cancels nothing and leaves no timer", async () => {
  const future = new Future<number>();
  const before = timers();
  await assert.rejects(future.result(1), TimeoutError);
  await assert.rejects(future.exception(1), TimeoutError);
  assert.equal(future.state, "PENDING");
  const result = future.result(3_600_000);
  assert.equal(timers(), before + 1);
  future.setResult(5);
  assert.equal(timers(), before);
  assert.equal(await result, 5);
});

test("a timeout of 0 looks once, without a timer", async () => {
  const future = new Future<number>();
  const before = timers();
  const looks = [future.result(0), future.exception(0)];
  assert.equal(timers(), before);
  for (const look of looks) await assert.rejects(look, TimeoutError);
  future.setResult(3);
  assert.equal(await future.result(0), 3);
});

test("a timeout that is longer than any timer does not end at once, and one that is no number is refused", async () => {
  const future = new Future<number>();
  const results = [future.result(2 ** 40), future.result(Infinity)];
  await new Promise((resolve) => setTimeout(resolve, 5));
  future.setResult(1);
  assert.deepEqual(await Promise.all(results), [1, 1]);
  for (const wrong of [Number.NaN, "5"]) assert.throws(() => future.result(wrong as number), TypeError);
});

test("callbacks are called once, in the order of adding, synchronously at the end or at once after it", () => {
  const future = new Future<number>();
  const calls: unknown[] = [];
  for (const name of ["a", "b", "c"]) future.addDoneCallback((each) => calls.push([name, each === future, each.state]));
  future.setResult(1);
  assert.deepEqual(
    calls,
    ["a", "b", "c"].map((name): unknown => [name, true, "FINISHED"]),
  );
  future.addDoneCallback(() => calls.push("late"));
  assert.equal(calls.length, 4);
  assert.throws(() => future.addDoneCallback("f" as never), TypeError);
});

test("the same function added twice is called twice", () => {
  const future = new Future<number>();
  let calls = 0;
  const count = () => calls++;
  future.addDoneCallback(count);
  future.addDoneCallback(count);
  future.setResult(1);
  assert.equal(calls, 2);
});

test("an exception in a callback becomes a warning and stops no other callback", async () => {
  const future = new Future<number>();
  const calls: string[] = [];
  const warnings = await warningsOf(() => {
    future.addDoneCallback(() => {
      throw new RangeError("in the callback");
    });
    future.addDoneCallback(() => calls.push("second"));
    future.addDoneCallback(() => {
      throw { [inspect.custom]: () => assert.fail("printing threw") };
    });
    future.addDoneCallback(() => calls.push("fourth"));
    future.setResult(1);
  });
  assert.deepEqual(calls, ["second", "fourth"]);
  assert.deepEqual(
    warnings.map((warning) => warning.name),
    ["FutureCallbackWarning", "FutureCallbackWarning"],
  );
  assert.match(
    String(warnings[0]?.message),
    /<Future state=finished returned number>: RangeError: in the callback\n +at /,
  );
});

test("callbacks and then() run in the asynchronous context of their adding", async () => {
  const context = new AsyncLocalStorage<string>();
  const future = new Future<number>();
  const seen: unknown[] = [];
  context.run("callback", () => future.addDoneCallback(() => seen.push(context.getStore())));
  const then = context.run("then", () => future.then(() => seen.push(context.getStore())));
  context.run("settler", () => future.setResult(1));
  await then;
  assert.deepEqual(seen, ["callback", "then"]);
});

test("a future is awaitable, and then, catch and finally are a promise's", async () => {
  assert.equal(await finished(2), 2);
  assert.equal(await finished(2).then((value) => value + 1), 3);
  const error = new Error("boom");
  assert.equal(await failed(error).catch((each: unknown) => each), error);
  await assert.rejects(
    async () => failed(error),
    (each) => each === error,
  );
  let last = 0;
  assert.equal(await finished(2).finally(() => last++), 2);
  assert.equal(last, 1);
});

test("a future prints its state and the type of its outcome", () => {
  class Point {}
  const rows: [Future<unknown>, string][] = [
    [new Future(), "<Future state=pending>"],
    [running(), "<Future state=running>"],
    [cancelled(), "<Future state=cancelled>"],
    [notified(), "<Future state=cancelled>"],
    [finished(1), "<Future state=finished returned number>"],
    [finished(null), "<Future state=finished returned null>"],
    [finished(new Point()), "<Future state=finished returned Point>"],
    [finished(Object.create(null)), "<Future state=finished returned Object>"],
    [failed(new TypeError("x")), "<Future state=finished raised TypeError>"],
    [failed(undefined), "<Future state=finished raised undefined>"],
  ];
  for (const [future, text] of rows) assert.deepEqual([inspect(future), String(future)], [text, text]);
  assert.equal(Object.prototype.toString.call(new Future()), "[object Future]");
});

/** A future with an executor behind it, and what that was asked. */
function sourced(starts = false, revokes = true) {
  const asked: unknown[] = [];
  const source = {
    group: {},
    isStarted: starts,
    started: () => source.isStarted,
    revoke() {
      asked.push("revoke");
      return revokes;
    },
    abort: (reason: unknown) => asked.push(["abort", reason]),
  };
  return { future: new Future<number>(source), source, asked };
}

test("a call that its executor has started is running for good", () => {
  const { future, source } = sourced();
  assert.equal(future.running(), false);
  source.isStarted = true;
  assert.deepEqual([future.running(), future.state], [true, "RUNNING"]);
  source.isStarted = false;
  assert.deepEqual([future.running(), future.cancel()], [true, false]);
});

test("cancel() of an executor's call is what the executor says, and notifies at once", () => {
  const kept = sourced(false, false);
  assert.equal(kept.future.cancel(), false);
  assert.equal(kept.future.state, "PENDING");
  const { future, asked } = sourced();
  const states: string[] = [];
  future.addDoneCallback((each) => states.push(each.state));
  assert.equal(future.cancel(), true);
  assert.equal(future.cancel(), true);
  assert.deepEqual([states, asked], [["CANCELLED_AND_NOTIFIED"], ["revoke"]]);
});

test("an executor cancels with a reason, which is the cause; what is done stays as it is", async () => {
  const { future } = sourced();
  const reason = new Error("shutdown");
  future.cancelWith(reason);
  await assert.rejects(future.result(), (error) => error instanceof CancelledError && error.cause === reason);
  const done = finished(1);
  done.cancelWith(reason);
  assert.equal(await done, 1);
});
