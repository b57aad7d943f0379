import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { Shipped } from "../../../src/functions/definitions.ts";
import { encodeArguments } from "../../../src/functions/encoding.ts";
import { onProtocolCall } from "../../../src/functions/inspector.ts";
import { ship } from "../../../src/functions/ship.ts";
import { registerClass } from "../../../src/wire/classes.ts";

afterEach(() => onProtocolCall(undefined));

/** The protocol calls that `run` makes, by method. */
function protocolCalls(run: () => unknown): Map<string, number> {
  const counts = new Map<string, number>();
  onProtocolCall((method) => counts.set(method, (counts.get(method) ?? 0) + 1));
  run();
  onProtocolCall(undefined);
  return counts;
}

const moduleConstant = 5;

/** The end of the burst. */
const nextBurst = () => Promise.resolve();

test("within a burst a function over data is shipped once", () => {
  const list = [1];
  const fn = () => list;
  const first = ship(fn);
  list.push(2);
  const counts = protocolCalls(() => assert.equal(ship(fn), first));
  assert.equal(counts.size, 0);
});

test("a function over constants is looked at once for ever", async () => {
  const k = 1;
  const inner = () => k;
  const fn = () => inner();
  const first = ship(fn);
  await nextBurst();
  const counts = protocolCalls(() => assert.equal(ship(fn), first));
  assert.equal(counts.size, 0);
});

test("a function over a constant object is looked at once, and only the object is encoded anew", async () => {
  const list = [1];
  const fn = () => list;
  const first = ship(fn);
  await nextBurst();
  assert.equal(protocolCalls(() => assert.equal(ship(fn), first)).size, 0);
  await nextBurst();
  list.push(2);
  let second = first;
  assert.equal(
    protocolCalls(() => {
      second = ship(fn);
    }).size,
    0,
  );
  assert.notEqual(second, first);
  assert.equal(second.definition, first.definition);
  const [data] = first.needs.filter(({ body }) => body.kind === "data");
  const [renewed] = second.needs.filter(({ body }) => body.kind === "data");
  assert.equal(renewed?.id, data?.id);
  assert.equal(renewed?.version, (data?.version ?? 0) + 1);
});

test("an assigned variable is read at every call, within a burst too", () => {
  let n = 0;
  const fn = () => n;
  const dataOf = ({ needs }: Shipped) => needs.find(({ body }) => body.kind === "data");
  const first = ship(fn);
  const counts = protocolCalls(() => assert.equal(ship(fn), first));
  assert.ok((counts.get("Runtime.callFunctionOn") ?? 0) > 0);
  n++;
  const second = ship(fn);
  assert.equal(second.definition, first.definition);
  assert.equal(dataOf(second)?.id, dataOf(first)?.id);
  assert.equal(dataOf(second)?.version, (dataOf(first)?.version ?? 0) + 1);
});

test("a loop of closures costs one analysis: the text is sent under one number, and no script is read twice", () => {
  const make = (i: number) => () => i;
  const first = ship(make(0));
  const codeIds = new Set<number>();
  const counts = protocolCalls(() => {
    for (let i = 1; i <= 10; i++) {
      const { body } = ship(make(i)).definition;
      if (body.kind === "code") codeIds.add(body.code.codeId);
    }
  });
  assert.equal(first.definition.body.kind === "code" && codeIds.has(first.definition.body.code.codeId), true);
  assert.equal(codeIds.size, 1);
  assert.equal(counts.get("Debugger.enable"), undefined);
  assert.equal(counts.get("Runtime.getProperties"), 10);
});

test("closures over nothing but their module's constants are one definition, and their scopes are read once", () => {
  const make = () => (x: number) => x + moduleConstant;
  const first = ship(make());
  const counts = protocolCalls(() => {
    for (let i = 0; i < 10; i++) {
      const fn = make();
      const { definition } = ship(fn);
      assert.equal(definition.id, first.definition.id);
      assert.equal(definition.version, first.definition.version);
      assert.equal(definition.original, fn);
    }
  });
  assert.equal(counts.get("Runtime.getProperties"), 10);
  assert.equal(counts.get("Runtime.callFunctionOn"), undefined);
});

