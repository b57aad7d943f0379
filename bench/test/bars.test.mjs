import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { load, names } from "../bars.mjs";
import { root } from "../machine.mjs";
import { joined, read, write } from "../results.mjs";
import { results } from "./fixture.mjs";

test("every bar's file says what its name says", async () => {
  assert.ok(names.length > 10);
  for (const name of names) {
    const bar = await load(name);
    assert.equal(bar.name, name);
    assert.ok(bar.rounds >= 1 && bar.seconds > 0 && bar.title.length > 0);
  }
});

test("P1 at a tiny size: every contender that is here gives the right answers", async () => {
  const bar = await load("P1");
  const [{ rows }] = await bar.measure({ workers: 1, rounds: 1, seconds: 1, size: { calls: 20 } });
  assert.ok(rows.length > 10);
  for (const { contender, absent, figure, wrong, failed } of rows) {
    assert.equal(wrong ?? failed, undefined, contender);
    assert.ok(absent !== undefined || figure > 0, contender);
  }
});

test("a bar that there is not ends with one line and what there is", () => {
  const words = [join(root, "bench/main.mjs"), "P3", "P99"];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^There is no bar P99\. There are: P1, .*\.\n$/);
});

test("results are kept; figures of different runs are not mixed", () => {
  const folder = mkdtempSync(join(tmpdir(), "manycore-bench-test-"));
  try {
    const file = join(folder, "results/latest.json");
    assert.equal(read(file), undefined);
    write(results, file);
    assert.deepEqual(read(file), results);
  } finally {
    rmSync(folder, { recursive: true });
  }

  const [p1, p8] = results.bars;
  const newer = { ...p1, seconds: 2 };
  const some = { ...results, bars: [newer] };
  assert.deepEqual(joined(undefined, some), some);
  assert.deepEqual(joined(results, some).bars, [newer, p8]);
  assert.equal(joined(results, { ...some, date: "2026-01-03" }), undefined);
  const elsewhere = { ...some, about: { ...some.about, commit: "def5678" } };
  assert.equal(joined(results, elsewhere), undefined);
  const whole = { ...elsewhere, bars: names.map((name) => ({ ...p1, name })) };
  assert.deepEqual(joined(results, whole), whole);
});
