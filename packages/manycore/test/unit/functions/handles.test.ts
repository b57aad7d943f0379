import assert from "node:assert/strict";
import { after, test } from "node:test";
import { FunctionShippingError } from "../../../src/errors.ts";
import { Placeholder, partial } from "../../../src/functions/partial.ts";
import { ship } from "../../../src/functions/ship.ts";
import { perWorker } from "../../../src/shared/per-worker.ts";
import { share } from "../../../src/shared/share.ts";
import { Room } from "./support/room.ts";

const room = new Room();
after(() => room.close());

const prefix = "made";

test("perWorker makes its value once per worker, at the first get", async () => {
  let count = 0;
  const handle = perWorker(() => `${prefix} ${++count}`);
  const fn = () => [handle.get(), handle.get()];
  assert.deepEqual(await room.run(fn), ["made 1", "made 1"]);
  assert.deepEqual(await room.run(() => handle.get()), "made 1");
  assert.equal(count, 0);
});

test("on the host, perWorker's value is the host's own", () => {
  let count = 0;
  const handle = perWorker(() => ++count);
  assert.deepEqual([handle.get(), handle.get(), count], [1, 1, 1]);
});

test("a factory that throws, or whose promise rejects, is tried again", async () => {
  let tries = 0;
  const throwing = perWorker(() => {
    if (++tries === 1) throw new Error("first try");
    return tries;
  });
  assert.throws(() => throwing.get(), /first try/);
  assert.equal(throwing.get(), 2);
  const rejecting = perWorker(async () => {
    if (++tries === 3) throw new Error("third try");
    return tries;
  });
  await assert.rejects(rejecting.get(), /third try/);
  assert.equal(await rejecting.get(), 4);
});

test("perWorker's dispose gets the value when the worker is drained, also of an asynchronous factory", async () => {
  const own = new Room();
  const log = new Int32Array(new SharedArrayBuffer(8));
  const handle = perWorker(
    async () => 41,
    (value) => {
      log[0] = value + 1;
    },
  );
  const unused = perWorker(
    () => 1,
    () => {
      log[1] = 1;
    },
  );
  assert.equal(await own.run(async () => (await handle.get()) + (unused ? 0 : 1)), 41);
  await own.dispose();
  assert.deepEqual([...log], [42, 0]);
  await own.close();
});

test("a perWorker factory may capture what any function may, and the handle itself", async () => {
  const parts = new Map([["a", 1]]);
  const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
  const handle: { get(): { total: number; again(): unknown } } = perWorker(() => ({
    total: sum(parts.values()),
    again: () => handle.get().total,
  }));
  assert.deepEqual(await room.run(() => [handle.get().total, handle.get().again()]), [1, 1]);
});

test("perWorker refuses what is no function", () => {
  assert.throws(() => perWorker(5 as never), {
    name: "TypeError",
    message: "perWorker takes a function that makes the value.",
  });
  assert.throws(() => perWorker(() => 1, 5 as never), { name: "TypeError", message: /second argument of perWorker/ });
});

test("an obstacle in a perWorker factory is told with the way to it", () => {
  const cache = new WeakMap();
  const handle = perWorker(() => cache);
  assert.throws(
    () => ship(() => handle.get()),
    (error: unknown) =>
      error instanceof FunctionShippingError &&
      /it needs the perWorker factory, which needs .+, which captures `cache`/.test(error.message),
  );
});

test("share sends a value once, and it is one value in the worker", async () => {
  const table = share(new Map([["k", { n: 1 }]]));
  assert.equal(await room.run((key: string) => table.value.get(key)?.n, "k"), 1);
  const read = () => table.value;
  assert.equal(await room.run(() => read() === table.value), true);
  assert.equal(
    room.sent.some(([, { kind }]) => kind === "share"),
    false,
  );
  assert.equal(table.value.get("k")?.n, 1);
});

test("share is not encoded again, whatever happens to the value", async () => {
  const list = [1];
  const shared = share(list);
  const read = () => shared.value.length;
  assert.equal(await room.run(read), 1);
  list.push(2);
  assert.equal(await room.run(read), 1);
  assert.equal(room.sent.length, 0);
});

