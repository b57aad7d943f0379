import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { test } from "node:test";

/** Runs one of the programs beside this file, in whatever form this file itself was run. */
function run(program: string, ...flags: string[]): Promise<{ stdout: string; stderr: string; warnings: number }> {
  const self = String(process.argv[1]);
  const file = path.join(path.dirname(self), `programs${path.extname(self)}`);
  const args = ["--expose-gc", ...flags, file, program];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} failed:\n${stdout}\n${stderr}`, { cause: error }));
      else resolve({ stdout, stderr, warnings: stderr.split("UnobservedFailureWarning").length - 1 });
    });
  });
}

const STACK = /A task failed and nobody looked at its future: RangeError: nobody looked\n +at .*programs/;

test("a failure nobody looked at is reported when its future is collected, once, with its stack", async () => {
  const { stdout, stderr, warnings } = await run("collected");
  assert.equal(warnings, 1);
  assert.match(stderr, STACK);
  assert.equal(stdout, "warned: nobody looked\nstill here\n");
});

test("a failure nobody looked at is reported before the process exits, by itself or by process.exit()", async () => {
  const outputs = {
    beforeExit: "warned: nobody looked\nand could still act\n",
    exit: "warned: nobody looked\n",
  };
  for (const [program, output] of Object.entries(outputs)) {
    const { stdout, stderr, warnings } = await run(program);
    assert.equal(warnings, 1, program);
    assert.match(stderr, STACK);
    assert.equal(stdout, output);
  }
});

test("who silences warnings gets none, at no exit", async () => {
  for (const program of ["beforeExit", "exit"]) assert.equal((await run(program, "--no-warnings")).stderr, "", program);
});

test("a shutdown reports the failures of its own executor, and the exit does not repeat them", async () => {
  const { stdout } = await run("shutdown");
  assert.equal(stdout, "warned: of mine\nafter the shutdown\nwarned: of another\n");
});

test("wait() and asCompleted() are no look at a failure, and lead to no unhandled rejection", async () => {
  const { stdout, stderr, warnings } = await run("onlyWaitedFor");
  assert.equal(stdout, "warned: waited for\nwarned: completed\n");
  assert.equal(warnings, 2);
  assert.match(stderr, /Error: waited for/);
});

test("a result() that timed out before the failure is no look at it", async () => {
  assert.equal((await run("lookedAwayEarly")).warnings, 1);
});

test("a falsy failure and one that cannot be printed are reported too", async () => {
  assert.match((await run("falsy")).stderr, /nobody looked at its future: undefined/);
  assert.match((await run("unprintable")).stderr, /nobody looked at its future: a Error that cannot be printed/);
});

test("what was looked at, before or after, is never reported and leaves no listener; nor is a cancellation", async () => {
  const { stdout, stderr } = await run("lookedAt");
  assert.equal(stderr, "");
  assert.equal(stdout, "0 0 listeners\n");
});

test("a pending future takes less than 400 bytes", async () => {
  const bytes = Number((await run("memoryOfPending")).stdout);
  assert.ok(bytes > 8 && bytes < 400, `${bytes} bytes`);
});

test("waiting again and again for one pending future leaves nothing behind in it", async () => {
  const bytes = Number((await run("memoryOfWaits")).stdout);
  assert.ok(bytes < 100, `${bytes} bytes for each wait`);
});
