/** docs/shipping.md lists every refusal with its fix, and no other. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Executor, Future } from "manycore";
import type { Refusal } from "../../src/functions/refusal.ts";
import { refusals } from "../../src/functions/refusals.ts";
import { MOVABLE } from "../../src/wire/platform.ts";
import { OBSTACLES, type Obstacle, THREAD_OBJECTS } from "../../src/wire/thread-objects.ts";

function* count() {
  yield 1;
}
class Shape {
  area() {
    return 1;
  }
}
const area = Shape.prototype.area;
// Not written out: the compiler would replace `this`, and give the function another text.
const ofThis = new Function("return () => this.width * this.height")() as object;
const callsThis = new Function("return () => this.area()")() as object;
const scale = new Function("return (x) => x * k + offset")() as object;
const named = { fn: area, isModule: true };

/** Each with the names that the page gives in its examples. */
const samples: Record<keyof typeof refusals, Refusal | readonly Refusal[]> = {
  generator: [refusals.generator(count, false), refusals.generator(count, true)],
  class: refusals.class(Shape),
  proxy: refusals.proxy(),
  mock: refusals.mock(),
  native: refusals.native(),
  boundUnread: refusals.boundUnread(area.bind(new Shape())),
  uninspected: refusals.uninspected("k", ["k", "offset"], { fn: scale, isModule: true }),
  this: [refusals.this(ofThis), refusals.this(callsThis)],
  arguments: refusals.arguments(),
  super: refusals.super(area),
  newTarget: refusals.newTarget(),
  eval: refusals.eval(),
  with: refusals.with(),
  private: refusals.private("side", area),
  syntax: refusals.syntax(named),
  unset: refusals.unset("name"),
  unkept: refusals.unkept("name"),
  symbol: refusals.symbol("name", "description"),
  global: refusals.global("name"),
  module: refusals.module("module"),
  data: refusals.data("name", "name.part", "cannot be read: reason", undefined, undefined),
  load: refusals.load("[this, ...args][1]", "is a WeakSet", undefined, undefined),
  tooMuch: refusals.tooMuch("500 functions", named),
  entry: refusals.entry("area"),
};

function obstacles(): Obstacle[] {
  const { native, secret, hidden, severed, ...values } = OBSTACLES;
  const classes = [native("NumberFormat"), secret("Account"), hidden("Account", "balance"), severed("MessagePort")];
  const key = Symbol.for("manycore.cannotShip");
  const words = [Executor.prototype, Future.prototype].map((prototype) => {
    const { what, fix } = Reflect.get(prototype, key) as { what: string; fix(path: string): string };
    return { what: `${what}, which cannot leave its thread`, fix: fix("name") };
  });
  const objects = THREAD_OBJECTS.map(({ what, fix }) => ({ what, fix: fix("name") }));
  const movable = MOVABLE.map(([name, fix]) => ({ what: `a ${name}, which can only change owner`, fix }));
  return [...objects, ...movable, ...Object.values(values), ...classes, ...words];
}

const page = readFileSync("docs/shipping.md", "utf8");

/** Rows of the tables between two marks, without their code marks. */
function rows(mark: string): string[] {
  const section = new RegExp(`<!-- ${mark} -->\n(.*?)<!-- /${mark} -->`, "s").exec(page)?.[1] ?? "";
  const [, , ...lines] = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.map((line) => line.replaceAll("`", "")).sort();
}

const row = (what: string, fix: string) => `| ${what} | ${fix} |`.replaceAll("`", "");

test("every refusal of a function is on the page, word for word, and nothing else is", () => {
  const known = Object.values(samples)
    .flat()
    .map(({ problem, fix }) => row(`it ${problem}`, fix));
  assert.deepEqual(rows("refusals"), known.sort());
});

test("everything that cannot be sent as data is on the page, word for word, and nothing else is", () => {
  const own = "Make it once in each worker, const own = perWorker(() => ...), and use own.get() in the task";
  const known = obstacles().map(({ what, fix }) => row(what, fix ?? own));
  assert.deepEqual(rows("objects"), known.sort());
});
