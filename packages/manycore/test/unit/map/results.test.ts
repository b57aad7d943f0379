import assert from "node:assert/strict";
import { test } from "node:test";
import { Results } from "../../../src/map/results.ts";

test("a map cut short, read as it comes: what was dropped is given out once, then what still runs is waited for", () => {
  const results = new Results(false);
  const reason = new Error("cut short");
  results.closeTail(2, 4, reason);
  const read = [0, 1].map((cursor) => results.take(results.nextIndex(cursor) as number));
  assert.deepEqual(read, [
    { index: 2, ok: false, error: reason },
    { index: 3, ok: false, error: reason },
  ]);
  assert.equal(results.nextIndex(2), undefined);
  results.put(0, "late", true, 0);
  assert.deepEqual(results.take(results.nextIndex(2) as number), { index: 0, ok: true, value: "late" });
  assert.equal(results.nextIndex(3), undefined);
});

test("numbers that come together are read one by one or together, across segments, once", () => {
  const results = new Results(true);
  const values = Float64Array.from({ length: 3000 }, (_, at) => at / 2);
  results.putNumbers(0, values.subarray(0, 10));
  results.put(10, "word", true, 5);
  results.putNumbers(11, values.subarray(11));
  assert.equal(results.settled, 3000);
  assert.deepEqual(results.take(0), { index: 0, ok: true, value: 0 });
  assert.deepEqual([...(results.takeNumbers(1) ?? [])], [...values.subarray(1, 10)]);
  assert.equal(results.takeNumbers(10), undefined);
  assert.deepEqual(results.take(10), { index: 10, ok: true, value: "word" });
  const read: number[] = [];
  for (let next = results.takeNumbers(11); next !== undefined; next = results.takeNumbers(11 + read.length))
    read.push(...next);
  assert.deepEqual(read, [...values.subarray(11)]);
  assert.equal(results.isOpen(5), false);
});

test("numbers that come for items settled before leave those as they are", () => {
  const results = new Results(false);
  const reason = new Error("too late");
  results.put(1, reason, false, 0);
  results.putNumbers(0, Float64Array.of(10, 11, 12));
  assert.equal(results.settled, 3);
  const read = [0, 1, 2].map((cursor) => results.take(results.nextIndex(cursor) as number));
  assert.deepEqual(read, [
    { index: 1, ok: false, error: reason },
    { index: 0, ok: true, value: 10 },
    { index: 2, ok: true, value: 12 },
  ]);
});
