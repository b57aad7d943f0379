/** On a terminal, which `script` of util-linux makes one of. */

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, test } from "node:test";
import { inFolder } from "./support/program.ts";

const PROGRAM = resolve("packages/cli/dist/manycore.mjs");
const hasScript = (() => {
  try {
    return /util-linux/.test(execFileSync("script", ["--version"], { encoding: "utf8" }));
  } catch {
    return false;
  }
})();

describe("on a terminal", { skip: !hasScript && "needs script, of util-linux" }, () => {
  test("a bar comes and goes, failures stand above it, and one line is left", async () => {
    const source = `export const slow = async (line) => {
      await new Promise((done) => setTimeout(done, 400));
      if (line === "bad") throw new Error("not this one");
      return line;
    };`;
    await inFolder({ "slow.mjs": source, in: "a\nbad\nb\nc\nd\ne\n" }, async (folder) => {
      const command = `stty rows 24 cols 100; "${process.execPath}" "${PROGRAM}" map slow.mjs#slow -i in -o out -j 1`;
      const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
      const shown = await new Promise<string>((done) => {
        execFile("script", ["-qec", command, "/dev/null"], { cwd: folder, env }, (_, stdout) => done(stdout));
      });
      assert.match(shown, /░+ {2}\d+ %/);
      assert.match(shown, /workers ▕.▏ \d\/1 busy/);
      assert.match(shown, /manycore: line 2 "bad" \(key [0-9a-f]{24}\): Error: not this one \(slow\.mjs:3:\d+\)\r\n/);
      assert.match(shown, /manycore: 5 done, 1 failed, [^\n]*\r\n$/);
      assert.ok(!shown.includes("\u001b[?25l") || shown.includes("\u001b[?25h"), "the cursor is back");
    });
  });
});
