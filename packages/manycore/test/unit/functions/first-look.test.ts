/** Programs in processes of their own: which of them ask the debugger, and that all of them ship what they mean to. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

const library = createRequire(process.argv[1] as string).resolve("manycore");
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "manycore-first-look-"));
});
after(() => rmSync(folder, { recursive: true }));

/** Notes every question to the inspector, and prints them with what `main` gives. */
const listening = `
const { Session } = require("node:inspector");
const { post } = Session.prototype;
const asked = [];
Session.prototype.post = function (method, ...rest) {
  asked.push(method);
  return post.call(this, method, ...rest);
};
const { ThreadPoolExecutor } = require(${JSON.stringify(library)});
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
async function report(main) {
  const value = await main(pool);
  console.log(JSON.stringify({ value, debugger: asked.includes("Debugger.enable"), asked }));
  await pool.shutdown();
}
`;

interface Report {
  readonly value: unknown;
  readonly debugger: boolean;
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function run(file: string, ...args: string[]): Report {
  return JSON.parse(execFileSync(process.execPath, [...args, file], { encoding: "utf8" })) as Report;
}

const body = `
const k = 3;
let n = 1;
report(async (pool) => {
  const first = await pool.submit((x) => x * k + n, 2);
  n = 5;
  return [first, await pool.submit((x) => x * k + n + join("a", "b").length, 2)];
});`;

test("a program of plain files that has just started does not ask the debugger", () => {
  write("listening.cjs", `${listening}\nmodule.exports = report;`);
  const module = write(
    "plain.mjs",
    `import report from "./listening.cjs";\nimport { join } from "node:path";\n${body}`,
  );
  const commonjs = write("plain.cjs", `${listening}\nconst { join } = require("node:path");\n${body}`);
  for (const file of [module, commonjs]) assert.deepEqual(run(file).value, [7, 14]);
  assert.equal(run(module).debugger, false);
});

test("a function of Node's own is found by its name", () => {
  const file = write(
    "built-in.cjs",
    `${listening}\nreport((pool) => pool.submit(require("node:path").join, "a", "b"));`,
  );
  assert.deepEqual(run(file).value, join("a", "b"));
});

test("a file that has another text than what runs is left to the debugger", () => {
  // Another import of the same name on another line of the file on disk: only what was compiled is right.
  const hook = write(
    "hook.cjs",
    `const { _extensions } = require("node:module");
const { readFileSync } = require("node:fs");
_extensions[".js"] = (module, file) => module._compile("const join = () => 'four';" + readFileSync(file, "utf8"), file);`,
  );
  write("hooked/package.json", `{ "type": "commonjs" }`);
  const tasks = write("hooked/tasks.js", `let n = 1;\nmodule.exports = (report) => {\n${body}\n};`);
  const file = write(
    "hooked.cjs",
    `${listening}\nrequire(${JSON.stringify(hook)});\nrequire(${JSON.stringify(tasks)})(report);`,
  );
  const { value, debugger: wasAsked } = run(file);
  assert.deepEqual([value, wasAsked], [[7, 15], true]);
});

test("a file that was written after the program started is left to the debugger", () => {
  const file = write("fresh.cjs", `${listening}\nconst k = 1;\nreport((pool) => pool.submit((x) => x + k, 2));`);
  const later = new Date(Date.now() + 3_600_000);
  utimesSync(file, later, later);
  assert.deepEqual(run(file).debugger, true);
});

test("among ten thousand scripts each new one is asked for once, and files that were told of are only read", () => {
  const names = ["a", "b", "c"];
  for (const name of names)
    write(`${name}.cjs`, `let n = 1;\nexports.make = () => () => "${name}" + ++n;\nexports.bump = () => n++;`);
  const file = write(
    "many.cjs",
    `${listening}
const { runInThisContext } = require("node:vm");
const kept = Array.from({ length: 10_000 }, (_, i) => runInThisContext("(x) => x + " + i));
const files = ${JSON.stringify(names)}.map((name) => require("./" + name + ".cjs"));
const memory = "x".repeat(10_000_000).split(""); // a heap too large for a first look
report(async (pool) => {
  const values = [];
  for (const each of [kept[0], kept[9999], ...files.map(({ make }) => make())]) values.push(await pool.submit(each, 1));
  return [values, asked.filter((method) => method === "Debugger.enable").length, memory.length];
});`,
  );
  assert.deepEqual(run(file).value, [[1, 10_000, "a2", "b2", "c2"], 2, 10_000_000]);
});
