/** An input that fails is reported, and the run goes on. */

import assert from "node:assert/strict";
import { relative } from "node:path";
import { describe, test } from "node:test";
import { inFolder, linesOf, manycore, results, TASKS } from "./support/program.ts";

const HERE = relative(process.cwd(), TASKS);
const quietly = (name: string) => ["map", `${TASKS}#${name}`, "--quiet"];

describe("a failing input", () => {
  test("is reported with its line, its text, the message and the task's own place, and the others have results", async () => {
    const outcome = await manycore(quietly("picky"), "a\nbad one\nb\n");
    assert.deepEqual(results(outcome), ["a", "b"]);
    assert.match(
      outcome.stderr,
      /^manycore: line 2 "bad one" \(key [0-9a-f]{24}\): RangeError: no bad one \([^ ]+tasks\.mjs:\d+:\d+\)\n$/,
    );
    assert.ok(outcome.stderr.includes(`(${HERE}:`));
    assert.equal(outcome.code, 1);
  });

  test("of several files is reported with its file", async () => {
    await inFolder({ "a.txt": "x\ny\n", "b.txt": "z\nbad\n" }, async (folder) => {
      const outcome = await manycore([...quietly("picky"), "--input", "a.txt", "b.txt"], "", folder);
      assert.match(outcome.stderr, /^manycore: b\.txt:2 "bad" \(key [0-9a-f]{24}\): RangeError: no bad \(.*\)\n$/);
    });
  });

  test("cannot write to the terminal, and is cut when it is long", async () => {
    const outcome = await manycore(quietly("picky"), `bad\u001b[2J${"x".repeat(500)}\n`);
    assert.match(outcome.stderr, /^manycore: line 1 "bad\\u001b\[2Jx+…" \(key [0-9a-f]{24}\): RangeError: no bad/);
    assert.equal(linesOf(outcome.stderr).length, 1);
  });

  test("counts in the exit code up to 100, and more are 101", async () => {
    for (const [failing, code] of [
      [3, 3],
      [100, 100],
      [101, 101],
      [250, 101],
    ] as const) {
      const outcome = await manycore(quietly("picky"), `${"bad\n".repeat(failing)}good\n`);
      assert.deepEqual([outcome.code, linesOf(outcome.stderr).length, outcome.stdout], [code, failing, '"good"\n']);
    }
  });

  test("is counted in the summary", async () => {
    const outcome = await manycore(["map", `${TASKS}#picky`], "bad\na\nbad\nb\nc\n");
    assert.match(outcome.stderr, /\nmanycore: 3 done, 2 failed, /);
  });

  test("may throw anything", async () => {
    const outcome = await manycore(quietly("rude"), "a\n");
    assert.deepEqual(
      [outcome.code, outcome.stderr],
      [1, `manycore: line 1 "a" (key ca978112ca1bbdcafac231b3): threw 'a plain string'\n`],
    );
  });

  test("may have a stack that leads nowhere", async () => {
    const source = `export const f = (line) => {
      throw Object.assign(new Error(line), { stack: "Error: no\\n    at f (file:///a%zz/b.mjs:1:2)" });
    };`;
    await inFolder({ "f.mjs": source }, async (folder) => {
      const outcome = await manycore(["map", "f.mjs#f", "--quiet"], "a\nb\n", folder);
      assert.match(outcome.stderr, /^manycore: line 1 "a" .*: Error: a .*\nmanycore: line 2 "b" .*: Error: b .*\n$/);
      assert.equal(outcome.code, 2);
    });
  });

  test("stays on its line, also where its file has a newline in its name", async () => {
    await inFolder({ "in/a\nb.txt": "x\n" }, async (folder) => {
      const flags = [
        ["--format", "files", "-i", "in"],
        ["--format", "lines", "--block", "1k", "-i", "in/a\nb.txt"],
      ];
      for (const more of flags) {
        const outcome = await manycore([...quietly("rude"), ...more], "", folder);
        assert.match(
          outcome.stderr,
          /^manycore: "in\/a\\nb\.txt[^"\n]*" \(key [0-9a-f]{24}\): threw 'a plain string'\n$/,
        );
      }
    });
  });

  test("is also one whose result JSON cannot say", async () => {
    const outcome = await manycore(quietly("big"), "a\n");
    assert.equal(outcome.code, 1);
    assert.match(
      outcome.stderr,
      /^manycore: line 1 "a" \(key [0-9a-f]{24}\): TypeError: The result is not JSON: .*BigInt/,
    );
  });

  test("may take its worker along: the others are done all the same", async () => {
    const outcome = await manycore(
      [...quietly("leave"), "--jobs", "2"],
      `${"a\n".repeat(50)}leave\n${"b\n".repeat(50)}`,
    );
    assert.match(outcome.stderr, /^manycore: line 51 "leave" \(key [0-9a-f]{24}\): WorkerLostError: .*\n$/);
    assert.deepEqual(results(outcome), [...Array(50).fill("a"), ...Array(50).fill("b")]);
    assert.equal(outcome.code, 1);
  });
});
