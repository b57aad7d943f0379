import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as native from "@manycore/native";

const names = [
  "closeFd",
  "createArena",
  "createNamed",
  "dieWithParent",
  "futexWait",
  "futexWake",
  "missing",
  "openArena",
  "openNamed",
  "processStart",
  "unlinkNamed",
  "watch",
];

/** Without the variable that names another binary to load. */
const env = { ...process.env, "@MANYCORE/NATIVE_PREBUILD": undefined };
const run = (...args: string[]) =>
  execFileSync(process.execPath, args, { encoding: "utf8", cwd: "packages/native", env });

test("require and import give the same names, and nothing is missing here", () => {
  assert.equal(native.missing, undefined);
  const required = run("-p", `JSON.stringify(Object.keys(require("@manycore/native")).sort())`);
  assert.deepEqual(JSON.parse(required), names);
  const imported = run(
    "--input-type=module",
    "-e",
    `import * as all from "@manycore/native"; console.log(JSON.stringify(Object.keys(all)));`,
  );
  assert.deepEqual(
    (JSON.parse(imported) as string[]).filter((name) => name !== "default" && name !== "module.exports"),
    names,
  );
});

/** What a program says when every function has thrown. */
const tryAll = (setUp: string, path: string) => `
  ${setUp}
  const { missing, ...functions } = require(${JSON.stringify(path)});
  const codes = Object.values(functions).map((each) => {
    try { each(); return "none"; } catch (error) { return error.code + (error.message === missing ? ", as said" : ""); }
  });
  console.log(JSON.stringify({ missing, codes: [...new Set(codes)] }));
`;

test("where no binary loads the package does, and says how to build one", () => {
  const folder = mkdtempSync(join(tmpdir(), "manycore-native-"));
  try {
    for (const name of ["index.js", "package.json"]) cpSync(join("packages/native", name), join(folder, name));
    cpSync("node_modules/node-gyp-build", join(folder, "node_modules/node-gyp-build"), { recursive: true });
    const { missing, codes } = JSON.parse(run("-e", tryAll("", folder)));
    assert.deepEqual(codes, ["ERR_MANYCORE_NATIVE_MISSING, as said"]);
    assert.ok(missing.includes(`no binary for ${process.platform}-${process.arch}`), missing);
    assert.ok(missing.includes(`npm run --prefix "${folder}" build-from-source`), missing);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("on Windows the package loads and says that it is not supported", () => {
  const windows = `Object.defineProperty(process, "platform", { value: "win32" });`;
  const { missing, codes } = JSON.parse(run("-e", tryAll(windows, "@manycore/native")));
  assert.deepEqual(codes, ["ERR_MANYCORE_NATIVE_MISSING, as said"]);
  assert.match(missing, /does not support win32/);
});

test("the binary needs no C++ library", (t) => {
  const program = `require("@manycore/native"); console.log(process.report.getReport().sharedObjects.join("\\n"))`;
  const binary = run("-e", program)
    .split("\n")
    .find((path) => /prebuilds|manycore\.node/.test(path));
  assert.ok(binary !== undefined);
  const { stdout, error } = spawnSync("readelf", ["-d", binary], { encoding: "utf8" });
  if (error !== undefined) return t.diagnostic("no readelf here");
  assert.match(stdout, /NEEDED/);
  assert.doesNotMatch(stdout, /libstdc\+\+/);
});
