/** What bundlers, test runners and coverage tools make of a module's text. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path, { join } from "node:path";
import { after, test } from "node:test";
import { createContext, runInContext, runInThisContext } from "node:vm";
import { ship } from "../../../src/functions/ship.ts";
import { fixtures, Room } from "./support/room.ts";

const room = new Room();
after(() => room.close());

type Fn = (...args: unknown[]) => unknown;

/** A function as a module runner makes it: its imports are parameters of a wrapper. */
function wrapped(parameters: string, text: string, ...values: unknown[]): Fn {
  const make = runInThisContext(`((${parameters}) => ${text})`, { filename: "file:///made/module.mjs" }) as Fn;
  return make(...values) as Fn;
}

test("of a namespace behind a proxy only what is used goes along, and modules by name", async () => {
  const namespace = { [Symbol.toStringTag]: "Module", default: path, twice: (x: number) => x * 2, port: new WeakMap() };
  const guarded = new Proxy(namespace, {});
  const fn = wrapped("ns", "(x) => ns.default.join('a', String(ns.twice(x)))", guarded);
  assert.equal(await room.run(fn, 2), path.join("a", "4"));
});

test("import.meta in a variable is made anew", async () => {
  const meta = { url: "file:///made/module.mjs", env: new WeakMap() };
  const fn = wrapped("__vite_ssr_import_meta__", "() => __vite_ssr_import_meta__.url", meta);
  assert.equal(await room.run(fn), meta.url);
  const [made] = ship(fn).needs;
  assert.ok(made?.body.kind === "code" && made.body.bindings[0]?.from === "node");
});

test("Vite's import() is Node's in the worker, but for the project's own modules", async () => {
  const load = () => assert.fail("it is this thread's");
  const fn = wrapped("__vite_ssr_dynamic_import__", "async (x) => (await __vite_ssr_dynamic_import__(x)).sep", load);
  assert.equal(await room.run(fn, "node:path"), path.sep);
  await assert.rejects(
    async () => room.run(fn, "/prices.ts"),
    /cannot import\("\/prices\.ts"\).*at the top of the file/,
  );
});

test("Istanbul's counters count for nobody in the worker, and are not sent", async () => {
  const text = `(() => {
    let cov_1a2b3c = () => { const actual = globalThis.__coverage__; return actual; };
    return (x) => { cov_1a2b3c().f[0]++; cov_1a2b3c().s[1]++; return x > 1 ? (cov_1a2b3c().b[0][0]++, "much") : "little"; };
  })()`;
  const fn = runInThisContext(text, { filename: "counted.js" }) as Fn;
  assert.equal(await room.run(fn, 2), "much");
  assert.equal(room.sent.filter(([, body]) => body.kind === "data").length, 0);
  assert.equal(await room.run(fn, 1), "little");
});

test("a global of another vm context is refused, the language's own are not", async () => {
  const context = createContext({ given: 1 });
  assert.throws(() => ship(runInContext("() => given", context) as Fn), /the global `given`/);
  assert.equal(await room.run(runInContext("(x) => Math.max(x, 2)", context) as Fn, 1), 2);
});

test("compilers' require: counted, and with esbuild's helper", async () => {
  const text = `(require, __toESM, counted) => {
    const first = (counted.value++, require("node:path"));
    const second = __toESM(require("node:path"));
    return () => [first.sep, second.default.sep, second.sep];
  }`;
  const make = runInThisContext(text, { filename: path.join(process.cwd(), "made.cjs") }) as Fn;
  const fn = make(
    () => path,
    () => ({ ...path, default: path }),
    { value: 0 },
  ) as Fn;
  assert.deepEqual(await room.run(fn), [path.sep, path.sep, path.sep]);
  const [made] = ship(fn).needs;
  assert.ok(made?.body.kind === "code");
  assert.deepEqual(
    made.body.bindings.map(({ from }) => from),
    ["require", "require"],
  );
});

test("exports by getters, as compilers write them, are found by name", async () => {
  const { exportedByGetter } = createRequire(join(fixtures, "x"))("./getters.cjs") as { exportedByGetter: Fn };
  assert.equal(ship(exportedByGetter).definition.body.kind, "module");
  assert.equal(await room.run(exportedByGetter, 2), 4);
});
