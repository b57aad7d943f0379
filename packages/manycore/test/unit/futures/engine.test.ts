import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { isOfEngine } from "../../../src/futures/engine.ts";
import { Future } from "../../../src/futures/future.ts";

test("only what the engine makes is the engine's", () => {
  const found: unknown[] = [];
  new Promise((resolve, reject) => void found.push(resolve, reject));
  assert.deepEqual(found.map(isOfEngine), [true, true]);
  const named = (x: unknown) => x;
  const others = [(x: unknown) => x, named, named.bind(null), Math.abs, class {}, Proxy, null, undefined, {}];
  assert.deepEqual(
    others.map(isOfEngine),
    others.map(() => false),
  );
});

test("a future that is done later, or was before, is awaited with its outcome", async () => {
  const later = new Future<number>();
  const both = Promise.all([later, later]);
  later.setResult(3);
  assert.deepEqual(await both, [3, 3]);
  assert.equal(await later, 3);
  const failing = new Future<number>();
  const caught = (async () => await failing)().catch((error: unknown) => error);
  failing.setException("why");
  assert.equal(await caught, "why");
  await assert.rejects(
    async () => await failing,
    (error) => error === "why",
  );
});

test("then(resolve, reject) of a promise is done with nothing, after it", async () => {
  for (const settle of [
    (future: Future<number>) => future.setResult(1),
    (future: Future<number>) => future.setException(2),
  ]) {
    const future = new Future<number>();
    let after: PromiseLike<unknown> | undefined;
    const outcome = new Promise<unknown>((resolve, reject) => {
      after = future.then(resolve, reject);
    }).catch((error: unknown) => error);
    let isAfter = false;
    const waiting = (async () => {
      assert.equal(await after, undefined);
      isAfter = true;
    })();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isAfter, false);
    settle(future);
    await waiting;
    assert.ok([1, 2].includes((await outcome) as number));
  }
});

test("what awaits goes on in its own asynchronous context", async () => {
  const local = new AsyncLocalStorage<string>();
  const future = new Future<number>();
  const seen = Promise.all(
    ["a", "b"].map((name) =>
      local.run(name, async () => {
        await future;
        return local.getStore();
      }),
    ),
  );
  local.run("settles", () => future.setResult(1));
  assert.deepEqual(await seen, ["a", "b"]);
});
