import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { after, test } from "node:test";
import type * as Commonjs from "../../fixtures/shipping/helpers.cjs";
import type * as Helpers from "../../fixtures/shipping/helpers.mjs";
import { fixture, Room } from "./support/room.ts";

const room = new Room();
after(() => room.close());

const helpers = fixture<typeof Helpers>("helpers.mjs");
const commonjs = fixture<typeof Commonjs>("helpers.cjs");

const k = 7;
const big = new Map([
  [1, "one"],
  [2, "two"],
]);
const helper = (n: number): number => n * k;

test("a function arrives with its captured constants, data and functions", async () => {
  assert.equal(await room.run((x: number) => `${big.get(x)} ${helper(x)}`, 2), "two 14");
});

test("node: imports arrive, as names and as a namespace", async () => {
  assert.equal(await room.run((name: string) => path.join("a", name), "b"), path.join("a", "b"));
  const file = process.argv[1] as string;
  assert.equal(await room.run((f: string) => readFileSync(f, "utf8").length, file), readFileSync(file, "utf8").length);
});

test("every primitive arrives as it is", async () => {
  const [zero, nan, huge, text, yes, nothing, missing] = [
    -0,
    Number.NaN,
    2n ** 70n,
    "tëxt\ud800",
    true,
    null,
    undefined,
  ];
  const arrived = await room.run(() => [Object.is(zero, -0), Number.isNaN(nan), huge, text, yes, nothing, missing]);
  assert.deepEqual(arrived, [true, true, 2n ** 70n, "tëxt\ud800", true, null, undefined]);
});

test("registered and well-known symbols are the same symbols there", async () => {
  const registered = Symbol.for("manycore.test");
  const { iterator } = Symbol;
  assert.ok(await room.run(() => registered === Symbol.for("manycore.test") && iterator === Symbol.iterator));
});

test("variables are found through every kind of scope, the innermost first", async () => {
  const make = (a: number) => {
    const shadowed = "outer";
    const closures = [() => [shadowed]] as ((b: number) => unknown[])[];
    for (const shadowed of ["inner"]) {
      try {
        throw new Error("caught");
      } catch (error) {
        closures.push((b: number) => [a, b, shadowed, (error as Error).message]);
      }
    }
    return closures;
  };
  const [outer, inner] = make(1) as [(b: number) => unknown[], (b: number) => unknown[]];
  assert.deepEqual(await room.run(outer, 2), ["outer"]);
  assert.deepEqual(await room.run(inner, 2), [1, 2, "inner", "caught"]);
});

test("each closure of a loop has its own variable", async () => {
  const closures = [];
  for (let i = 0; i < 3; i++) closures.push(() => i);
  for (const word of ["a", "b"]) closures.push(() => word);
  const values = [];
  for (const closure of closures) values.push(await room.run(closure as () => unknown));
  assert.deepEqual(values, [0, 1, 2, "a", "b"]);
});

test("a variable that is assigned is read at every call", async () => {
  let counter = 1;
  const read = () => counter;
  assert.equal(await room.run(read), 1);
  counter = 2;
  assert.equal(await room.run(read), 2);
  counter = 3;
  assert.equal(await room.run(read), 3);
});

test("a change inside captured data is seen by the next call", async () => {
  const seen = new Map([["a", 1]]);
  const read = () => [...seen.values()];
  const first = room.run(read);
  assert.deepEqual(await first, [1]);
  seen.set("b", 2);
  assert.deepEqual(await room.run(read), [1, 2]);
});

test("data that has not changed is not sent again", async () => {
  const list = [1, 2, 3];
  const read = () => list.length;
  await room.run(read);
  await room.run(read);
  assert.equal(room.sent.length, 0);
  list.push(4);
  assert.equal(await room.run(read), 4);
  assert.equal(room.sent.length, 1);
});

test("two functions that capture one object have one object there too", async () => {
  const shared: { mark?: string } = {};
  const write = () => {
    shared.mark = "written there";
  };
  const read = () => shared.mark;
  await room.run(write);
  assert.equal(await room.run(read), "written there");
  assert.equal(shared.mark, undefined);
});

