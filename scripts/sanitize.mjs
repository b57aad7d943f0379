/**
 * `npm run test:sanitize -w packages/native`: the addon's tests with AddressSanitizer, LeakSanitizer and
 * UndefinedBehaviorSanitizer compiled into it. Node itself is without: the runtime is preloaded, and a leak counts where
 * the addon's own code allocated. Undefined behaviour ends the process, so that its test fails.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "./files.mjs";
import { buildNative, sanitized } from "./native.mjs";
import { ownFolder } from "./own-folder.mjs";
import { root } from "./run.mjs";
import { stage } from "./stage.mjs";
import { runSuite } from "./suite.mjs";

const { built, said } = buildNative("sanitize");
if (said !== undefined) console.log(said);
if (!built) process.exit(1);

const folder = ownFolder("sanitize");
stage("esm", folder);

/** The runtime of the compiler that built it. */
function runtime() {
  const { stdout } = spawnSync(process.env.CC ?? "cc", ["-print-file-name=libasan.so"], { encoding: "utf8" });
  const path = stdout?.trim() ?? "";
  if (!path.startsWith("/")) throw new Error("the compiler has no libasan.so: install its sanitizers");
  return path;
}

function environment(logs) {
  mkdirSync(logs);
  return {
    LD_PRELOAD: runtime(),
    "@MANYCORE/NATIVE_PREBUILD": sanitized,
    // A leak of Node's own is no failure of a process, so reports are read from the log.
    ASAN_OPTIONS: `detect_leaks=1:exitcode=0:log_path=${join(logs, "report")}`,
    UBSAN_OPTIONS: "print_stacktrace=1:exitcode=77",
  };
}

/** The frame after the allocator's is ours: it names a source file, or the binary where the system cannot tell more. */
const ownLeak = /^(?:Direct|Indirect) leak.*\n *#0 .*\n *#1 .*(?: \.\.\/src\/\w+\.c:\d|manycore\.node\+)/m;

/** What was found in the addon. */
function reportsIn(logs) {
  const reports = [];
  for (const name of readdirSync(logs)) {
    const text = readFileSync(join(logs, name), "utf8");
    if (/ERROR: AddressSanitizer/.test(text)) reports.push(text);
    reports.push(...text.split("\n\n").filter((part) => ownLeak.test(part)));
  }
  return reports;
}

/** Each kind of fault must be found, or finding none below means nothing. */
const faults = { "a write beyond the heap": 0, "an overflow": 1, "a leak": 2 };
for (const [name, kind] of Object.entries(faults)) {
  const logs = join(folder, `canary-${kind}`);
  const program = `require("node-gyp-build")(${JSON.stringify(sanitized)}).canary(${kind})`;
  const env = { ...process.env, ...environment(logs) };
  const { status, stderr } = spawnSync(process.execPath, ["-e", program], { cwd: root, env, encoding: "utf8" });
  const found = reportsIn(logs).length > 0 || (status !== 0 && stderr.includes("runtime error:"));
  if (!found) throw new Error(`the sanitizers did not find ${name} (exit code ${status})\n${stderr}`);
}

const logs = join(folder, "logs");
Object.assign(process.env, environment(logs));
const sources = filesBelow(join(root, "packages/native/test"))
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => `packages/native/test/${name}`);
const home = join(folder, "tallies");
mkdirSync(home);
const { passed, summary } = await runSuite({
  node: process.execPath,
  title: `Node ${process.versions.node} with sanitizers`,
  files: sources.map((source) => ({ source, file: join(folder, source.replace(/\.ts$/, ".js")) })),
  folder: home,
  seconds: 300,
});
const reports = reportsIn(logs);
for (const report of reports) console.error(report);
console.log(`\n${summary}\n${reports.length === 0 ? "✔" : "✖"} reports of the sanitizers: ${reports.length}`);
if (!passed || reports.length > 0) process.exitCode = 1;
