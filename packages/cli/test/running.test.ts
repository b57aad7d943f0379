/** How inputs are run: order, timeouts, tries, the end after failures, an initializer. */

import assert from "node:assert/strict";
import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { inFolder, linesOf, manycore, numbers, results, start, TASKS } from "./support/program.ts";

const SOURCE = `
import { existsSync, writeFileSync } from "node:fs";
import { currentTask, sleep } from "manycore";
let factor = 1;
export const setFactor = () => { factor = 10; };
export const failInit = () => { throw new RangeError("no licence"); };
export const scaled = (line) => Number(line) * factor;
/** The first line is done when the second one is. */
export const backwards = async (line) => {
  if (line === "2") { await new Promise((done) => setTimeout(done, 100)); writeFileSync("started", ""); }
  else while (!existsSync("started")) await new Promise((done) => setTimeout(done, 5));
  return Number(line);
};
export const hang = async (line) => { if (line === "hang") await new Promise((done) => setTimeout(done, 60_000)); return line; };
export const deaf = (line) => { if (line === "deaf") for (;;); return line; };
/** Each line fails until its third try. */
export const third = (line) => { if (currentTask().attempt < 3) throw new Error("try " + currentTask().attempt); return line; };
export const lateOnce = async (line) => { if (currentTask().attempt === 1) await sleep(60_000); return line; };
export const pair = async (line) => {
  if (line === "bad") throw new Error("bad one");
  if (line === "slow") { writeFileSync("started", ""); await new Promise((done) => setTimeout(done, 400)); }
  else if (line === "after slow") { while (!existsSync("started")) await new Promise((done) => setTimeout(done, 5)); throw new Error("bad one"); }
  return line;
};`;

const inSource = (use: (folder: string) => Promise<void>) =>
  inFolder({ "task.mjs": SOURCE }, async (folder) => {
    await symlink(resolve("node_modules"), join(folder, "node_modules"), "junction");
    await use(folder);
  });
const run = (folder: string, name: string, flags: readonly string[], stdin: string) =>
  manycore(["map", `task.mjs#${name}`, "--quiet", ...flags], stdin, folder);

describe("order", () => {
  test("is that of the inputs, and with --unordered that of their ends", async () => {
    await inSource(async (folder) => {
      const flags = ["--jobs", "2", "--chunk-size", "1"];
      assert.deepEqual(results(await run(folder, "backwards", flags, "0\n2\n")), [0, 2]);
      await rm(join(folder, "started"));
      const slow = SOURCE.replace("done, 5)", "done, 300)");
      await writeFile(join(folder, "task.mjs"), slow);
      assert.deepEqual(results(await run(folder, "backwards", [...flags, "--unordered"], "0\n2\n")), [2, 0]);
    });
  });
});

describe("--tag", () => {
  test("puts the input and a TAB before each result", async () => {
    const outcome = await manycore(["map", `${TASKS}#upper`, "--quiet", "--tag"], "a b\nc\td\n");
    assert.equal(outcome.stdout, 'a b\t"A B"\nc\td\t"C\\tD"\n');
  });
});

describe("--dry-run", () => {
  test("prints the inputs, runs nothing, and leaves output and log alone", async () => {
    await inFolder({ out: "kept\n" }, async (folder) => {
      const flags = ["--dry-run", "--output", "out", "--joblog", "log"];
      const outcome = await manycore(["map", `${TASKS}#leave`, ...flags], "a\nleave\n", folder);
      assert.deepEqual([outcome.stdout, outcome.code], ["a\nleave\n", 0]);
      assert.equal((await manycore(["map", `${TASKS}#upper`, "--dry-run"], "x\n".repeat(1000))).stdout.length, 2000);
    });
  });

  test("leaves out what --resume would skip", async () => {
    await inFolder({}, async (folder) => {
      const flags = ["map", `${TASKS}#picky`, "--quiet", "--output", "out", "--joblog", "log"];
      await manycore(flags, "a\nbad\n", folder);
      const more = "a\nbad\nb\n";
      assert.equal((await manycore([...flags, "--resume", "--dry-run"], more, folder)).stdout, "b\n");
      assert.equal((await manycore([...flags, "--retry-failed", "--dry-run"], more, folder)).stdout, "bad\nb\n");
    });
  });
});

describe("--init", () => {
  test("runs once in each worker before its first input", async () => {
    await inSource(async (folder) => {
      const outcome = await run(folder, "scaled", ["--init", "setFactor", "--jobs", "2"], "1\n2\n3\n");
      assert.deepEqual(results(outcome), [10, 20, 30]);
    });
  });

  test("that throws ends the run with its own words", async () => {
    await inSource(async (folder) => {
      const outcome = await run(folder, "scaled", ["--init", "failInit"], "1\n");
      assert.match(outcome.stderr, /^manycore: no worker can start: .*no licence.*\n$/);
      assert.equal(linesOf(outcome.stderr).length, 1);
      assert.deepEqual([outcome.code, outcome.stdout], [1, ""]);
    });
  });
});

