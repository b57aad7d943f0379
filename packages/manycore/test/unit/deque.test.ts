import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Deque } from "../../src/deque.ts";

test("a deque behaves as an array does, whatever the order of operations", () => {
  const operation = fc.oneof(
    fc.record({ push: fc.integer() }),
    fc.record({ unshift: fc.integer() }),
    fc.constant("shift" as const),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const deque = new Deque<number>();
      const model: number[] = [];
      for (const each of operations) {
        if (each === "shift") assert.equal(deque.shift(), model.shift());
        else if ("push" in each) {
          deque.push(each.push);
          model.push(each.push);
        } else {
          deque.unshift(each.unshift);
          model.unshift(each.unshift);
        }
        assert.equal(deque.size, model.length);
        assert.equal(deque.peek(), model[0]);
      }
      assert.deepEqual([...deque], model);
    }),
  );
});

test("a long queue is served in order while it grows", () => {
  const deque = new Deque<number>();
  let expected = 0;
  for (let i = 0; i < 10_000; i++) {
    deque.push(i);
    if (i % 3 !== 0) assert.equal(deque.shift(), expected++);
  }
  while (deque.size > 0) assert.equal(deque.shift(), expected++);
  assert.equal(expected, 10_000);
});
