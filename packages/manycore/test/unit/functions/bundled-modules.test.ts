import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { types } from "node:util";
import { Room } from "./support/room.ts";

const room = new Room();
after(() => room.close());

const double = (x: number): number => x * 2;
const unique = Symbol("only here");

test("of a namespace that a bundler makes of getters, the members that are used are sent", async () => {
  const namespace = {};
  const getters: Record<string, () => unknown> = { double: () => double, unique: () => unique };
  for (const [name, get] of Object.entries(getters)) Object.defineProperty(namespace, name, { get, enumerable: true });
  const inner = namespace as { double: typeof double };
  assert.equal(await room.run((x: number) => inner.double(x), 21), 42);
});

test("so it is of a required module that a bundler has wrapped", async () => {
  const from = { double, unique };
  const wrapped = Object.create(Object.prototype, { default: { value: from, enumerable: true } });
  for (const key of ["double", "unique"] as const)
    Object.defineProperty(wrapped, key, { get: () => from[key], enumerable: true });
  assert.equal(await room.run((x: number) => wrapped.double(x), 21), 42);
});

test("of a namespace inside another one, what is used of it is sent, and all of it where it is used as a whole", async () => {
  const inside = Object.defineProperties({}, { double: { get: () => double, enumerable: true } });
  const inner = inside as { double: typeof double };
  const all = Object.defineProperties(
    {},
    { inside: { get: () => inside, enumerable: true }, unique: { get: () => unique } },
  );
  const outer = all as { inside: typeof inner };
  assert.equal(await room.run((x: number) => outer.inside.double(x), 21), 42);
  assert.deepEqual(await room.run((x: number) => Object.values(outer.inside).map((each) => each(x)), 21), [42]);
});

test("registered symbols among the members arrive", async () => {
  const mark = Symbol.for("manycore.mark");
  const namespace = Object.defineProperties({}, { mark: { get: () => mark, enumerable: true } }) as { mark: symbol };
  assert.ok(await room.run(() => namespace.mark === Symbol.for("manycore.mark")));
});

test("an object with getters of its own is data", async () => {
  let reads = 0;
  const counter = {
    get reads() {
      return ++reads;
    },
  };
  assert.equal(await room.run(() => counter.reads), 1);
});

test("native functions of an object inside a built-in module are found by name", async () => {
  const { isTypedArray } = types;
  const { join } = path.win32;
  assert.deepEqual(await room.run(() => [isTypedArray(new Uint8Array()), join("a", "b")]), [true, "a\\b"]);
});
