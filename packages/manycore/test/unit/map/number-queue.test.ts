import assert from "node:assert/strict";
import { test } from "node:test";
import { NumberQueue } from "../../../src/map/number-queue.ts";
import { seeded } from "../../support/random.ts";

test("what goes in comes out in order, round the end and while it grows", () => {
  const random = seeded(1);
  const integer = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const queue = new NumberQueue();
  let pushed = 0;
  let taken = 0;
  for (let turn = 0; turn < 500; turn++) {
    for (let count = integer(0, 40); count > 0; count--) queue.push(pushed++);
    const numbers = queue.take(integer(0, 38));
    for (const number of numbers) assert.equal(number, taken++);
    assert.equal(queue.size, pushed - taken);
  }
  assert.deepEqual(
    [...queue.take(Infinity)],
    Array.from({ length: pushed - taken }, (_, at) => taken + at),
  );
  assert.equal(queue.take(3).length, 0);
});
