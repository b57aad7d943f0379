import assert from "node:assert/strict";
import { test } from "node:test";
import { analyseText, type FunctionText } from "../../../src/functions/function-text.ts";

function analysed(text: string, goal: "module" | "script" = "module"): FunctionText {
  const analysis = analyseText(text, goal);
  assert.ok(analysis, `does not parse: ${text}`);
  return analysis;
}

/** Free names: `!` written, `?` only typeof, `^` needed at once, `.a|b/c` only used for these members. */
function free(text: string, goal?: "module" | "script"): string {
  return analysed(text, goal)
    .free.map(({ name, written, onlyTypeof, eager, members }) => {
      const marks = `${written ? "!" : ""}${onlyTypeof ? "?" : ""}${eager ? "^" : ""}`;
      return `${name}${marks}${members ? `.${members.map((path) => path.join("/")).join("|")}` : ""}`;
    })
    .join(" ");
}

const cases: readonly (readonly [title: string, text: string, expected: string])[] = [
  ["names that are read", "(x) => x + a * b", "a b"],
  ["parameters and their defaults", "(a, { b = d, c: [e] }, ...r) => a + b + e + r", "d"],
  ["its own name", "function f(n) { return f(n - 1) + g }", "g"],
  [
    "block, catch, loop and label names",
    "() => { try { a } catch (e) { e } for (let i = b; i < 1; i++) { var v = i } l: for (;;) break l; return v }",
    "a b",
  ],
  ["a variable used before its block", "() => { { let a = 1 } return a }", "a"],
  [
    "assignments of every kind",
    "() => { a++; ({ b, c: d.e } = f); for (g of h) {} [i = j] = k; m += 1 }",
    "a! b! d f g! h i! j k m!",
  ],
  ["typeof alone", "() => typeof a === 'x' && typeof b + b", "a? b"],
  ["members alone", "() => a.b() + a.c + d[e] + f.g++ + (h.i, h)", "a.b|c d e f h"],
  ["keys and labels are no names", "() => ({ a: 1, b() {}, get c() { return d }, [e]: f, g })", "d e f g"],
  [
    "a class: heritage, keys, statics at once, methods later",
    "class A extends B { [c] = d; static e = f; static { g } h() { return i } static j() { return k } }",
    "B^ c^ d f^ g^ i k",
  ],
  ["a class inside a function is later", "() => class extends A { static b = c }", "A c"],
  ["nested functions", "() => { function f() { return g(h) } const g = () => i; return f }", "h i"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a text that is analysed
  ["templates, spreads, optional chains, tags", "() => `${a}${b`c`}` + [...d] + e?.f.g", "a b d e.f/g"],
  ["private names of its own class", "class { #a = b; c() { return #a in this && this.#a } }", "b"],
  ["using declarations", "() => { using a = b(); return a }", "b"],
];

for (const [title, text, expected] of cases) {
  test(`free names: ${title}`, () => {
    assert.equal(free(text), expected);
  });
}

test("free names: in sloppy code a function in a block is a variable of the function", () => {
  assert.equal(free("() => { { function a() {} } return a }", "script"), "");
});

const obstacles: readonly (readonly [text: string, obstacle: FunctionText["obstacle"]])[] = [
  ["() => this", "this"],
  ["() => () => this.a", "this"],
  ["function () { return this }", undefined],
  ["() => ({ a() { return this } })", undefined],
  ["class { a = this; static b = this; static { this } }", undefined],
  ["class extends (this) {}", "this"],
  ["() => arguments", "arguments"],
  ["function () { return () => arguments }", undefined],
  ["(arguments_) => arguments_", undefined],
  ["() => new.target", "new.target"],
  ["function () { return new.target }", undefined],
  ["m() { return super.a }", "super"],
  ["() => ({ a() { return super.b } })", undefined],
  ["class extends A { constructor() { super() } }", undefined],
  ["m() { return this.#a }", "private"],
  ["() => eval('a')", "eval"],
  ["() => (0, eval)('a') + eval?.('b')", undefined],
  ["(eval_) => eval_('a')", undefined],
];

for (const [text, obstacle] of obstacles) {
  test(`${text} ${obstacle === undefined ? "stands alone" : `leans on ${obstacle}`}`, () => {
    assert.equal(analysed(text).obstacle, obstacle);
  });
}

test("methods and accessors are told from functions, also those with odd names", () => {
  const wraps = {
    "a() {}": "method",
    "get() {}": "method",
    "get a() {}": "getter",
    "set a(v) {}": "setter",
    "async *a() {}": "method",
    "'a b'() {}": "method",
    "1() {}": "method",
    "async () => 1": "none",
    "function () {}": "none",
  };
  for (const [text, wrap] of Object.entries(wraps)) assert.equal(analysed(text).wrap, wrap, text);
});

test("a computed key is replaced length for length, line for line", () => {
  const text = "async [Symbol\n.iterator](a) { return a }";
  const { source, free: names } = analysed(text);
  assert.equal(source, "async [0     \n         ](a) { return a }");
  assert.equal(source.length, text.length);
  assert.deepEqual(names, []);
});

test("import.meta is replaced length for length by a name that is not there", () => {
  const text = "() => { const import_meta = import.meta.url; return import . meta.url }";
  const { source, metaName } = analysed(text);
  assert.equal(metaName, "import_met0");
  assert.equal(source, "() => { const import_meta = import_met0.url; return import_met0  .url }");
});

test("import() and generators are noted", () => {
  assert.equal(analysed("async () => import('a')").importsDynamically, true);
  assert.equal(analysed("() => 1").importsDynamically, false);
  assert.equal(analysed("function* () {}").isGenerator, true);
});

test("what acorn cannot read is not guessed at", () => {
  assert.equal(analyseText("function native() { [native code] }", "module"), undefined);
});
