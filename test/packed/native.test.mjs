/**
 * The addon's tarball in an empty project, installed without running any script: the binary in it loads on every Node.
 * Without that binary the command that the package gives builds one. Needs what packed.test.mjs needs, and a compiler.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "./program.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const nodes = [process.execPath, ...(process.env.NODES?.split(delimiter) ?? [])];
const project = mkdtempSync(join(tmpdir(), "manycore-packed-native-"));
const installed = join(project, "node_modules/@manycore/native");

const use = `
  const { missing, createArena, openArena, closeFd, futexWake } = require("@manycore/native");
  if (missing !== undefined) throw new Error(missing);
  const { fd, buffer } = createArena(64);
  Atomics.add(new Int32Array(buffer), 0, 42);
  const words = new Int32Array(openArena(fd));
  closeFd(fd);
  console.log(words[0], futexWake(words, 0, 1));
`;

before(() => {
  const [{ filename }] = JSON.parse(
    run(root, "npm", "pack", "--json", "-w", "@manycore/native", "--pack-destination", project),
  );
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  run(project, "npm", "install", "--ignore-scripts", "--prefer-offline", join(project, filename));
});

after(() => rmSync(project, { recursive: true }));

for (const node of nodes) {
  const version = run(project, node, "-p", "process.versions.node").trim();
  test(`the addon is installed without scripts and loads on Node ${version}`, () => {
    assert.equal(existsSync(join(installed, "build")), false);
    assert.equal(run(project, node, "-e", use), "42 0\n");
  });
}

test("where no binary fits, the command that the package gives builds one", () => {
  rmSync(join(installed, "prebuilds"), { recursive: true });
  const missing = run(project, process.execPath, "-p", `require("@manycore/native").missing`);
  const command = missing.trim().split("build it: ")[1];
  run(project, "sh", "-c", command);
  assert.equal(run(project, process.execPath, "-e", use), "42 0\n");
});
