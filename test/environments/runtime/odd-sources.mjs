/** Functions from anywhere but a file: what each gives when it is run in a worker, or in which words it is refused. */

import * as vm from "node:vm";
import { ProcessPoolExecutor, ThreadPoolExecutor } from "manycore";

const { createContext, runInContext, runInNewContext, runInThisContext, Script, SourceTextModule } = vm;
const { make } = await import("data:text/javascript,const base = 10; export const make = (k) => (x) => base + x * k;");

async function fromTextModule() {
  if (SourceTextModule === undefined) return undefined;
  const module = new SourceTextModule("const k = 5; export const scaled = (x) => x * k;", {
    identifier: "made:scaled",
  });
  await module.link(() => {
    throw new Error("it imports nothing");
  });
  await module.evaluate();
  return module.namespace.scaled;
}

// biome-ignore lint/correctness/noUnusedVariables: the text below uses it
const k = 3;
const sources = {
  // biome-ignore lint/security/noGlobalEval: it is what this is about
  "direct eval": eval("(x) => x + k"),
  // biome-ignore lint/security/noGlobalEval: it is what this is about
  // biome-ignore lint/complexity/noCommaOperator: and how indirect eval is written
  "indirect eval": (0, eval)("const q = 4; (x) => x + q"),
  "new Function": new Function("x", "return x + 1"),
  "a closure made by new Function": new Function("k", "return (x) => x * k")(7),
  "an AsyncFunction": new (async () => {}).constructor("x", "return x + 2"),
  runInThisContext: runInThisContext("const top = 2; (x) => x ** top", { filename: "power.js" }),
  runInContext: runInContext("let k = 5; (x) => x + k + given", createContext({ given: 100 })),
  runInNewContext: runInNewContext("(x) => [x, Array.isArray([x])]"),
  "a Script": new Script(
    "(() => { const own = new Map([[1, 'one']]); return (x) => own.get(x); })()",
  ).runInThisContext(),
  "a SourceTextModule": await fromTextModule(),
  "a data: URL": make(2),
  "a method of a context's class": runInNewContext("class Box { area(x) { return x * x } }; new Box().area"),
};

const outcomes = {};
const pool = new (process.env.PROCESSES ? ProcessPoolExecutor : ThreadPoolExecutor)({ maxWorkers: 1 });
for (const [name, fn] of Object.entries(sources)) {
  if (fn === undefined) continue;
  try {
    outcomes[name] = await pool.submit(fn, 1);
  } catch (error) {
    outcomes[name] = `${error.name}: ${error.message}`;
  }
}
await pool.shutdown();
console.log(JSON.stringify(outcomes));
