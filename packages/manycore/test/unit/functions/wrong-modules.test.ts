/** Programs in processes of their own: what a `require` gave is that very module, and the program is not started twice. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

const library = createRequire(process.argv[1] as string).resolve("manycore");
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "manycore-modules-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(dirname(dirname(library)), join(folder, "node_modules/manycore"), "junction");
});
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const run = (...args: string[]): string =>
  execFileSync(process.execPath, args, { encoding: "utf8", cwd: folder }).trim();

const withPool = `
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
const tell = async (...fns) => {
  for (const fn of fns) console.log(JSON.stringify([fn(), await pool.submit(fn)]));
  await pool.shutdown();
};`;

test("a require that looks from elsewhere finds there what it found here", () => {
  write("where.cjs", `exports.where = "beside"; exports.tell = () => "beside";`);
  write("plugins/where.cjs", `exports.where = "plugins"; exports.tell = () => "plugins";`);
  const file = write(
    "elsewhere.mjs",
    `import { createRequire } from "node:module";
import { ThreadPoolExecutor } from "manycore";
const require = createRequire(new URL("./plugins/index.js", import.meta.url));
const plugin = require("./where.cjs");
const { where, tell: say } = require("./where.cjs");
${withPool}
await tell(() => plugin.where, () => where + say(), () => require("./where.cjs").where);`,
  );
  assert.equal(run(file), `["plugins","plugins"]\n["pluginsplugins","pluginsplugins"]\n["plugins","plugins"]`);
});

test("a file that requires the program's entry without its ending does not start it again", () => {
  const file = write(
    "main.cjs.js",
    `console.log("started");
exports.factor = 7;
exports.times = function (x) { return this.factor * x; };
require("./jobs.cjs").start();`,
  );
  write("package.json", "{}");
  write(
    "jobs.cjs",
    `const { ThreadPoolExecutor } = require("manycore");
const main = require("./main.cjs");
${withPool}
exports.start = () => tell(() => main.factor, () => main.times(2));`,
  );
  assert.equal(run(file), "started\n[7,7]\n[14,14]");
});

test("what code on the command line requires is found from the working directory", () => {
  write("lib.cjs", "exports.make = () => 5;");
  const text = `const lib = require("./lib.cjs"); const { ThreadPoolExecutor } = require("manycore"); ${withPool} tell(() => lib.make());`;
  assert.equal(run("-e", text), "[5,5]");
});

test("a CommonJS file that was taken out of the cache stays one, each time it was loaded", () => {
  write("package.json", "{}");
  write(
    "counted.js",
    `const id = globalThis.count = (globalThis.count ?? 0) + 1;
exports.make = () => function () { return [id, typeof this, 010]; };`,
  );
  const file = write(
    "twice.cjs",
    `const { ThreadPoolExecutor } = require("manycore");
const path = require.resolve("./counted.js");
const load = () => { const { make } = require(path); delete require.cache[path]; return make(); };
const [first, second] = [load(), load()];
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
(async () => {
  console.log(JSON.stringify([await pool.submit(first), await pool.submit(second)]));
  await pool.shutdown();
})();`,
  );
  assert.equal(run(file), `[[1,"object",8],[2,"object",8]]`);
});

test("a place that a source map has led to is not looked up again", () => {
  const text = `exports.fail = () => {\n\n\n  throw new Error("here");\n};`;
  // As a loader does that compiles in memory: the lines are other ones, the name is the same.
  const hook = write(
    "hook.cjs",
    `process.setSourceMapsEnabled(true);
const { _extensions } = require("node:module");
const plain = _extensions[".js"];
_extensions[".js"] = (module, file) => {
  if (!file.endsWith("mapped.js")) return plain(module, file);
  const map = { version: 3, sources: [file], names: [], mappings: "AAAA;AAGA" };
  const url = "data:application/json;base64," + Buffer.from(JSON.stringify(map)).toString("base64");
  module._compile("exports.fail = () => {\\nthrow new Error('here'); };\\n//# sourceMappingURL=" + url, file);
};`,
  );
  write("package.json", "{}");
  write("mapped.js", text);
  const file = write(
    "mapped-main.cjs",
    `const { InlineExecutor, ThreadPoolExecutor } = require("manycore");
const { fail } = require("./mapped.js");
(async () => {
  for (const pool of [new ThreadPoolExecutor({ maxWorkers: 1 }), new InlineExecutor()]) {
    for (const view of [pool, pool.with({ ship: "value" })])
      await view.submit(fail).catch(({ stack }) => console.log(/mapped\\.js:(\\d+):/.exec(stack)?.[1]));
    await pool.shutdown();
  }
})();`,
  );
  assert.equal(run("--require", hook, file), "4\n4\n4\n4");
});