test("functions may need themselves and each other", async () => {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
  const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);
  function declared(n: number): number {
    return n < 1 ? 0 : 1 + declared(n - 1);
  }
  assert.equal(await room.run(factorial, 5), 120);
  assert.equal(await room.run(isEven, 10), true);
  assert.equal(await room.run(isOdd, 10), false);
  assert.equal(await room.run(declared, 4), 4);
});

test("classes arrive with their heritage, private fields, statics and accessors", async () => {
  const unit = "m";
  class Shape {
    static made = 0;
    readonly #name: string;
    constructor(name: string) {
      this.#name = name;
      Shape.made++;
    }
    get label() {
      return `${this.#name} ${this.area()} ${unit}`;
    }
    area(): number {
      return 0;
    }
  }
  class Square extends Shape {
    readonly side: number;
    constructor(side: number) {
      super("square");
      this.side = side;
    }
    override area() {
      return super.area() + this.side ** 2;
    }
  }
  const [label, isShape, made] = await room.run((side: number) => {
    const square = new Square(side);
    return [square.label, square instanceof Shape, Shape.made] as const;
  }, 3);
  assert.deepEqual([label, isShape, made], ["square 9 m", true, 1]);
});

test("classes may need each other, whichever is asked for first", async () => {
  class Node {
    children(): unknown[] {
      return [new Leaf("x")];
    }
  }
  class Leaf extends Node {
    readonly text: string;
    constructor(text: string) {
      super();
      this.text = text;
    }
    override children() {
      return [];
    }
  }
  assert.deepEqual(await room.run(() => new Leaf("y").children()), []);
  assert.equal(await room.run(() => (new Node().children()[0] as Leaf).text), "x");
});

test("what a class evaluates as it is made finds its variables", async () => {
  const base = 5;
  const compute = () => base * 2;
  const key = "computed";
  class Config {
    static limit = compute();
    static {
      Config.limit += 1;
    }
    [key]() {
      return "by key";
    }
  }
  assert.deepEqual(await room.run(() => [Config.limit, new Config()[key]()]), [11, "by key"]);
});

test("methods, accessors and functions with computed names ship alone", async () => {
  const key = "odd name";
  const object = {
    plain(x: number) {
      return x + k;
    },
    [key](x: number) {
      return x * k;
    },
    async later(x: number) {
      return x - k;
    },
    get seven() {
      return k;
    },
    ["ta" + "g"]: (x: number) => x,
  };
  const getter = Object.getOwnPropertyDescriptor(object, "seven")?.get as () => number;
  assert.equal(await room.run(object.plain, 1), 8);
  assert.equal(await room.run(object[key] as (x: number) => number, 2), 14);
  assert.equal(await room.run(object.later, 9), 2);
  assert.equal(await room.run(getter), 7);
  assert.equal(await room.run(object.tag as (x: number) => number, 5), 5);
});

test("functions keep their names", async () => {
  const arrow = () => 1;
  const renamed = Object.defineProperty(() => 1, "name", { value: "of its own" });
  const anonymous = (
    () => () =>
      1
  )();
  assert.deepEqual(await room.run(() => [arrow.name, renamed.name, anonymous.name]), ["arrow", "of its own", ""]);
});

test("async functions and generators work inside a task", async () => {
  function* count(n: number) {
    for (let i = 0; i < n; i++) yield i * k;
  }
  async function* later(n: number) {
    yield* count(n);
  }
  const collect = async (n: number) => {
    const values = [...count(n)];
    for await (const value of later(n)) values.push(value);
    return values;
  };
  assert.deepEqual(await room.run(collect, 2), [0, 7, 0, 7]);
});

test("bound functions arrive with what they are bound to", async () => {
  function area(this: { unit: string }, a: number, b: number) {
    return `${a * b} ${this.unit}`;
  }
  assert.equal(await room.run(area.bind({ unit: "m²" }, 3), 4), "12 m²");
  const log = [area.bind({ unit: "a" }, 1), Math.max.bind(null, 10)] as const;
  assert.deepEqual(await room.run((x: number) => [log[0](x), log[1](x)], 5), ["5 a", 10]);
});

