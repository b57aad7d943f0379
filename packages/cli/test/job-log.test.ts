/** The job log, and what a later run does with it. */

import assert from "node:assert/strict";
import { appendFile, readFile, truncate, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { inFolder, linesOf, manycore, numbers, start, TASKS } from "./support/program.ts";

const COUNTED = `${resolve("packages/cli/test/fixtures/counted.mjs")}#square`;
const LIST = numbers(100).map((n) => `${n + 1} line\n`);
const FLAGS = ["--quiet", "--input", "in", "--output", "out", "--joblog", "log"];

interface LogLine {
  readonly key: string;
  readonly nth?: number;
  readonly start: number | null;
  readonly run: number | null;
  readonly worker: number | null;
  readonly attempt: number | null;
  readonly outcome: string;
  readonly error?: string;
  readonly again?: true;
  readonly end?: number;
}

const read = (folder: string, name: string): Promise<string> => readFile(join(folder, name), "utf8");
const logOf = async (folder: string): Promise<LogLine[]> =>
  linesOf(await read(folder, "log")).map((line) => JSON.parse(line) as LogLine);

async function run(folder: string, flags: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  return start(["map", COUNTED, ...FLAGS, ...flags], folder, { MARKS: folder, ...variables }).ended;
}

describe("the job log", () => {
  test("has a line an input: key, start, run time, worker, attempt, outcome, and where its result ends", async () => {
    await inFolder({ in: "1 a\n41 b\n2 c\n" }, async (folder) => {
      const before = Date.now();
      assert.equal((await run(folder, ["--jobs", "1"])).code, 1);
      const [one, failed, two] = (await logOf(folder)) as [LogLine, LogLine, LogLine];
      assert.deepEqual(Object.keys(one), ["key", "start", "run", "worker", "attempt", "outcome", "end"]);
      assert.match(one.key, /^[0-9a-f]{24}$/);
      assert.ok((one.start as number) >= before && (one.start as number) <= Date.now());
      assert.ok((one.run as number) > 0);
      assert.deepEqual([one.worker, one.attempt, one.outcome, one.end], [0, 1, "ok", 2]);
      assert.deepEqual([failed.outcome, failed.error, failed.end], ["error", "RangeError: cannot take 41", 2]);
      assert.equal(two.end, 4);
      assert.equal(await read(folder, "out"), "1\n4\n");
    });
  });

  test("tells a timeout, a lost worker and the attempt", async () => {
    const source = `export async function odd(line) {
      if (line === "late") await new Promise((done) => setTimeout(done, 60_000));
      if (line === "leave") process.exit(3);
      throw new Error("always");
    }`;
    await inFolder({ "odd.mjs": source, in: "late\nleave\nother\n" }, async (folder) => {
      const flags = ["--timeout", "200", "--grace", "0", "--retries", "2", ...FLAGS];
      const outcome = await start(["map", "odd.mjs#odd", ...flags], folder).ended;
      assert.equal(outcome.code, 3, outcome.stderr);
      const log = await logOf(folder);
      assert.deepEqual(
        log.map(({ outcome, attempt }) => [outcome, attempt]),
        [
          ["timeout", 3],
          ["lost", 3],
          ["error", 3],
        ],
      );
    });
  });

  test("names records by --key, and numbers those that share a name", async () => {
    const records = ["x", "y", "x"].map((id, n) => `${JSON.stringify({ id, n: n + 1 })}\n`).join("");
    await inFolder({ "in.ndjson": records }, async (folder) => {
      const flags = ["--key", "id", "--quiet", "--input", "in.ndjson", "--output", "out", "--joblog", "log"];
      await start(["map", COUNTED, ...flags], folder, { MARKS: folder }).ended;
      assert.deepEqual(
        (await logOf(folder)).map(({ key, nth }) => [key, nth]),
        [
          ["x", 1],
          ["y", 1],
          ["x", 2],
        ],
      );
    });
  });
});

describe("--resume", () => {
  test("skips what the log has, failures too, and runs the rest of a longer list", async () => {
    await inFolder({ in: LIST.slice(0, 60).join("") }, async (folder) => {
      assert.equal((await run(folder, [])).code, 1);
      await writeFile(join(folder, "in"), [...LIST].reverse().join(""));
      assert.equal((await run(folder, ["--resume"])).code, 1);
      const all = [...numbers(60), ...numbers(40).map((n) => 99 - n)].map((n) => n + 1);
      assert.deepEqual(
        linesOf(await read(folder, "out")),
        all.filter((n) => n % 41 !== 0).map((n) => String(n * n)),
      );
      assert.equal((await logOf(folder)).length, 100);
      assert.equal(linesOf(await read(folder, "ran")).length, 100);
    });
  });

  test("never skips the wrong input when the list has changed", async () => {
    await inFolder({ in: "1 a\n1 a\n2 b\n" }, async (folder) => {
      await run(folder, []);
      await writeFile(join(folder, "in"), "3 c\n1 a\n1 a\n1 a\n2 b\n2 b\n");
      assert.equal((await run(folder, ["--resume"])).code, 0);
      assert.deepEqual(linesOf(await read(folder, "out")).map(Number), [1, 1, 4, 9, 1, 4]);
    });
  });

  test("cuts a torn line off the log, and off the output what the log does not cover", async () => {
    await inFolder({ in: LIST.slice(0, 20).join("") }, async (folder) => {
      await run(folder, []);
      const [out, log] = [await read(folder, "out"), await read(folder, "log")];
      await truncate(join(folder, "log"), log.length - 7);
      await appendFile(join(folder, "out"), "12345 that nobody vouches for");
      assert.equal((await run(folder, ["--resume"])).code, 0);
      assert.equal(await read(folder, "out"), out);
      assert.equal((await logOf(folder)).length, 20);
    });
  });

  test("believes no line that says it tried again what had never failed", async () => {
    await inFolder({ in: "1 a\n" }, async (folder) => {
      await run(folder, []);
      const line = (await read(folder, "log")).replace(',"outcome":"ok"', ',"outcome":"ok","again":true');
      await writeFile(join(folder, "log"), line);
      for (const flag of ["--resume", "--retry-failed"]) assert.equal((await run(folder, [flag])).code, 0);
      assert.equal(await read(folder, "out"), "1\n");
    });
  });

  test("starts where there is nothing yet, as does --retry-failed", async () => {
    for (const flag of ["--resume", "--retry-failed"]) {
      await inFolder({ in: "1 a\n" }, async (folder) => {
        assert.equal((await run(folder, [flag])).code, 0);
        assert.equal(await read(folder, "out"), "1\n");
      });
    }
  });

  test("refuses what it cannot go on from, and touches nothing", async () => {
    const other = `{"key":"a","outcome":"ok"}\n`;
    const cases: [Record<string, string>, RegExp][] = [
      [{ out: "results\n" }, /^manycore: out has results, but there is no job log log/],
      [
        { out: "1\n", log: `{"key":"a","outcome":"ok","end":200}\n` },
        /^manycore: out has 2 bytes, but 200 by the job log log/,
      ],
      [{ out: "1\n", log: other }, /^manycore: the results in the job log log went to standard output/],
      [{ out: "1\n", log: "hello\n" }, /^manycore: log line 1 is no line of a job log/],
      [{ out: "1\n", log: `${other}[]\n` }, /^manycore: log line 2 is no line of a job log/],
      [{ out: "1\n", log: `{"key":"a","outcome":"ok","end":-5}\n` }, /^manycore: log line 1 is no line of a job log/],
      [{ out: "1\n", log: `{"key":"a","nth":0.5,"outcome":"ok"}\n` }, /^manycore: log line 1 is no line of a job log/],
      [
        { out: "1\n", log: `{"key":"a","nth":1,"outcome":"ok","end":2}\n` },
        /^manycore: the job log log was written with --key: give it again/,
      ],
    ];
    for (const [files, message] of cases) {
      await inFolder({ in: "1 a\n", ...files }, async (folder) => {
        const outcome = await run(folder, ["--resume"]);
        assert.match(outcome.stderr, message);
        assert.equal(linesOf(outcome.stderr).length, 1);
        assert.equal(outcome.code, 2);
        for (const [name, content] of Object.entries(files)) assert.equal(await read(folder, name), content);
      });
    }
    for (const flag of ["--resume", "--retry-failed"]) {
      const outcome = await manycore(["map", TASKS, flag]);
      assert.deepEqual(
        [outcome.code, outcome.stderr],
        [2, `manycore: ${flag} needs --joblog FILE, the log of the earlier run\n`],
      );
    }
  });
});

describe("--retry-failed", () => {
  test("runs what failed again, appends its results, and then all are done", async () => {
    await inFolder({ in: LIST.join("") }, async (folder) => {
      assert.equal((await run(folder, [])).code, 2);
      assert.equal((await run(folder, ["--retry-failed"])).code, 2);
      assert.equal((await run(folder, ["--retry-failed"], { MENDED: "1" })).code, 0);
      const log = await logOf(folder);
      assert.deepEqual(
        log.slice(100).map(({ outcome, again }) => [outcome, again]),
        [
          ["error", true],
          ["error", true],
          ["ok", true],
          ["ok", true],
        ],
      );
      assert.deepEqual(linesOf(await read(folder, "out")).slice(98), ["1681", "6724"]);
      assert.equal((await run(folder, ["--retry-failed"])).code, 0);
      assert.equal((await run(folder, ["--resume"])).code, 0);
      assert.equal((await logOf(folder)).length, 104);
    });
  });

  test("runs the very one that failed among records of one name", async () => {
    const records = [41, 1, 2].map((n) => `${JSON.stringify({ id: "same", n })}\n`).join("");
    await inFolder({ "in.ndjson": records }, async (folder) => {
      const flags = ["--key", "id", "--quiet", "--input", "in.ndjson", "--output", "out", "--joblog", "log"];
      await start(["map", COUNTED, ...flags], folder, { MARKS: folder }).ended;
      await start(["map", COUNTED, ...flags, "--retry-failed"], folder, { MARKS: folder, MENDED: "1" }).ended;
      assert.deepEqual(linesOf(await read(folder, "out")).map(Number), [1, 4, 1681]);
    });
  });
});
