import assert from "node:assert/strict";
import { test } from "node:test";
import { atLeast, checkOptions, duration, nearest, oneOf } from "../../src/options.ts";

interface Sample {
  maxWorkers?: number;
  timeout?: number;
  mode?: "a" | "b";
}

const check = (given: unknown) =>
  checkOptions<Sample>("sample()", given as Sample, {
    maxWorkers: atLeast(1),
    timeout: duration,
    mode: oneOf("a", "b"),
  });

test("an unknown option is refused with the nearest right name", () => {
  assert.throws(() => check({ maxWorker: 2 }), {
    name: "TypeError",
    message: 'Unknown option "maxWorker" of sample(). Did you mean "maxWorkers"?',
  });
  assert.throws(() => check({ max_workers: 2 }), /Did you mean "maxWorkers"/);
});

test("an option like no other lists those there are", () => {
  assert.throws(() => check({ zebra: 1 }), /It has: maxWorkers, timeout, mode\./);
});

test("a wrong value names the option and its bounds", () => {
  assert.throws(() => check({ maxWorkers: 0 }), {
    name: "RangeError",
    message: 'Option "maxWorkers" of sample() must be an integer of at least 1, not 0.',
  });
  assert.throws(() => check({ maxWorkers: "2" }), { name: "TypeError" });
  assert.throws(() => check({ timeout: Number.NaN }), RangeError);
  assert.throws(() => check({ mode: "c" }), /must be one of "a", "b"/);
});

test("undefined means left out, and no options are none", () => {
  assert.deepEqual(check({ maxWorkers: undefined }), { maxWorkers: undefined });
  assert.deepEqual(check(undefined), {});
  assert.throws(() => check(5), /must be an object/);
});

test("inherited names are no options", () => {
  assert.throws(() => check({ toString: 1 }), /Unknown option "toString"/);
});

test("the nearest name is none when nothing is near", () => {
  assert.equal(nearest("x", ["maxWorkers"]), undefined);
  assert.equal(nearest("tiemout", ["timeout", "mode"]), "timeout");
});
