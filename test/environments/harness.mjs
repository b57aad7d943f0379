/**
 * An environment is a way to run TypeScript: a loader, a bundler, a test runner. Each is one test, which runs the whole
 * catalogue there and fails with the list of what went wrong. What it found is kept in `.build/environments/`, from which
 * `scripts/environments-table.mjs` makes the table in the documentation.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ownFolder } from "../../scripts/own-folder.mjs";

export const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "../..");
const results = join(root, ".build/environments");

/** A program that has not ended by then hangs. */
const MOST_MS = 120_000;

let mine;

/** A new empty folder for what this environment builds. It is inside the root, so that packages are found from there. */
export function newFolder(name) {
  mine ??= ownFolder("environments");
  const folder = join(mine, slug(name));
  mkdirSync(folder);
  return folder;
}

export const slug = (name) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** One test: `run` gives the catalogue's outcomes (an array of `Outcome`, as in catalogue/run.ts). */
export function environment(name, run) {
  test(name, async () => {
    const outcomes = await run();
    writeRow(name, outcomes);
    checkOutcomes(outcomes);
  });
}

/** Fails with every failed case. */
export function checkOutcomes(outcomes) {
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  const list = failed.map(({ name, failure }) => `✖ ${name}\n${failure.replace(/^/gm, "    ")}`).join("\n");
  assert.equal(failed.length, 0, `${failed.length} of ${outcomes.length} cases failed\n${list}`);
  assert.ok(outcomes.length > 100, `only ${outcomes.length} cases were run`);
}

/** One that this Node does not have. The table names it all the same. */
export function absent(name, reason) {
  console.log(`# ${name}: Node ${process.versions.node} ${reason}`);
  keep({ name, node: process.versions.node, absent: reason });
}

function keep(row) {
  const folder = join(results, process.versions.node);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${slug(row.name)}.json`), `${JSON.stringify(row)}\n`);
}

function writeRow(name, outcomes) {
  const passed = outcomes.filter(({ failure }) => failure === undefined);
  const count = (kind) => passed.filter((outcome) => outcome.kind === kind && outcome.room === undefined).length;
  keep({
    name,
    node: process.versions.node,
    cases: outcomes.length,
    shipped: count("shipped"),
    refused: count("refused"),
    processes: passed.filter(({ room }) => room === "processes").length,
    failed: outcomes.flatMap(({ name, failure }) =>
      failure === undefined ? [] : [`${name}: ${failure.split("\n").slice(0, 3).join(" ")}`],
    ),
  });
}

/**
 * Runs the program as `node ...args` and gives its outcomes: the last line that it prints.
 * `facts` are those of catalogue/run.ts.
 */
export async function runProgram(args, { facts = {}, env, cwd = here, node } = {}) {
  const { stdout } = await runNode(args, { env: { FACTS: JSON.stringify(facts), ...env }, cwd, node });
  return JSON.parse(stdout.trimEnd().split("\n").at(-1));
}

/** Runs Node to its end; a failure of it is the test's. */
export async function runNode(args, { env = {}, cwd = here, node = process.execPath, status = 0, input = "" } = {}) {
  const child = spawn(node, args, { cwd, env: { ...programEnvironment(), ...env }, stdio: ["pipe", "pipe", "pipe"] });
  // A program may end before it has read all.
  child.stdin.on("error", () => {}).end(input);
  const timer = setTimeout(() => child.kill("SIGKILL"), MOST_MS);
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => {
      output[stream] += text;
    });
  }
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (...ended) => resolve(ended));
  });
  clearTimeout(timer);
  if (status !== "any" || signal !== null)
    assert.equal(signal ?? code, status, `node ${args.join(" ")}\n${output.stdout.slice(-4000)}${output.stderr}`);
  return output;
}

/** What the test runner puts into the environment would change the program's output. */
function programEnvironment() {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...rest } = process.env;
  return rest;
}
