/** The catalogue, and functions written in test files, under the test runners. */

import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { compiledCatalogue } from "./compiled.mjs";
import { environment, here, newFolder, root, runNode } from "./harness.mjs";
import { runJest, runVitest } from "./test-runners.mjs";

const jestFiles = readdirSync(join(here, "jest")).map((name) => `jest/${name}`);
const major = Number(process.versions.node.split(".")[0]);
const inCommonjs = { facts: { importMeta: false } };
/** Vite leaves standard decorators as they are; so does Node. */
const inVite = { facts: { decorators: false } };

describe("Jest", () => {
  for (const [name, args] of Object.entries({
    Jest: [],
    "Jest, one process": ["--runInBand", "--detectOpenHandles"],
    "Jest, in worker threads": ["--workerThreads", "--maxWorkers=2"],
    "Jest, coverage by Istanbul": ["--coverage"],
    "Jest, coverage by V8": ["--coverage", "--coverageProvider=v8"],
  })) {
    environment(name, async () => {
      const { outcomes } = await runJest(await compiledCatalogue(name, jestFiles), args, inCommonjs);
      return outcomes();
    });
  }
});

describe("Vitest", () => {
  for (const pool of ["threads", "forks"]) {
    const name = `Vitest, ${pool}`;
    environment(name, async () => {
      const { outcomes } = await runVitest(join(here, "vitest"), newFolder(name), ["--pool", pool], inVite);
      return outcomes();
    });
  }
});

describe("node --test", () => {
  // Coverage leaves out everything below a folder named test.
  const folder = newFolder("node test");
  cpSync(join(here, "node-test"), folder, { recursive: true });
  const file = join(folder, "closures.test.mjs");
  const isolation = ["--test-isolation=none", "--experimental-test-isolation=none"].find((flag) =>
    process.allowedNodeEnvironmentFlags.has(flag.split("=")[0]),
  );
  const ways = {
    "a process for each file": ["--test"],
    // Node 20 cannot report the coverage of anything that imports a package with source maps.
    ...(major >= 22 && { "with coverage": ["--test", "--experimental-test-coverage"] }),
    "the file as a program": [],
    ...(isolation && { "all files in one process": ["--test", isolation] }),
  };
  for (const [way, flags] of Object.entries(ways)) {
    test(way, async () => {
      const { stdout } = await runNode([...flags, "--test-reporter=tap", file]);
      assert.match(stdout, /^# fail 0$/m);
      assert.match(stdout, /^# pass 5$/m);
      if (way === "with coverage") assert.match(stdout, /halves\.mjs/);
    });
  }
});

describe("coverage", () => {
  const bin = (name) => join(root, "node_modules", name);
  const outcomesOf = ({ stdout }) => JSON.parse(stdout.split("\n").find((line) => line.startsWith("[{")));
  const facts = JSON.stringify({ importMeta: false });

  environment("NODE_V8_COVERAGE", async () => {
    const folder = await compiledCatalogue("v8 coverage");
    const reports = join(folder, "reports");
    const output = await runNode(["program.js"], { cwd: folder, env: { FACTS: facts, NODE_V8_COVERAGE: reports } });
    const scripts = readdirSync(reports).flatMap(
      (name) => JSON.parse(readFileSync(join(reports, name), "utf8")).result,
    );
    const counts = scripts
      .filter(({ url }) => url.endsWith("/catalogue/run.js"))
      .flatMap(({ functions }) => functions.filter(({ functionName }) => functionName === "runOnRooms"))
      .map(({ ranges }) => ranges[0].count);
    assert.equal(Math.max(...counts), 1, "the coverage has lost the functions that ran here");
    return outcomesOf(output);
  });

  for (const [name, command] of Object.entries({ c8: "c8/bin/c8.js", nyc: "nyc/bin/nyc.js" })) {
    environment(name, async () => {
      const folder = await compiledCatalogue(name);
      const args = [bin(command), "--reporter=json-summary", process.execPath, "program.js"];
      const output = await runNode(args, { cwd: folder, env: { FACTS: facts } });
      const summary = JSON.parse(readFileSync(join(folder, "coverage/coverage-summary.json"), "utf8"));
      const run = Object.entries(summary).find(([file]) => /catalogue[\\/]run\.[jt]s$/.test(file));
      assert.ok(run?.[1].functions.covered > 3, JSON.stringify(run));
      return outcomesOf(output);
    });
  }
});
