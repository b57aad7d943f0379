/** `manycore map` over lines. */

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { inFolder, linesOf, manycore, numbers, PROGRAM, results, start, TASKS } from "./support/program.ts";

describe("manycore map over lines", () => {
  test("results come in input order, whatever is done first", async () => {
    const outcome = await manycore(["map", `${TASKS}#backwards`, "--jobs", "3"], numbers(120).join("\n"));
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.deepEqual(results(outcome), numbers(120));
  });

  test("one worker writes what all of them write", async () => {
    const input = `${numbers(5000).join("\n")}\n`;
    const [one, all] = await Promise.all([
      manycore(["map", `${TASKS}#upper`, "--jobs", "1"], input),
      manycore(["map", `${TASKS}#upper`], input),
    ]);
    assert.equal(one.stdout, all.stdout);
    assert.deepEqual(results(one), numbers(5000).map(String));
  });

  test("a line ends with LF or CRLF, the last one with nothing too, and an empty one is an input", async () => {
    const outcome = await manycore(["map", `${TASKS}#upper`], "\uFEFFa\r\n\nb c\u2028d\né");
    assert.deepEqual(results(outcome), ["A", "", "B C\u2028D", "É"]);
  });

  test("a named pipe is read by nobody before the run", { skip: process.platform === "win32" }, async () => {
    await inFolder({}, async (folder) => {
      execFileSync("mkfifo", [join(folder, "pipe")]);
      // Opens the pipe, writes all, and leaves: what an earlier reader took with it would be missing.
      const writer = spawn("sh", ["-c", "printf 'a\\nb\\n' > pipe"], { cwd: folder });
      const outcome = await manycore(["map", `${TASKS}#upper`, "--quiet", "--input", "pipe"], "", folder);
      writer.kill();
      assert.deepEqual([results(outcome), outcome.code], [["A", "B"], 0]);
    });
  });

  test("what the module prints when it is imported is no result", async () => {
    await inFolder({ "noisy.mjs": 'console.log("hello"); export const f = (line) => line;' }, async (folder) => {
      for (const [more, stdout] of [
        [[], '"a"\n'],
        [["--dry-run"], "a\n"],
      ] as const) {
        const outcome = await manycore(["map", "noisy.mjs#f", "--quiet", ...more], "a\n", folder);
        assert.deepEqual([outcome.stdout, outcome.code], [stdout, 0]);
        assert.match(outcome.stderr, /^hello\n/);
      }
    });
  });

  test("the file that is standard input cannot be the output", { skip: process.platform === "win32" }, async () => {
    await inFolder({ data: "a\n" }, async (folder) => {
      const stdin = openSync(join(folder, "data"), "r");
      const args = [PROGRAM, "map", `${TASKS}#upper`, "--output", "data"];
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, stdio: [stdin, "pipe", "pipe"] });
      closeSync(stdin);
      assert.deepEqual([status, String(stderr)], [2, "manycore: data is an input: writing there would empty it\n"]);
      assert.equal(await readFile(join(folder, "data"), "utf8"), "a\n");
    });
  });

  test("no input is no result", async () => {
    const outcome = await manycore(["map", `${TASKS}#upper`]);
    assert.deepEqual([outcome.code, outcome.stdout], [0, ""]);
  });

  test("without #export it is the default export", async () => {
    assert.deepEqual(results(await manycore(["map", TASKS], "four\nto\n")), [4, 2]);
  });

  test("undefined is written as null", async () => {
    assert.equal((await manycore(["map", `${TASKS}#nothing`], "a\nb\n")).stdout, "null\nnull\n");
  });

  test("a result is written though the next input be still to come", async () => {
    const { child, ended } = start(["map", `${TASKS}#upper`]);
    child.stdin.write("first\n");
    const [text] = (await once(child.stdout, "data")) as [string];
    assert.equal(text, '"FIRST"\n');
    child.stdin.end("second\n");
    assert.deepEqual(results(await ended), ["FIRST", "SECOND"]);
  });

  test("--input takes several files, one after the other, and --output a file", async () => {
    await inFolder({ "a.txt": "1\n2", "b.txt": "3\n" }, async (folder) => {
      const files = ["--input", "a.txt", "b.txt", "--output", "out.ndjson"];
      const outcome = await manycore(["map", `${TASKS}#upper`, ...files], "", folder);
      assert.deepEqual([outcome.code, outcome.stdout], [0, ""]);
      assert.equal(await readFile(join(folder, "out.ndjson"), "utf8"), '"1"\n"2"\n"3"\n');
    });
  });

  test("a file that is an input is not emptied as the output", async () => {
    await inFolder({ "a.txt": "1\n" }, async (folder) => {
      const outcome = await manycore(["map", TASKS, "--input", "a.txt", "--output", "./a.txt"], "", folder);
      assert.equal(outcome.code, 2);
      assert.equal(outcome.stderr, "manycore: ./a.txt is an input: writing there would empty it\n");
      assert.equal(await readFile(join(folder, "a.txt"), "utf8"), "1\n");
    });
  });

  test("what tasks print goes to stderr, so that standard output holds results alone", async () => {
    const outcome = await manycore(["map", `${TASKS}#chatty`, "--quiet"], "a\nb\n");
    assert.deepEqual(results(outcome), ["a", "b"]);
    assert.deepEqual(linesOf(outcome.stderr).sort(), ["working on a", "working on b"]);
  });

  test("one summary line goes to a stderr that is no terminal, none with --quiet", async () => {
    const told = await manycore(["map", `${TASKS}#upper`], "a\nb\n");
    assert.match(told.stderr, /^manycore: 2 done, \d+\.\d s, [\d.,]+\/s\n$/);
    assert.equal((await manycore(["map", `${TASKS}#upper`, "--quiet"], "a\nb\n")).stderr, "");
  });

  test("memory is flat over a million lines", async () => {
    const outcome = await manycore(["map", `${TASKS}#memory`], `${numbers(1_000_000).join("\n")}\n`);
    const measured = results(outcome).filter((rss) => rss !== null) as number[];
    assert.equal(measured.length, 100);
    // The heap grows to the size it works best with, which takes some hundred thousand lines.
    const early = Math.max(...measured.slice(0, 50));
    const late = Math.max(...measured.slice(50));
    assert.ok(late - early < 50 * 2 ** 20, `${early} bytes over the first half, ${late} later`);
  });
});
