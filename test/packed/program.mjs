import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** Runs a program in a folder and gives its stdout; its failure is the test's. */
export function run(folder, program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    timeout: 120_000,
  });
  assert.equal(error, undefined);
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}
