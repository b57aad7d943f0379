/** Test runners as programs: each is run to its end, and says in JSON what became of every test. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNode } from "./harness.mjs";

const jest = join(root, "node_modules/jest/bin/jest.js");
const vitest = join(root, "node_modules/vitest/vitest.mjs");

/** Jest on a folder. It must end by itself. Gives the outcomes of the catalogue, if that was among the tests. */
export async function runJest(folder, args = [], { facts = {}, nodeArgs = [] } = {}) {
  const report = join(folder, "report.json");
  const outcomes = join(folder, "outcomes.json");
  const env = { FACTS: JSON.stringify(facts), OUTCOMES: outcomes, FORCE_COLOR: "0" };
  const all = [...nodeArgs, jest, "--rootDir", folder, "--json", "--outputFile", report];
  const output = await runNode([...all, ...args], { cwd: folder, env, status: "any" });
  const { testResults, numFailedTestSuites, numPassedTests } = JSON.parse(readFileSync(report, "utf8"));
  checkTests(testResults, numFailedTestSuites, output, existsSync(outcomes));
  assert.doesNotMatch(output.stderr, /did not exit|failed to exit gracefully|open handle/);
  assert.match(output.stdout + output.stderr, /^printed by a task$/m);
  return { passed: numPassedTests, outcomes: () => JSON.parse(readFileSync(outcomes, "utf8")), output };
}

/** Vitest on a folder below this one. */
export async function runVitest(folder, scratch, args = [], { facts = {} } = {}) {
  const report = join(scratch, "report.json");
  const outcomes = join(scratch, "outcomes.json");
  const env = { FACTS: JSON.stringify(facts), OUTCOMES: outcomes, FORCE_COLOR: "0" };
  const all = [vitest, "run", "--root", folder, "--reporter=json", "--reporter=default", `--outputFile.json=${report}`];
  const output = await runNode([...all, ...args], { cwd: folder, env, status: "any" });
  const { testResults, numFailedTestSuites, numPassedTests } = JSON.parse(readFileSync(report, "utf8"));
  checkTests(testResults, numFailedTestSuites, output, existsSync(outcomes));
  assert.match(output.stdout + output.stderr, /^printed by a task$/m);
  return { passed: numPassedTests, outcomes: () => JSON.parse(readFileSync(outcomes, "utf8")), output };
}

/** The catalogue's own failures are told by the harness, with their texts. */
function checkTests(testResults, failedSuites, { stdout, stderr }, hasOutcomes) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.filter(
    ({ status, fullName }) => status !== "passed" && !(hasOutcomes && /whole catalogue/.test(fullName)),
  );
  const list = failed.map(({ fullName, failureMessages }) => `✖ ${fullName}\n${failureMessages.join("\n")}`).join("\n");
  assert.equal(failed.length, 0, list);
  assert.ok(tests.length > 0, `no test was run\n${stdout}\n${stderr}`);
  const broken = testResults.filter(({ assertionResults, message }) => assertionResults.length === 0 && message);
  assert.equal(broken.length, 0, broken.map(({ message }) => message).join("\n"));
  assert.ok(failedSuites === 0 || tests.some(({ status }) => status !== "passed"), `${stdout}\n${stderr}`);
}
