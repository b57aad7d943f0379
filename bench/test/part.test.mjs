import assert from "node:assert/strict";
import { test } from "node:test";
import { atLeast, atMost, bounded, part, verdicts } from "../part.mjs";
import { measured, start, submits } from "./fixture.mjs";

const rowOf = ({ rows }, name) => rows.find(({ contender }) => contender === name);

test("figures are medians, ratios are of the time that a piece of work takes", () => {
  assert.equal(rowOf(submits, "manycore").inWords, "1.00 M/s");
  assert.equal(rowOf(submits, "Piscina").ratio, 50);
  assert.equal(rowOf(submits, "by hand").ratio, 0.4);

  const few = { ...measured, Piscina: { samples: [25, 75, 50], count: 1000 } };
  const rivals = { Piscina: undefined };
  const title = "fewer of theirs";
  const [, piscina] = part({ title, unit: "calls/s", times: few, ours: "manycore", rivals }).rows;
  assert.equal(piscina.ratio, 50);
});

test("the best rounds, where noise only adds", () => {
  const best = part({ title: "", unit: "µs", times: measured, ours: "manycore", rivals: {}, bestRounds: true });
  assert.equal(best.rows[0].msEach, 5 / 10_000);
  assert.equal(best.rows[0].inWords, "0.50 µs");
});

test("a bar holds or does not; without a bar nothing is said", () => {
  assert.equal(rowOf(submits, "Piscina").holds, true);
  assert.equal(rowOf(submits, "by hand").holds, false);
  assert.equal("holds" in rowOf(submits, "Python ProcessPoolExecutor"), false);
  assert.equal(rowOf(start, "a bare Worker").holds, true);
  const strict = part({
    title: "",
    unit: "calls/s",
    times: measured,
    ours: "manycore",
    rivals: { Piscina: atMost(0.01), "by hand": atLeast(0.4) },
  });
  assert.equal(rowOf(strict, "Piscina").holds, false);
  assert.equal(rowOf(strict, "by hand").holds, true);
});

test("who is wrong, absent or failed has no ratio and no verdict", () => {
  for (const name of ["Tinypool", "workerpool", "poolifier"]) {
    const row = rowOf(submits, name);
    assert.equal(row.ratio, undefined);
    assert.equal(row.holds, undefined);
  }
});

test("where ours is wrong no bar holds", () => {
  const times = { ...measured, manycore: { samples: [], count: 1, wrong: "7" } };
  const rivals = { Piscina: atLeast(20), "by hand": undefined };
  const wrong = part({ title: "", unit: "calls/s", times, ours: "manycore", rivals });
  const found = verdicts({ parts: [wrong] });
  assert.deepEqual(
    found.map(({ row, holds }) => [row.contender, holds]),
    [
      ["manycore", false],
      ["Piscina", false],
    ],
  );
});

test("what was not measured is not passed over", () => {
  const rivals = { nobody: undefined };
  assert.throws(() => part({ title: "", unit: "ms", times: measured, ours: "manycore", rivals }), /"nobody"/);
});

test("bounds of their own: up to it, or below it", () => {
  const figure = (value, more) => ({ contender: "x", isOurs: true, figure: value, bound: 60, ...more });
  const figures = [figure(60), figure(60, { isBelow: true }), figure(59, { isBelow: true }), figure(undefined)];
  const { rows } = bounded({ title: "", unit: "MB", figures });
  assert.deepEqual(
    rows.map(({ holds }) => holds),
    [true, false, true, false],
  );
  assert.equal(rows[2].inWords, "59.0 MB");
});
