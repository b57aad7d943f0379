/**
 * Runs test files on a Node, each in a process of its own, two at a time, and adds up their numbers.
 *
 * Not `node --test`: since Node 24 its timeout is for each test and is kept by the process under test, so a file that
 * spins for ever hangs the run. Here a file that is not over in time is killed with all it started, and has failed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const AT_ONCE = 2;
const tally = new URL("tally.mjs", import.meta.url).href;
const closingLine = /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+\n/gm;
const groups = new Set();

/** A test may start processes: they share its process group, and end with it. */
function killGroup(pid) {
  groups.delete(pid);
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const pid of groups) killGroup(pid);
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

/**
 * Runs one file and prints what it said. Resolves with its numbers; `reason` says why it failed.
 *
 * @param {{ node: string, source: string, file: string, tallyFile: string, seconds: number }} run
 */
async function runFile({ node, source, file, tallyFile, seconds }) {
  const reporters = [
    ["--test-reporter=spec", "--test-reporter-destination=stdout"],
    [`--test-reporter=${tally}`, `--test-reporter-destination=${tallyFile}`],
  ];
  const child = spawn(node, [...reporters.flat(), file], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  groups.add(child.pid);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup(child.pid);
    // A process that left the group can still hold the pipes.
    child.stdout.destroy();
    child.stderr.destroy();
  }, seconds * 1000);
  child.once("exit", () => killGroup(child.pid));
  const [code, signal] = await once(child, "close");
  clearTimeout(timer);

  const counts = readTally(tallyFile);
  process.stdout.write(`\n${source}\n${Buffer.concat(output).toString().replace(closingLine, "")}`);
  if (late) return { counts, reason: `not over after ${seconds} s` };
  if (counts.tests === undefined)
    return { counts, reason: `ended without closing lines (${signal ?? `exit code ${code}`})` };
  if (counts.tests === 0) return { counts, reason: "has no test" };
  if (counts.skipped + counts.todo > 0) return { counts, reason: "skips tests" };
  if (code !== 0)
    return { counts, reason: `${counts.fail + counts.cancelled} failed (${signal ?? `exit code ${code}`})` };
  return { counts };
}

function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {}; // not written: the file died before its end
  }
}

/**
 * Runs the files and prints the closing lines, in the words of node:test's own.
 *
 * @param {{ node: string, title: string, files: { source: string, file: string }[], folder: string, seconds: number }} suite
 *   `source` is the path that a reader knows, `file` what is run; `folder` takes the tallies
 * @returns {Promise<{ passed: boolean, summary: string }>}
 */
export async function runSuite({ node, title, files, folder, seconds }) {
  const started = Date.now();
  const total = { tests: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
  const failures = [];
  const waiting = files.entries();
  const work = async () => {
    for (const [index, { source, file }] of waiting) {
      const { counts, reason } = await runFile({
        node,
        source,
        file,
        tallyFile: join(folder, `${index}.tally`),
        seconds,
      });
      for (const name of Object.keys(total)) total[name] += counts[name] ?? 0;
      if (reason !== undefined) failures.push(`${source}: ${reason}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  console.log(`\n${title}`);
  for (const [name, count] of Object.entries(total)) console.log(`ℹ ${name} ${count}`);
  console.log(`ℹ duration_ms ${Date.now() - started}`);
  for (const failure of failures) console.log(`✖ ${failure}`);
  const passed = failures.length === 0;
  const took = Math.round((Date.now() - started) / 1000);
  const outcome = `${total.pass} of ${total.tests} tests pass; files: ${files.length}, failed: ${failures.length}; ${took} s`;
  return { passed, summary: `${passed ? "✔" : "✖"} ${title}: ${outcome}` };
}
