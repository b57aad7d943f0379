import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Seen } from "../../../src/wire/seen.ts";

describe("the objects met in a value", () => {
  it("have numbers in the order of their meeting, few or many", () => {
    const seen = new Seen();
    const objects = Array.from({ length: 100 }, () => ({}));
    for (const object of objects) assert.equal(seen.meet(object), -1);
    for (const [number, object] of objects.entries()) assert.equal(seen.meet(object), number);
    assert.equal(seen.count, 100);
  });

  it("are forgotten from a number on, and numbered anew", () => {
    const objects = Array.from({ length: 60 }, () => ({}));
    for (const kept of [0, 1, 5, 11, 12, 13, 40, 59, 60]) {
      for (const met of [kept, 12, 13, 60]) {
        if (met < kept) continue;
        const seen = new Seen();
        for (const object of objects.slice(0, met)) seen.meet(object);
        seen.truncate(kept);
        assert.equal(seen.count, kept);
        for (const object of objects.slice(kept).reverse()) assert.equal(seen.meet(object), -1);
        const order = [...objects.slice(0, kept), ...objects.slice(kept).reverse()];
        for (const [number, object] of order.entries()) assert.equal(seen.meet(object), number);
      }
    }
  });
});
