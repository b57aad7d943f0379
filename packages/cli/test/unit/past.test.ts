import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { digestOf } from "../../src/keys.ts";
import { Numbering, Past } from "../../src/records/past.ts";
import { Tally } from "../../src/records/tally.ts";

test("a tally counts as a Map does", () => {
  const step = fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5000, size: "max" }), (steps) => {
      const tally = new Tally();
      const model = new Map<number, number>();
      for (const [name, by] of steps) {
        model.set(name, (model.get(name) ?? 0) + by);
        assert.equal(tally.add(digestOf(String(name)), by), model.get(name));
      }
      for (const [name, count] of model) assert.equal(tally.get(digestOf(String(name))), count);
      assert.equal(tally.get(digestOf("never")), 0);
    }),
    { numRuns: 30 },
  );
});

test("a tally keeps apart digests that share a slot", () => {
  const tally = new Tally();
  const digests = ["00000001", "00000002", "00000401"].flatMap((first) =>
    ["00000000", "00000001"].map((last) => `${first}00000000${last}`),
  );
  for (const [index, digest] of digests.entries()) tally.add(digest, index + 1);
  assert.deepEqual(
    digests.map((digest) => tally.get(digest)),
    [1, 2, 3, 4, 5, 6],
  );
});

const byHash = (text: string) => ({ key: digestOf(text), nth: undefined });

test("equal records are done as often as the log says", () => {
  const past = new Past();
  past.record(byHash("a"), true, false);
  past.record(byHash("a"), true, false);
  past.record(byHash("b"), false, false);
  assert.deepEqual(
    ["a", "c", "a", "b", "a", "b"].map((text) => past.take(byHash(text))),
    ["done", "new", "done", "failed", "new", "new"],
  );
  assert.equal(past.inputs, 3);
});

test("an input that failed and then ran again is one input, in its last standing", () => {
  const past = new Past();
  past.record(byHash("a"), false, false);
  past.record(byHash("b"), false, false);
  past.record(byHash("a"), false, true);
  past.record(byHash("a"), true, true);
  assert.deepEqual(
    ["a", "a", "b", "b"].map((text) => past.take(byHash(text))),
    ["done", "new", "failed", "new"],
  );
  assert.equal(past.inputs, 2);
});

test("inputs of one name are told apart by their number", () => {
  const past = new Past();
  past.record({ key: "x", nth: 2 }, true, false);
  past.record({ key: "x", nth: 1 }, false, false);
  const numbering = new Numbering();
  const take = (key: string) => past.take({ key, nth: numbering.next(key) });
  assert.deepEqual(["x", "y", "x", "x"].map(take), ["failed", "new", "done", "new"]);
});
