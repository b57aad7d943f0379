import assert from "node:assert/strict";
import { test } from "node:test";
import { best, brief, interleaved, median } from "../rounds.mjs";

const once = { warmMs: 0, roundMs: 0 };

test("the median is the middle one, of an even number the upper; the best is the least", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 3);
  assert.equal(best([9, 1, 5]), 1);
});

test("every way runs once a round, in turn, and the warm-up does not count", async () => {
  const ran = [];
  const way = (name) => ({ run: (index) => ran.push(`${name}${index}`), isRight: () => true, ms: () => ran.length });
  const cold = await interleaved({ a: way("a"), b: way("b") }, { ...once, rounds: 3 });
  assert.deepEqual(ran, ["a0", "b0", "a1", "b1", "a2", "b2"]);
  assert.deepEqual(cold.a, { samples: [1, 3, 5], count: 1 });

  const warm = await interleaved({ a: way("a") }, { rounds: 2, warmMs: 1e-9, roundMs: 0 });
  assert.equal(warm.a.samples.length, 2);
  assert.equal(ran.length, 9);
});

test("a wrong answer is said, ends the way, and no time of it is kept", async () => {
  let runs = 0;
  const ways = {
    wrong: { run: () => ++runs, isRight: (answer) => answer < 2 },
    right: { run: () => 1, isRight: (answer) => answer === 1, count: 7 },
  };
  const times = await interleaved(ways, { ...once, rounds: 4 });
  assert.equal(times.wrong.wrong, "2");
  assert.deepEqual(times.wrong.samples, []);
  assert.equal(runs, 2);
  assert.equal(times.right.samples.length, 4);
  assert.equal(times.right.count, 7);
});

test("a failure and an absence do not end the others", async () => {
  const ways = {
    failing: {
      run: () => {
        throw new Error("no such thing\nat all");
      },
      isRight: () => true,
    },
    absent: { absent: "is not installed" },
    right: { run: () => 1, isRight: () => true },
  };
  const times = await interleaved(ways, { ...once, rounds: 2 });
  assert.deepEqual(times.failing, { samples: [], count: 1, failed: "no such thing" });
  assert.deepEqual(times.absent, { samples: [], count: 1, absent: "is not installed" });
  assert.equal(times.right.samples.length, 2);
});

test("where the time is over no round begins, once there were three", async () => {
  const way = { run: () => 1, isRight: () => true };
  const times = await interleaved({ way }, { ...once, rounds: 100, seconds: 0 });
  assert.equal(times.way.samples.length, 3);
});

test("a value in a few words", () => {
  assert.equal(brief([1, 2]), "[ 1, 2 ]");
  assert.equal(brief(undefined), "undefined");
  assert.equal(brief(10n), "10n");
  assert.equal(brief("x".repeat(100)).length, 60);
});
