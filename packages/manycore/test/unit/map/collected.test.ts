import assert from "node:assert/strict";
import { test } from "node:test";
import { Collected } from "../../../src/map/collected.ts";

test("numbers that come together and one by one are one array, in order", () => {
  const collected = new Collected(undefined);
  for (let at = 0; at < 100; at++) {
    collected.add(3 * at);
    collected.addNumbers(Float64Array.of(3 * at + 1, 3 * at + 2));
  }
  assert.deepEqual(
    collected.all(undefined),
    Array.from({ length: 300 }, (_, at) => at),
  );
});

test("what is no number comes behind the numbers before it, and numbers behind it", () => {
  const collected = new Collected(4);
  collected.addNumbers(Float64Array.of(1, -0));
  collected.add("two");
  collected.addNumbers(Float64Array.of(Number.NaN));
  assert.deepEqual(collected.all(undefined), [1, -0, "two", Number.NaN]);
});

test("a typed array is as long as what came, whatever was expected", () => {
  const collected = new Collected(8);
  collected.addNumbers(Float64Array.of(1.5, 300));
  assert.deepEqual(collected.all(Float64Array), Float64Array.of(1.5, 300));
  assert.deepEqual(collected.all(Uint8Array), Uint8Array.of(1, 44));
  assert.deepEqual(new Collected(undefined).all(Float32Array), new Float32Array(0));
});

test("nothing at all is an empty array", () => {
  assert.deepEqual(new Collected(0).all(undefined), []);
});
