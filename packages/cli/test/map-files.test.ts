/** `manycore map --format files`, and the first example's digests against those of another program. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { inFolder, linesOf, manycore, numbers, results, TASKS } from "./support/program.ts";

const paths = (...args: string[]) => ["map", `${TASKS}#picky`, "--format", "files", ...args];

const TREE = {
  "b.txt": "",
  "a.txt": "",
  "src/main.ts": "",
  "src/deep/inner.ts": "",
  "src/.hidden": "",
  "src/[id].ts": "",
};

describe("manycore map over files", () => {
  test("a folder is every file below it, hidden ones too, in the same order every time", async () => {
    await inFolder(TREE, async (folder) => {
      const outcome = await manycore(paths("--input", "."), "", folder);
      assert.deepEqual(results(outcome), [
        "a.txt",
        "b.txt",
        "src/.hidden",
        "src/[id].ts",
        "src/deep/inner.ts",
        "src/main.ts",
      ]);
    });
  });

  test("what the run writes is none of its inputs, where a folder or a glob would mean it", async () => {
    await inFolder({ "b.txt": "" }, async (folder) => {
      for (const input of [".", "*"]) {
        const outcome = await manycore(paths("--input", input, "-o", "out.txt", "--joblog", "./log"), "", folder);
        assert.equal(outcome.code, 0);
        assert.equal(await readFile(join(folder, "out.txt"), "utf8"), '"b.txt"\n');
        await writeFile(join(folder, "out.txt"), "of an earlier run");
      }
      const named = await manycore(paths("--input", "out.txt", "-o", "out.txt"), "", folder);
      assert.match(named.stderr, /^manycore: out\.txt is an input: writing there would empty it\n$/);
    });
  });

  test("files, folders and globs go together, in the order they were named", async () => {
    await inFolder(TREE, async (folder) => {
      const outcome = await manycore(paths("--input", "*.txt", "src/**/*.ts", "b.txt", "src/deep"), "", folder);
      const ts = ["src/[id].ts", "src/deep/inner.ts", "src/main.ts"];
      assert.deepEqual(results(outcome), ["a.txt", "b.txt", ...ts, "b.txt", "src/deep/inner.ts"]);
    });
  });

  test("standard input lists files and folders, and a name that leads nowhere goes to the task", async () => {
    await inFolder(TREE, async (folder) => {
      const outcome = await manycore(paths("--quiet"), "b.txt\n\nbad.txt\nsrc/deep\n", folder);
      assert.deepEqual(results(outcome), ["b.txt", "src/deep/inner.ts"]);
      assert.match(outcome.stderr, /^manycore: bad\.txt \(key [0-9a-f]{24}\): RangeError: no bad\.txt \(.*\)\n$/);
    });
  });

  test("the census of a few hundred files has the digests of sha256sum", async () => {
    const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 167 + length) % 256);
    const made: Record<string, string | Uint8Array> = { empty: "", "empty.txt": "", "ünïcödé/日本 🎉.txt": "naïve\n" };
    for (const index of numbers(200)) made[`binary/${index}.bin`] = bytes(index * index);
    await inFolder(made, async (folder) => {
      const sample = resolve("node_modules/typescript");
      const census = resolve("examples/01-census/census.mjs");
      const args = ["map", `${census}#census`, "--format", "files", "--input", folder, join(sample, "**/*.{json,md}")];
      const outcome = await manycore(args);
      assert.equal(outcome.code, 0, outcome.stderr);
      const entries = results(outcome) as {
        path: string;
        bytes: number;
        sha256: string;
        gzip: number;
        brotli: number;
      }[];
      assert.ok(entries.length > 203, `${entries.length} files`);
      assert.equal(entries.filter(({ path }) => path.startsWith(folder)).length, 203);
      assert.equal((await readdir(join(folder, "binary"))).length, 200);

      const { stdout } = await promisify(execFile)(
        "sha256sum",
        entries.map(({ path }) => path),
        { maxBuffer: 1 << 24 },
      );
      const ours = entries.map(({ path, sha256 }) => `${sha256}  ${path}`);
      assert.deepEqual(ours, linesOf(stdout));
      const empty = entries.find(({ path }) => path === join(folder, "empty"));
      assert.deepEqual([empty?.bytes, empty?.gzip, empty?.brotli], [0, 20, 1]);
    });
  });
});