test("shared typed arrays, Buffers and ArrayBuffers are one memory on both sides, also inside plain data", async () => {
  const numbers = share(new Float64Array([1, 2, 3]));
  const text = share(Buffer.from("text"));
  const bytes = share(new Uint8Array([7]).buffer);
  const nested = share({ list: [{ data: new Int32Array([5]) }], name: "n" });
  await room.run(() => {
    numbers.value[0] = 10;
    text.value[0] = 65;
    new Uint8Array(bytes.value)[0] = 8;
    (nested.value.list[0] as { data: Int32Array }).data[0] = 6;
  });
  assert.deepEqual([...numbers.value], [10, 2, 3]);
  assert.equal(text.value.toString(), "Aext");
  assert.ok(Buffer.isBuffer(text.value));
  assert.equal(new Uint8Array(bytes.value)[0], 8);
  assert.equal(nested.value.list[0]?.data[0], 6);
  assert.equal(nested.value.name, "n");
});

test("share keeps circles and leaves the caller's own object alone", async () => {
  const circle: { self?: unknown; data: Uint8Array } = { data: new Uint8Array([1]) };
  circle.self = circle;
  const shared = share(circle);
  assert.ok(circle.data.buffer instanceof ArrayBuffer);
  assert.equal(await room.run(() => shared.value.self === shared.value && shared.value.data[0]), 1);
});

test("handles are values: as arguments, and back as themselves", async () => {
  const handle = perWorker(() => 1);
  const shared = share([1]);
  assert.equal(await room.run((h: typeof handle) => h.get(), handle), 1);
  assert.deepEqual(await room.run((h: unknown, s: unknown) => [h, s], handle, shared), [handle, shared]);
});

test("partial gives first arguments, and placeholders take what the call gives first", async () => {
  const list = (...parts: unknown[]) => parts.join(",");
  assert.equal(partial(list, 1, 2)(3), "1,2,3");
  const holes = partial(list, Placeholder, 2, Placeholder, 4);
  assert.equal(holes(1, 3, 5), "1,2,3,4,5");
  assert.equal(await room.run(partial(list, 1), 2, 3), "1,2,3");
  assert.equal(await room.run(holes, 1, 3), "1,2,3,4");
  assert.equal(await room.run(() => holes(7, 8)), "7,2,8,4");
});

test("a partial of a partial is one partial, whose placeholders are filled first", () => {
  const list = (...parts: unknown[]) => parts.join(",");
  const inner = partial(list, Placeholder, 2, Placeholder, 4);
  assert.equal(partial(inner, 1)(3), "1,2,3,4");
  assert.equal(partial(inner, 1, 3, 5)(6), "1,2,3,4,5,6");
  assert.equal(partial(inner, Placeholder, 3)(1), "1,2,3,4");
});

test("partial refuses a last placeholder, too few arguments, and what is no function", () => {
  const list = (...parts: unknown[]) => parts.join(",");
  assert.throws(() => partial(list, 1, Placeholder), {
    name: "TypeError",
    message: "The last argument of partial cannot be a Placeholder: leave it out.",
  });
  assert.throws(() => (partial(list, Placeholder, 2) as unknown as () => unknown)(), {
    name: "TypeError",
    message: /1 placeholders to fill, and was given 0/,
  });
  assert.throws(() => partial(5 as never), { name: "TypeError", message: "partial takes a function first." });
});

test("partial's types: what is left to give", () => {
  const f = (a: number, b: string, c: boolean): string => `${a}${b}${c}`;
  const left: string = partial(f, 1)("b", true);
  const hole: string = partial(f, Placeholder, "b")(1, true);
  assert.deepEqual([left, hole], ["1btrue", "1btrue"]);
  // @ts-expect-error: the first argument is a number
  partial(f, "a");
  // @ts-expect-error: "b" is already given
  partial(f, 1, "b")("b", true);
  // @ts-expect-error: there is no fourth parameter
  partial(f, 1, "b", true, 4);
});
