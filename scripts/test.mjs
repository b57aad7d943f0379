/**
 * `npm test`: builds, checks, runs the environments, the bench's own tests, and the whole suite on this Node, on the ESM
 * and the CommonJS entry.
 *
 *   --node PATH      only the suite, on another Node
 *   --entry NAME     only the suite, on one entry: esm, cjs, or native (what Node itself runs from TypeScript)
 *   --only TEXT      only the suite, files whose path contains TEXT
 *   --built          as it was built last
 *   --seconds N      a file that is not over after N seconds is killed and has failed (default 300)
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { check } from "./check.mjs";
import { filesBelow, packages } from "./files.mjs";
import { isBuilt } from "./native.mjs";
import { ownFolder } from "./own-folder.mjs";
import { root, run } from "./run.mjs";
import { stage } from "./stage.mjs";
import { runSuite } from "./suite.mjs";

const { values: options } = parseArgs({
  options: {
    node: { type: "string" },
    entry: { type: "string" },
    only: { type: "string" },
    built: { type: "boolean", default: false },
    seconds: { type: "string", default: "300" },
  },
});
const entries = ["esm", "cjs", "native"];
if (options.entry !== undefined && !entries.includes(options.entry)) {
  throw new RangeError(`--entry is one of ${entries.join(", ")}, not ${options.entry}`);
}
const seconds = Number(options.seconds);
if (!(seconds > 0)) throw new RangeError(`--seconds is a number above 0, not ${options.seconds}`);

const node = options.node ?? process.execPath;
const facts = "JSON.stringify([process.versions.node, process.features.typescript === 'strip'])";
const asked = spawnSync(node, ["-p", facts], { encoding: "utf8" });
if (asked.status !== 0) throw new Error(`${node} is not a Node: ${asked.error?.message ?? asked.stderr}`);
const [version, strips] = JSON.parse(asked.stdout);

/** Every test file, once all is built: without a compiler there is no addon, and `build` has said what to install. */
function testFiles() {
  return packages
    .filter((folder) => folder !== "packages/native" || isBuilt())
    .flatMap((folder) =>
      filesBelow(join(root, folder, "test"))
        .filter((name) => name.endsWith(".test.ts") && !name.startsWith("fixtures/"))
        .filter((name) => !name.startsWith("rooms/processes") || isBuilt())
        .map((name) => `${folder}/test/${name}`),
    );
}

/**
 * Both entries are for what goes through the package's door. Tests of single source files, of the command, which is one
 * program, and of the addon, which is one file, would be the same test twice.
 */
function entriesOf(file) {
  if (/\/test\/native\//.test(file)) return ["native"];
  // What processes add is the room; that it is found from either entry, one file shows.
  if (/\/rooms\/(processes|sockets)-/.test(file) && !file.includes("processes-own")) return ["esm"];
  if (/\/test\/(unit|model)\//.test(file) || /^packages\/(cli|native)\//.test(file)) return ["esm"];
  return ["esm", "cjs"];
}

/** What to run for each source: compiled files keep their path below the staged folder, native ones are run as they are. */
function staged(entry, folder, sources) {
  if (entry === "native") return sources.map((source) => ({ source, file: source }));
  stage(entry, folder);
  return sources.map((source) => ({ source, file: join(folder, source.replace(/\.ts$/, ".js")) }));
}

/** Every `*.test.mjs` of a folder, on this Node. */
function runTests(folder) {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(".test.mjs"));
  return run(process.execPath, ["--test", "--test-reporter=spec", ...files.map((name) => `${folder}/${name}`)]);
}

/** Every loader, bundler and test runner, on this Node; then the table of them in the documentation. */
function environments() {
  const results = join(root, ".build/environments", process.versions.node);
  rmSync(results, { recursive: true, force: true });
  if (!runTests("test/environments")) return false;
  return run(process.execPath, ["scripts/environments-table.mjs", "--check"]);
}

const failed = [];
const closing = [];
if (!options.built && !run(process.execPath, ["scripts/build.mjs"])) process.exit(1);
const suiteOnly = options.node !== undefined || options.entry !== undefined || options.only !== undefined;
if (!suiteOnly) failed.push(...check());

if (!suiteOnly && !environments()) failed.push("environments");
// Its parts, and one bar at a tiny size: no figure is asked for.
if (!suiteOnly && !runTests("bench/test")) failed.push("bench");

if (!isBuilt()) process.env.MANYCORE_NATIVE = "0"; // processes are content with sockets, and say nothing of it
const folder = ownFolder("suite");
const tests = testFiles();
let found = 0;
for (const entry of options.entry === undefined ? entries : [options.entry]) {
  const files = tests.filter((file) => entriesOf(file).includes(entry) && file.includes(options.only ?? ""));
  found += files.length;
  if (files.length === 0) continue;
  const title = `Node ${version} ${entry}`;
  if (entry === "native" && !strips) {
    closing.push(`- ${title}: this Node does not run TypeScript; needs 22.18`);
    continue;
  }
  const home = join(folder, entry);
  mkdirSync(home);
  const { passed, summary } = await runSuite({ node, title, files: staged(entry, home, files), folder: home, seconds });
  closing.push(summary);
  if (!passed) failed.push(title);
}
if (!isBuilt())
  closing.push(
    "- packages/native: not compiled, so not tested, nor processes on shared memory; the build says what is missing",
  );
if (found === 0) failed.push(`no test file${options.only === undefined ? "" : ` with "${options.only}" in its path`}`);

console.log();
for (const line of closing) console.log(line);
if (failed.length > 0) {
  console.log(`✖ failed: ${failed.join("; ")}`);
  process.exitCode = 1;
}
