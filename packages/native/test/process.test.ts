import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { dieWithParent, processStart } from "@manycore/native";
import { start } from "./support/programs.ts";
import { until } from "./support/until.ts";

test("kill -9 of a process ends its child, which is busy and tied to it", async () => {
  const middle = start("middle.cjs");
  const { tied, child } = JSON.parse((await middle.line())!);
  try {
    assert.equal(tied, "true");
    assert.ok(processStart(child) > 0);
    middle.child.kill("SIGKILL");
    await until(() => processStart(child) === 0);
  } finally {
    if (processStart(child) > 0) process.kill(child, "SIGKILL");
  }
});

test("a process whose parent is gone is told so, and lives", async () => {
  const orphan = start("orphan.cjs");
  assert.equal(await orphan.line(), "false false");
});

test("this process is tied to its parent by the pid that it has", () => {
  assert.equal(dieWithParent(process.ppid), true);
  assert.equal(dieWithParent(), true);
  assert.equal(dieWithParent(process.pid), false);
});

test("a start names a process: the same for all who ask, another for another, 0 for none", async () => {
  const own = processStart(process.pid);
  assert.ok(own > 0);
  const asked = execFileSync(process.execPath, ["-p", `require("@manycore/native").processStart(${process.pid})`], {
    cwd: "packages/native",
    encoding: "utf8",
  });
  assert.equal(Number(asked), own);
  // Started at least one tick of the system's after this one, as it was asked for later.
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await once(child, "spawn");
  assert.ok(processStart(child.pid!) > own);
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(processStart(child.pid!), 0);
  assert.ok(processStart(1) > 0);
});

test("a process that ended and was not waited for is dead", () => {
  const child = spawn("true", { stdio: "ignore" });
  // The event loop is not reached, so nobody waits for it.
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  while (processStart(child.pid!) > 0) Atomics.wait(asleep, 0, 0, 5);
  assert.ok(existsSync(`/proc/${child.pid}`));
});

test("what is no pid is refused", () => {
  for (const call of [processStart, dieWithParent]) {
    for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 31, Infinity]) {
      assert.throws(() => call(pid), { name: "RangeError", code: "ERR_OUT_OF_RANGE" });
    }
    for (const pid of [null, "1", 1n, {}]) {
      assert.throws(() => call(pid as number), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    }
  }
  assert.throws(() => processStart(undefined as never), { code: "ERR_INVALID_ARG_TYPE" });
});