describe("--timeout", () => {
  test("fails what takes longer, and the others are done", async () => {
    await inSource(async (folder) => {
      const outcome = await run(folder, "hang", ["--timeout", "200"], "a\nhang\nb\n");
      assert.deepEqual(results(outcome), ["a", "b"]);
      assert.match(outcome.stderr, /^manycore: line 2 .*200 ms/);
      assert.equal(outcome.code, 1);
    });
  });

  test("ends what does not listen, after --grace", async () => {
    await inSource(async (folder) => {
      const outcome = await run(folder, "deaf", ["--timeout", "0.2s", "--grace", "20", "--jobs", "1"], "a\ndeaf\nb\n");
      assert.deepEqual([results(outcome), outcome.code], [["a", "b"], 1]);
    });
  });
});

describe("--retries", () => {
  test("tries again what failed, so often and no oftener", async () => {
    await inSource(async (folder) => {
      const outcome = await run(folder, "third", ["--retries", "2"], "a\nb\n");
      assert.deepEqual([results(outcome), outcome.code], [["a", "b"], 0]);
      const short = await run(folder, "third", ["--retries", "1"], "a\n");
      assert.match(short.stderr, /^manycore: line 1 "a".*: Error: try 2 \(task\.mjs:\d+/);
      assert.equal(short.code, 1);
    });
  });

  test("also what ran out of time", async () => {
    await inSource(async (folder) => {
      const outcome = await run(folder, "lateOnce", ["--retries", "1", "--timeout", "300"], "a\n");
      assert.deepEqual([results(outcome), outcome.code], [["a"], 0]);
    });
  });
});

describe("--grace", () => {
  test("may be longer than a timer can be", async () => {
    await inSource(async (folder) => {
      const patient = `${SOURCE}
export const late = async () => { try { await sleep(60_000); } catch { await new Promise((done) => setTimeout(done, 300)); writeFileSync("ended", ""); throw new Error("ended"); } };`;
      await writeFile(join(folder, "task.mjs"), patient);
      const outcome = await run(folder, "late", ["--timeout", "200", "--grace", "960h", "--jobs", "1"], "a\n");
      assert.equal(outcome.code, 1);
      assert.equal(await readFile(join(folder, "ended"), "utf8"), "");
    });
  });
});

describe("--halt", () => {
  const inputs = `slow\nafter slow\n${"x\n".repeat(5000)}bad\n`;
  const flags = ["--jobs", "2", "--chunk-size", "1"];

  test("soon lets what runs end, and records it", async () => {
    await inSource(async (folder) => {
      const outcome = await run(folder, "pair", [...flags, "--halt", "soon,fail=1", "--joblog", "log"], inputs);
      const [first] = results(outcome);
      assert.equal(first, "slow");
      assert.ok(results(outcome).length < 5001);
      assert.match(outcome.stderr, /after slow.*bad one[^\n]*\nmanycore: halting: 1 input failed\n$/);
      assert.equal(outcome.code, 1);
    });
  });

  test("now stops what runs, which is no failure of its own and is not recorded", async () => {
    await inSource(async (folder) => {
      const endless = SOURCE.replace("setTimeout(done, 400)", "setTimeout(done, 3_600_000)");
      await writeFile(join(folder, "endless.mjs"), endless);
      for (const order of [[], ["--unordered"]]) {
        const joblog = `log${order.length}`;
        const all = [
          "map",
          "endless.mjs#pair",
          "--quiet",
          ...flags,
          "--halt",
          "now,fail=1",
          ...order,
          "--joblog",
          joblog,
        ];
        const outcome = await manycore(all, "slow\nafter slow\n", folder);
        assert.deepEqual([outcome.stdout, outcome.code], ["", 1]);
        assert.match(outcome.stderr, /bad one/);
        assert.equal(linesOf(await readFile(join(folder, joblog), "utf8")).length, 1);
      }
    });
  });

  test("counts: the run goes on until the nth failure, and without --halt to the end", async () => {
    const lines = `${"bad\ngood\n".repeat(50)}`;
    const three = await manycore(["map", `${TASKS}#picky`, "--quiet", "--jobs", "1", "--halt", "soon,fail=3"], lines);
    assert.ok(three.code !== null && three.code >= 3 && three.code < 50, `exit ${three.code}`);
    assert.equal((await manycore(["map", `${TASKS}#picky`, "--quiet"], lines)).code, 50);
  });
});

describe("bad NDJSON", () => {
  test("stops the run with its line, after what is under way is written", async () => {
    const lines = numbers(50).map((n) => `{"n":${n}}\n`);
    const source = "export const n = (record) => record.n;";
    await inFolder({ "task.mjs": source, "in.ndjson": `${lines.join("")}{"n":\n${lines.join("")}` }, async (folder) => {
      const outcome = await run(folder, "n", ["--input", "in.ndjson"], "");
      assert.match(outcome.stderr, /^manycore: (in\.ndjson )?line 51: not JSON: [^\n]+\n$/);
      assert.deepEqual(results(outcome).slice(0, 50), numbers(50));
      assert.equal(outcome.code, 1);
    });
  });
});

describe("SIGTERM", () => {
  test("drains what runs, writes the log, and exits 143", async () => {
    await inSource(async (folder) => {
      const { child, ended } = start(["map", "task.mjs#pair", "--joblog", "log", "--jobs", "1"], folder);
      child.stdin.write("a\nslow\n");
      const { existsSync } = await import("node:fs");
      while (!existsSync(`${folder}/started`)) await new Promise((done) => setTimeout(done, 5));
      child.kill("SIGTERM");
      const outcome = await ended;
      assert.deepEqual([results(outcome), outcome.code], [["a", "slow"], 143]);
    });
  });
});
