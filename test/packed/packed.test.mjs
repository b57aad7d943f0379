/**
 * Packs the packages as they would be published, installs the tarballs in an empty project, and uses them there the way
 * a user would: `import`, `require`, TypeScript of both module kinds, TypeScript run by Node itself, the command.
 *
 * Needs a build, and npm's registry or cache for the packages' dependencies. `NODES` lists further Nodes, split by the
 * system's path delimiter.
 */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "./program.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const nodes = [process.execPath, ...(process.env.NODES?.split(delimiter) ?? [])];
const versionOf = (name) =>
  JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages[`node_modules/${name}`].version;

const project = mkdtempSync(join(tmpdir(), "manycore-packed-"));
let packed;

before(() => {
  packed = JSON.parse(
    run(
      root,
      "npm",
      "pack",
      "--json",
      "-w",
      "manycore",
      "-w",
      "@manycore/cli",
      "-w",
      "@manycore/native",
      "--pack-destination",
      project,
    ),
  );
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  const tarballs = packed.map(({ filename }) => join(project, filename));
  const development = ["typescript", "@types/node"].map((name) => `${name}@${versionOf(name)}`);
  run(project, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...tarballs, ...development);
  cpSync(join(here, "consumer"), project, { recursive: true });
  run(project, process.execPath, "node_modules/typescript/bin/tsc", "-p", ".");
});

after(() => rmSync(project, { recursive: true }));

const papers = "package\\.json|README\\.md|LICENSE";
const compiled = new RegExp(`^(${papers}|dist/.+|src/.+\\.ts|src/.+\\.md)$`);
const addon = new RegExp(
  `^(${papers}|index\\.(js|d\\.ts)|binding\\.gyp|src/\\w+\\.[ch]|prebuilds/[\\w-]+/[\\w.]+\\.node)$`,
);

test("the tarballs hold what is run and read, and nothing else", () => {
  for (const { name, files } of packed) {
    const paths = files.map(({ path }) => path);
    for (const path of paths) assert.match(path, name === "@manycore/native" ? addon : compiled, name);
    assert.ok(paths.includes("LICENSE"), `${name} has its licence`);
    assert.ok(paths.includes("README.md"), `${name} has its README`);
  }
});

const uses = {
  "by import": "esm.mjs",
  "by require": "cjs.cjs",
  "from TypeScript compiled to ESM": "typed-esm.mjs",
  "from TypeScript compiled to CommonJS": "typed-cjs.cjs",
};

for (const node of nodes) {
  const [version, strips] = JSON.parse(
    run(here, node, "-p", "JSON.stringify([process.versions.node, process.features.typescript === 'strip'])"),
  );
  for (const [how, file] of Object.entries(uses)) {
    test(`the tarballs work on Node ${version}, ${how}`, () => {
      assert.equal(run(project, node, file), "ok\n");
    });
  }
  if (strips) {
    test(`the tarballs work on Node ${version}, from TypeScript that Node runs itself`, () => {
      assert.equal(run(project, node, "typed-esm.mts"), "ok\n");
    });
  }
  test(`the tarballs' command works on Node ${version}`, () => {
    const command = join(project, "node_modules/@manycore/cli/dist/manycore.mjs");
    const output = run(project, node, command, "map", "./lengths.mjs#length", "--input", "lines.txt", "--quiet");
    assert.equal(output, "3\n0\n4\n");
  });
}

test("npm puts the tarballs' command on the project's path", () => {
  assert.match(run(project, join(project, "node_modules/.bin/manycore"), "--version"), /^0\.1\.0/);
});
