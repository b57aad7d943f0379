/** The catalogue in every bundler's output, where no module of the program's own is left to import. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { esbuild, packed, rolledUp, vite } from "./bundles.mjs";
import { checkOutcomes, environment, here, newFolder, runNode, runProgram } from "./harness.mjs";

const program = join(here, "program.ts");

/** `lacks` are facts about the bundler's output. */
const bundlers = {
  esbuild: { bundle: esbuild, lacks: ({ format }) => ({ importMeta: format === "esm" }) },
  Rollup: { bundle: rolledUp, lacks: () => ({}) },
  Vite: { bundle: vite, lacks: () => ({}) },
  webpack: { bundle: packed, lacks: ({ format }) => ({ imports: false, assets: format === "esm" }) },
};

const kinds = {
  ESM: { format: "esm" },
  "ESM, minified": { format: "esm", minify: true },
  "ESM, in chunks": { format: "esm", split: true },
  "ESM, packages imported": { format: "esm", packages: "external" },
  CommonJS: { format: "cjs" },
  "CommonJS, packages required, minified": { format: "cjs", packages: "external", minify: true },
};

describe("bundlers", { concurrency: 2 }, () => {
  for (const [bundler, { bundle, lacks }] of Object.entries(bundlers)) {
    for (const [kind, options] of Object.entries(kinds)) {
      const name = `${bundler}, ${kind}`;
      environment(name, async () => {
        const file = await bundle(program, newFolder(name), options);
        return runProgram([file], { facts: { packages: options.packages === "external", ...lacks(options) } });
      });
    }
  }
});

describe("source maps", { concurrency: 2 }, () => {
  const source = join(here, "stack.ts");
  const line =
    readFileSync(source, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("throw new RangeError")) + 1;
  for (const [bundler, { bundle }] of Object.entries(bundlers)) {
    for (const minify of [false, true]) {
      const name = `${bundler}${minify ? ", minified" : ""}`;
      test(`the stack of an error thrown in a task names the original file and line: ${name}`, async () => {
        const file = await bundle(source, newFolder(`stack ${name}`), { format: "esm", minify });
        const { stdout } = await runNode(["--enable-source-maps", file]);
        assert.match(stdout, /^RangeError: 12 is more than 10\n/);
        assert.match(stdout, new RegExp(`stack\\.ts:${line}:`));
      });
    }
  }
});

describe("large bundles", () => {
  test("functions of a bundle of 5 MB go by value, and nobody parses the bundle", async () => {
    const folder = newFolder("large");
    const entry = join(folder, "entry.ts");
    const filler = Array.from(
      { length: 50_000 },
      (_, i) => `export const filler${i} = (x: number) => [x, ${i}, "${"x".repeat(50)}"];`,
    );
    writeFileSync(join(folder, "filler.ts"), filler.join("\n"));
    writeFileSync(
      entry,
      `import "${join(here, "program.ts")}"; import * as filler from "./filler.ts"; globalThis[Symbol.for("filler")] = { ...filler };`,
    );
    const file = await esbuild(entry, folder, { format: "cjs", packages: "external" });
    assert.ok(readFileSync(file).length > 5e6);
    const facts = { importMeta: false };
    const outcomes = await runProgram(["--require", join(here, "parsed-sizes.cjs"), file], { facts });
    checkOutcomes(outcomes);
  });
});

describe("manycore inside a bundle", () => {
  const source = join(here, "stack.ts");
  const options = { format: "cjs", packages: "all" };

  test("workers run the installed package's file, and stacks keep the frames of the bundle", async () => {
    const { stdout } = await runNode([await esbuild(source, newFolder("whole"), options)]);
    assert.match(stdout, /^RangeError: 12 is more than 10\n {4}at checked \(.*program\.cjs:\d+:\d+\)\n/);
  });

  test("where it is not installed, an executor says so when it is made, and what to do", async () => {
    const folder = mkdtempSync(join(tmpdir(), "manycore-whole-"));
    try {
      const { stderr } = await runNode([await esbuild(source, folder, options)], { status: 1 });
      assert.match(stderr, /manycore is part of a bundle, .* Keep it out of the bundle/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
