/** The code in the documentation runs as it is printed. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { transform } from "esbuild";

/** The manual of the command line has commands, which a test of the command line runs. */
const docs = readdirSync("docs").filter((name) => name.endsWith(".md") && name !== "map.md");
const pages = ["README.md", "packages/manycore/README.md", ...docs.map((name) => `docs/${name}`)];

/** A snippet that starts with `// name.ts` is a file for the page's programs. */
const FILE = /^\/\/ ([\w-]+)\.ts\n/;

for (const page of pages) {
  const blocks = [...readFileSync(page, "utf8").matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code as string);
  // Snippets that import are whole programs; the others are glimpses.
  const programs = blocks.filter((code) => code.includes('from "manycore"'));
  const files = blocks.filter((code) => FILE.test(code));

  test(`${page} has programs to run`, () => assert.ok(programs.length > 0));

  for (const [index, program] of programs.entries()) {
    test(`${page}: program ${index + 1} runs to its end`, async () => {
      mkdirSync(".build", { recursive: true });
      const folder = mkdtempSync(resolve(".build", "snippet-")); // inside the workspace, so that "manycore" is found
      try {
        writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
        for (const file of files) await compile(file, join(folder, `${FILE.exec(file)?.[1]}.js`));
        await compile(program, join(folder, "program.js"));
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, "program.js")]);
        assert.notEqual(stdout, "", "it shows something");
        assert.equal(stderr, "");
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
}

async function compile(source: string, file: string): Promise<void> {
  const { code } = await transform(source, { loader: "ts", format: "esm", target: "node20" });
  writeFileSync(file, code);
}
