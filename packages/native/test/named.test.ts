import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { createNamed, futexWake, openNamed, unlinkNamed } from "@manycore/native";

const fresh = () => `manycore-test-${randomUUID()}`;

test("a segment is made once, opened by name, here and in another process, and gone when unlinked", () => {
  const name = fresh();
  const made = new Int32Array(createNamed(name, 4096));
  try {
    assert.equal(made.length, 1024);
    assert.throws(() => createNamed(name, 8), { code: "EEXIST" });
    const opened = new Int32Array(openNamed(`/${name}`));
    assert.equal(opened.byteLength, 4096);
    Atomics.store(opened, 5, 42);
    assert.equal(Atomics.load(made, 5), 42);
    assert.equal(futexWake(opened, 5, 1), 0);
    const program = `Atomics.add(new Int32Array(require("@manycore/native").openNamed(process.argv[1])), 5, 1)`;
    execFileSync(process.execPath, ["-e", program, name], { cwd: "packages/native" });
    assert.equal(Atomics.load(made, 5), 43);
  } finally {
    assert.equal(unlinkNamed(name), true);
  }
  assert.equal(unlinkNamed(name), false);
  assert.throws(() => openNamed(name), { code: "ENOENT" });
  // The name is free, and what was mapped from it still there.
  assert.equal(Atomics.load(made, 5), 43);
});

test("a segment's memory is its own, and its user's alone", () => {
  const name = fresh();
  createNamed(name, 1 << 20);
  try {
    const { blocks, mode } = statSync(`/dev/shm/${name}`);
    assert.ok(blocks * 512 >= 1 << 20);
    assert.equal(mode & 0o777, 0o600);
  } finally {
    unlinkNamed(name);
  }
});

test("a segment that cannot be made leaves no name", () => {
  const name = fresh();
  assert.throws(() => createNamed(name, Number.MAX_SAFE_INTEGER), { code: /^E(NOSPC|FBIG|NOMEM)$/ });
  assert.equal(existsSync(`/dev/shm/${name}`), false);
});

test("one that is not sized yet is to be opened again", () => {
  const name = fresh();
  writeFileSync(`/dev/shm/${name}`, "");
  try {
    assert.throws(() => openNamed(name), { code: "EAGAIN" });
  } finally {
    unlinkNamed(name);
  }
});

test("what cannot be a name is refused", () => {
  for (const call of [(name: string) => createNamed(name, 8), openNamed, unlinkNamed]) {
    for (const name of ["", "/", "//x", "a/b", "a/", ".", "..", "/..", "a\0b", "\0"]) {
      assert.throws(() => call(name), { code: "ERR_INVALID_ARG_VALUE" }, JSON.stringify(name));
    }
    for (const name of ["x".repeat(255), "é".repeat(128), "x".repeat(1e6), `/${"x".repeat(255)}`]) {
      assert.throws(() => call(name), { code: "ERR_OUT_OF_RANGE" });
    }
    for (const name of [undefined, 7, null, {}, Symbol("x")]) {
      assert.throws(() => call(name as string), { code: "ERR_INVALID_ARG_TYPE" });
    }
  }
  const longest = fresh().padEnd(254, "x");
  createNamed(longest, 8);
  assert.equal(unlinkNamed(longest), true);
});
