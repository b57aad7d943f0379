import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { runInNewContext, runInThisContext } from "node:vm";
import { ship } from "../../../src/functions/ship.ts";
import { registerClass } from "../../../src/wire/classes.ts";
import { FunctionTable } from "../../../src/worker/functions.ts";
import { Room } from "./support/room.ts";

const room = new Room();
const folder = mkdtempSync(join(tmpdir(), "manycore shipping #"));
after(async () => {
  rmSync(folder, { recursive: true });
  await room.close();
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

test("modules and scripts whose paths need escapes", async () => {
  write("100%.mjs", "export const k = 3;");
  const esm = write(
    "dir é/möd?ule.mjs",
    `import { k } from "../100%25.mjs";
     export const exported = (x) => x + k;
     export const make = () => (x) => exported(x) + import.meta.url;
     export default class { method() { return k; } }`,
  );
  const module = (await import(esm)) as {
    exported(x: number): number;
    make(): (x: number) => string;
    default: new () => { method(): number };
  };
  const { exported, make, default: Exported } = module;
  assert.equal(await room.run(exported, 1), 4);
  assert.equal(await room.run(make(), 1), make()(1));
  assert.equal(await room.run(() => new Exported().method()), 3);
  assert.ok(ship(() => Exported).needs.some(({ body }) => body.kind === "module"));
  write("in ner.cjs", "exports.k = 3;");
  const cjs = write(
    "scr ipt.cjs",
    `const { k } = require("./in ner.cjs"); exports.exported = () => k; exports.make = () => () => k + __filename;`,
  );
  const script = (await import(cjs)) as { exported(): number; make(): () => string };
  assert.equal(await room.run(script.exported), 3);
  assert.equal(await room.run(script.make()), script.make()());
});

test("a module in a data: URL", async () => {
  const text = "export const f = (x) => x + 1; const k = 2; export const make = () => (x) => f(x) * k;";
  const { f, make } = (await import(`data:text/javascript,${text}`)) as Record<"f", (x: number) => number> &
    Record<"make", () => (x: number) => number>;
  assert.equal(await room.run(f, 1), 2);
  assert.equal(await room.run(make(), 1), 4);
});

test("a script too large to be parsed: its imports are imports, its variables are read every time", async () => {
  const large = write(
    "large.mjs",
    `import { basename } from "node:path";
     let n = 1;
     const table = new Map([[1, 2]]);
     const add = (x) => x + n;
     class Config { static value = 3; }
     export const make = () => (x) => [basename(x), n, add(1), table.get(1), Config.value];
     export const bump = () => { n++; };
     // ${"x".repeat(600 * 1024)}`,
  );
  const { make, bump } = (await import(large)) as { make(): (x: string) => unknown[]; bump(): void };
  const fn = make();
  assert.deepEqual(await room.run(fn, "a/b"), ["b", 1, 2, 2, 3]);
  bump();
  assert.deepEqual(await room.run(fn, "a/b"), ["b", 2, 3, 2, 3]);
});

test("a classic script: its lexical variables, and those it puts on globalThis", async () => {
  const text = "let lexical = 5; function declared() { return lexical; } (() => declared() + lexical)";
  const fn = runInThisContext(text, { filename: "classic.js" }) as () => number;
  assert.equal(await room.run(fn), 10);
});

test("another context's functions", async () => {
  const fn = runInNewContext("let q = 5; (() => q + Math.max(1, 2))", {}, { filename: "other.js" }) as () => number;
  assert.equal(await room.run(fn), 7);
});

test("a function that was itself shipped, as from a task to an executor of its own", async () => {
  const k = 4;
  const big = new Map([[1, 2]]);
  let count = 1;
  const bump = () => ++count;
  let fn = (x: number) => [(big.get(x) ?? 0) + k, bump()];
  for (let depth = 0; depth < 3; depth++) {
    const { definition, needs } = ship(fn);
    const table = new FunctionTable();
    for (const { id, body } of needs) table.define(id, body);
    await table.prepare([definition.id]);
    fn = table.get(definition.id) as typeof fn;
  }
  assert.deepEqual(await room.run(fn, 1), [6, 2]);
});

test("instances of registered classes in captured data, and back", async () => {
  class Money {
    readonly amount: number;
    constructor(amount: number) {
      this.amount = amount;
    }
    twice() {
      return this.amount * 2;
    }
  }
  registerClass(Money);
  const price = { net: new Money(5) };
  assert.equal(await room.run((more: Money) => price.net.twice() + more.twice(), new Money(3)), 16);
  const back = await room.run(() => new Money(9));
  assert.ok(back instanceof Money);
  assert.equal(back.twice(), 18);
});

test("names that strict code reserves, and those the compiled wrapper uses itself", async () => {
  const sloppy = new Function(
    "var static = 1, yield = 3, await = 4; return () => static + yield + await",
  )() as () => number;
  assert.equal(await room.run(sloppy), 8);
  const $index = () => 1;
  const $value = () => 2;
  assert.equal(await room.run(() => $index() + $value()), 3);
});

test("what was hung on a function, and the methods of an old-style class", async () => {
  const cached = (key: string) => cached.table.get(key);
  cached.table = new Map([["a", 1]]);
  assert.equal(await room.run(cached, "a"), 1);
  cached.table.set("b", 2);
  assert.equal(await room.run(cached, "b"), 2);
  const [make] = new Function(`
    function Base(x) { this.x = x; }
    Base.prototype.double = function () { return this.x * 2; };
    function Derived(x) { Base.call(this, x); }
    Derived.prototype = Object.create(Base.prototype, { constructor: { value: Derived, writable: true, configurable: true } });
    Derived.prototype.triple = function () { return this.x * 3; };
    return [() => [new Derived(2).double(), new Derived(2).triple(), new Derived(2) instanceof Base]];
  `)() as [() => unknown[]];
  assert.deepEqual(await room.run(make), [4, 6, true]);
});

test("methods of captured objects find the object as this", async () => {
  const scale = {
    k: 3,
    by(x: number) {
      return this.k * x;
    },
  };
  assert.equal(await room.run((x: number) => scale.by(x), 2), 6);
});

test("a variable that gets its value after the first shipping", async () => {
  let first: number | undefined;
  const read = () => first;
  assert.equal(await room.run(read), undefined);
  first = 1;
  assert.equal(await room.run(read), 1);
});

test("a class whose making throws fails the call, and every call", async () => {
  const explode = () => {
    throw new Error("static");
  };
  const make = () =>
    class {
      own = 1;
      static value = typeof process === "object" && process.env.MANYCORE_EXPLODES ? explode() : 1;
    };
  const Exploding = make();
  process.env.MANYCORE_EXPLODES = "1";
  const other = new Room();
  try {
    await assert.rejects(
      other.run(() => Exploding.value),
      { message: "static" },
    );
    await assert.rejects(
      other.run(() => Exploding.value),
      { message: "static" },
    );
    assert.equal(await other.run(() => 1), 1);
  } finally {
    delete process.env.MANYCORE_EXPLODES;
    await other.close();
  }
});
