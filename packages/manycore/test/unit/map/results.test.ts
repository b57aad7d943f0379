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