test("functions inside captured data are functions there, and may capture that very data", async () => {
  const registry = {
    names: ["double"],
    double: (x: number) => x * 2,
    all: () => registry.names.join(),
  };
  assert.deepEqual(await room.run((x: number) => [registry.double(x), registry.all()], 4), [8, "double"]);
});

test("functions are values: as arguments, in objects, in Maps", async () => {
  const apply = (f: (x: number) => number, x: number) => f(x);
  assert.equal(await room.run(apply, helper, 3), 21);
  const table = new Map([["h", helper]]);
  assert.equal(await room.run((t: typeof table) => t.get("h")?.(2), table), 14);
});

test("a function that came with the call comes back as itself", async () => {
  assert.equal(await room.run(() => helper), helper);
  assert.equal(await room.run((f: unknown) => f, Math.sqrt), Math.sqrt);
});

test("imports of a module arrive, relative to that module: default, renamed, namespace, JSON", async () => {
  const { usesImports } = await helpers();
  assert.deepEqual(await room.run(usesImports(), "a/b.txt"), ["b.txt", ".txt", "settings", 10, 42, 6]);
});

test("required modules arrive, whole, by member, and through what compilers make of an import", async () => {
  const { usesRequires, requiresLater, places } = await commonjs();
  assert.deepEqual(await room.run(usesRequires(), "a/b.txt"), ["b.txt", "a", ".txt", 42, 8, 10, 12]);
  assert.equal(await room.run(requiresLater()), 14);
  assert.deepEqual(await room.run(places()), places()());
});

test("an import that the code awaits itself arrives as that import", async () => {
  const later = await import("node:os");
  assert.equal(await room.run(() => typeof later.availableParallelism()), "number");
});

test("import() inside a task resolves from the user's own file, and warns of nothing", async () => {
  const { importsLater } = await helpers();
  assert.equal(await room.run(importsLater()), 10);
  assert.deepEqual(await room.warnings(), []);
});

test("import.meta is that of the defining module", async () => {
  const { whereAmI, metaOfModule } = await helpers();
  assert.equal(await room.run(whereAmI()), whereAmI()());
  const [filename, dirname, ...resolved] = await room.run(metaOfModule());
  assert.equal(filename, (process.versions.node < "20.11" ? undefined : metaOfModule()()[0]) ?? filename);
  assert.equal(dirname, path.dirname(filename as string));
  assert.deepEqual(resolved, metaOfModule()().slice(2));
});

test("code of a module is strict there, code of a script is not, a strict script's is", async () => {
  const { thisOfModule } = await helpers();
  const { thisOfScript } = await commonjs();
  const { thisOfStrictScript } = await fixture<{ thisOfStrictScript(): () => unknown }>("strict.cjs")();
  assert.equal(await room.run(thisOfModule()), undefined);
  assert.equal(await room.run(thisOfScript()), true);
  assert.equal(await room.run(thisOfStrictScript()), undefined);
});

test("names that every thread has are left to it, and an undeclared name may be asked for by typeof", async () => {
  const undeclared = new Function(
    "return () => [typeof neverDeclared, typeof URL, Math.max(1, 2)]",
  )() as () => unknown[];
  assert.deepEqual(await room.run(undeclared), ["undefined", "function", 2]);
});

test("a function made by new Function or eval ships too", async () => {
  const made = new Function("a", "b", "return a + b") as (a: number, b: number) => number;
  assert.equal(await room.run(made, 1, 2), 3);
});

test("the language's own objects are the worker's own there", async () => {
  const { PI } = Math;
  const math = Math;
  const json = JSON;
  assert.deepEqual(await room.run(() => [PI, math.floor(2.5), json.stringify({ a: 1 }), math === Math]), [
    Math.PI,
    2,
    '{"a":1}',
    true,
  ]);
});