test("but not when one has another name, or something hung on it", () => {
  const make = () => (x: number) => x - moduleConstant;
  const first = ship(make());
  const renamed = Object.defineProperty(make(), "name", { value: "renamed" });
  const adorned = Object.assign(make(), { extra: 1 });
  const ids = new Set([first, ship(renamed), ship(adorned)].map(({ definition }) => definition.id));
  assert.equal(ids.size, 3);
});

test("a function that captures nothing is looked at only for its place", () => {
  const counts = protocolCalls(() => ship((x: number) => x + 1));
  assert.equal(counts.get("Runtime.getProperties"), 1);
});

test("one helper used twice is one definition", () => {
  const k = 2;
  const helper = () => k;
  const left = () => helper();
  const right = () => helper();
  const { needs } = ship(() => left() + right());
  assert.equal(needs.length, 4);
});

test("one object captured by two functions is one definition", () => {
  const list = [1];
  const ids = [ship(() => list[0]), ship(() => list.length)].map(
    ({ needs }) => needs.find(({ body }) => body.kind === "data")?.id,
  );
  assert.equal(ids[0], ids[1]);
});

test("a function that could not be shipped can be shipped once the obstacle is gone", async () => {
  const settings: { pending?: unknown } = { pending: new WeakMap() };
  const fn = () => settings;
  assert.throws(() => ship(fn), /settings\.pending is a WeakMap/);
  assert.throws(() => ship(fn), /settings\.pending is a WeakMap/);
  settings.pending = undefined;
  assert.ok(ship(fn));
});

test("captured data with an instance of a registered class is not new in every burst", async () => {
  class Point {
    x = 1;
  }
  registerClass(Point);
  const points = [new Point()];
  const fn = () => points;
  const first = ship(fn);
  encodeArguments([new Point()], "again");
  await nextBurst();
  encodeArguments([new Point()], "again");
  assert.equal(ship(fn), first);
});

test("a big table that was the same for some bursts is sent again when anything in it changes", async () => {
  const map = new Map<unknown, unknown>(Array.from({ length: 1000 }, (_, i) => [`key ${i}`, i]));
  const set = new Set<unknown>(Array.from({ length: 1000 }, (_, i) => i));
  const fn = () => [map, set];
  const changes = [
    () => map.set("key 7", -0),
    () => map.set("key 7", 0),
    () => map.set("key 7", Number.NaN),
    () => map.set("one more", 1),
    () => map.delete("key 1"),
    () => map.set("key 1", 1), // at another place now
    () => map.set("key 2", { deep: 1 }),
    () => Object.assign(map.get("key 2") as object, { deep: 2 }),
    () => map.set("key 2", 2),
    () => set.add("x"),
    () => set.delete(3),
    () => set.add(3),
    () => Object.setPrototypeOf(set, Map.prototype) && Object.setPrototypeOf(set, Set.prototype) && set.delete(5),
  ];
  let before = ship(fn);
  for (const change of changes) {
    for (let round = 0; round < 4; round++) {
      await nextBurst();
      assert.equal(ship(fn), before, `before ${change}`);
    }
    change();
    await nextBurst();
    const after = ship(fn);
    assert.notEqual(after, before, `${change}`);
    before = after;
  }
});

test("only what a namespace is used for is sent of it", async () => {
  const library = { __esModule: true, used: (x: number) => x, unused: new WeakMap() };
  assert.ok(ship(() => library.used(1)));
  assert.throws(() => ship(() => library), /library\.unused is a WeakMap/);
});

test("every protocol call is answered with the debugger off: enabled, it makes await slow", () => {
  let isEnabled = false;
  const outside: string[] = [];
  onProtocolCall((method) => {
    if (method === "Debugger.enable") isEnabled = true;
    else if (method === "Debugger.disable") isEnabled = false;
    else if (isEnabled && !method.startsWith("Debugger.")) outside.push(method);
    assert.notEqual(method, "Runtime.enable");
  });
  const made = new Function("x", "return x") as () => unknown; // a script that is not known yet
  ship(made);
  onProtocolCall(undefined);
  assert.equal(isEnabled, false);
  assert.deepEqual(outside, []);
});
