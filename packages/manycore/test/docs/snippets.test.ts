/** The code in the documentation runs as it is printed. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { transform } from "esbuild";

const pages = ["README.md", "packages/manycore/README.md"];

for (const page of pages) {
  const blocks = [...readFileSync(page, "utf8").matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code as string);
  // Snippets that import are whole programs; the others are glimpses.
  const programs = blocks.filter((code) => code.includes('from "manycore"'));

  test(`${page} has programs to run`, () => assert.ok(programs.length > 0));

  for (const [index, program] of programs.entries()) {
    test(`${page}: program ${index + 1} runs to its end`, async () => {
      mkdirSync(".build", { recursive: true });
      const folder = mkdtempSync(resolve(".build", "snippet-")); // inside the workspace, so that "manycore" is found
      try {
        const { code } = await transform(program, { loader: "ts", format: "esm", target: "node20" });
        writeFileSync(join(folder, "program.mjs"), code);
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, "program.mjs")]);
        assert.notEqual(stdout, "", "it shows something");
        assert.equal(stderr, "");
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
}
