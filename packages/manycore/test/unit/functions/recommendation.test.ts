import assert from "node:assert/strict";
import { test } from "node:test";
import { captureLine, instanceLine, taskLine, thisLine } from "../../../src/functions/recommendation.ts";

test("capture keeps the parameters and the body, with the captured variables before them", () => {
  for (const [text, line] of [
    ["(x) => x * k + offset", "capture({ k, offset }, ({ k, offset }, x) => x * k + offset)"],
    ["x => x * k + offset", "capture({ k, offset }, ({ k, offset }, x) => x * k + offset)"],
    ["() => k + offset", "capture({ k, offset }, ({ k, offset }) => k + offset)"],
    ["async ([a], b = 1) => k + offset", "capture({ k, offset }, async ({ k, offset }, [a], b = 1) => k + offset)"],
    ["({ a }, ...rest) => { return k; }", "capture({ k, offset }, ({ k, offset }, { a }, ...rest) => { return k; })"],
    ["(x) => ({ k, offset })", "capture({ k, offset }, ({ k, offset }, x) => ({ k, offset }))"],
    ["function area(x) { return x * k; }", "capture({ k, offset }, function ({ k, offset }, x) { return x * k; })"],
    ["function () { with (k) offset(); }", "capture({ k, offset }, function ({ k, offset }) { with (k) offset(); })"],
    ["area(x) { return x * k; }", "capture({ k, offset }, function ({ k, offset }, x) { return x * k; })"],
    ["async area(x) { return k; }", "capture({ k, offset }, async function ({ k, offset }, x) { return k; })"],
  ] as const) {
    assert.equal(captureLine(text, ["k", "offset"]), line, text);
  }
});

test("a long body, or one of several lines, is left out", () => {
  const long = `x * ${"k * ".repeat(20)}1`;
  assert.equal(captureLine(`(x) => ${long}`, ["k"]), "capture({ k }, ({ k }, x) => ...)");
  assert.equal(captureLine(`(x) => { return ${long}; }`, ["k"]), "capture({ k }, ({ k }, x) => { ... })");
  assert.equal(captureLine("(x) => {\n  return x * k;\n}", ["k"]), "capture({ k }, ({ k }, x) => { ... })");
});

test("there is none for what capture does not do", () => {
  for (const text of [
    "function fact(n) { return n < k ? 1 : n * fact(n - 1); }",
    "class { m() { return k; } }",
    "get area() { return k; }",
    "function* () { yield k; }",
    "(x) => %IsSmi(k)",
  ]) {
    assert.equal(captureLine(text, ["k"]), undefined, text);
  }
});

test("a task is named by its module's own place", () => {
  assert.equal(taskLine("area", true), 'task(import.meta.url, "area")');
  assert.equal(taskLine("area", false), 'task(__filename, "area")');
});

test("fields that are read of `this` become variables, unless more than fields is wanted", () => {
  for (const [text, line] of [
    ["() => this.width * this.height + this.width", "const { width, height } = this"],
    ["() => [1].map(() => this.width)", "const { width } = this"],
    ["() => this.size.width", "const { size } = this"],
    ["() => this.area()", undefined],
    ["() => this", undefined],
    ["() => this[key]", undefined],
    ["() => { this.width = 2; }", undefined],
    ["() => this.count++", undefined],
    ["() => this.#width", undefined],
    ["() => { function own() { return this; } return this.width; }", "const { width } = this"],
    ["() => { class Own { area() { return this.side(); } } return this.width; }", "const { width } = this"],
  ] as const) {
    assert.equal(thisLine(text), line, text);
  }
});

test("a class is made and used in the task, by its first method if it has one", () => {
  class Square {
    readonly side = 1;
    get double() {
      return 2 * this.side;
    }
    area() {
      return this.side ** 2;
    }
  }
  assert.equal(instanceLine(Square, "Square"), "(...args) => new Square(...args).area()");
  assert.equal(instanceLine(class {}, "Empty"), "(...args) => new Empty(...args)");
});
