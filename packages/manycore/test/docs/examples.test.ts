/** Examples print what is written beside them. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

/** What differs from run to run: pids, and how many jobs a process gets. */
const plain = (text: string): string =>
  text.replace(/\bprocess \d+/g, "process PID").replace(/(?:\d+ in process PID(?: \+ )?)+/g, "PARTS");

const told = readdirSync("examples").filter((name) => existsSync(join("examples", name, "expected.txt")));

test("there are examples with their output", () => assert.ok(told.length > 0));

for (const name of told) {
  test(`examples/${name} prints what is written beside it`, async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join("examples", name, "run.mjs")]);
    assert.equal(plain(stdout), readFileSync(join("examples", name, "expected.txt"), "utf8"));
    assert.equal(stderr, "");
  });
}
