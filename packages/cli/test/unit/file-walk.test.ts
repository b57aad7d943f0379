import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, test } from "node:test";
import { filesOf, firstFileOf } from "../../src/inputs/file-walk.ts";
import { inFolder } from "../support/program.ts";

async function found(folder: string, pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const some of filesOf(join(folder, pattern)))
    files.push(...some.map((file) => relative(folder, file).replaceAll("\\", "/")));
  return files;
}

const TREE = { "a.ts": "", "b.js": "", ".c.ts": "", "x/d.ts": "", "x/y/e.ts": "", "x/[id].ts": "", "x/i.ts": "" };

describe("the walk", () => {
  test("matches globs as a shell does", async () => {
    await inFolder(TREE, async (folder) => {
      const expected: Record<string, string[]> = {
        "*.ts": ["a.ts"],
        "*.{ts,js}": ["a.ts", "b.js"],
        ".*.ts": [".c.ts"],
        "*/*.ts": ["x/[id].ts", "x/d.ts", "x/i.ts"],
        "**/*.ts": ["a.ts", "x/[id].ts", "x/d.ts", "x/i.ts", "x/y/e.ts"],
        "x/**": ["x/[id].ts", "x/d.ts", "x/i.ts", "x/y/e.ts"],
        "x/{y/e,d}.ts": ["x/d.ts", "x/y/e.ts"],
        "?.js": ["b.js"],
        "*.zip": [],
      };
      for (const [pattern, files] of Object.entries(expected))
        assert.deepEqual(await found(folder, pattern), files, pattern);
    });
  });

  test("takes a name that exists as that file, though it look like a glob", async () => {
    await inFolder(TREE, async (folder) => {
      assert.deepEqual(await found(folder, "x/[id].ts"), ["x/[id].ts"]);
    });
  });

  test("follows a symbolic link where it is named, not where it is met", async () => {
    await inFolder(TREE, async (folder) => {
      await symlink(join(folder, "x"), join(folder, "link"), "junction");
      await symlink(folder, join(folder, "x/loop"), "junction");
      assert.deepEqual(await found(folder, "link/y"), ["link/y/e.ts"]);
      assert.deepEqual(await found(folder, "x"), ["x/[id].ts", "x/d.ts", "x/i.ts", "x/y/e.ts"]);
    });
  });

  test("tells a path that leads nowhere from a glob that matches nothing", async () => {
    await inFolder(TREE, async (folder) => {
      await assert.rejects(firstFileOf(join(folder, "nowhere")), { code: "ENOENT" });
      assert.equal(await firstFileOf(join(folder, "*.zip")), undefined);
    });
  });
});
