import assert from "node:assert/strict";
import { test } from "node:test";
import * as errors from "../../src/errors.ts";

const { errorClasses, FunctionShippingError, RemoteError, SerializationError, TimeoutError, WorkerLostError } = errors;

test("the table has a name and a code of its own for every error class that is exported", () => {
  const exported = Object.entries(errors).filter(([name]) => name.endsWith("Error"));
  assert.equal(exported.length, 11);
  assert.equal(errorClasses.length, exported.length);
  for (const [name, errorClass] of exported) {
    assert.ok(errorClasses.includes(errorClass as (typeof errorClasses)[number]), name);
    assert.equal((errorClass as typeof TimeoutError).prototype.name, name);
  }
  const codes = errorClasses.map((each) => (each.prototype as { code: string }).code);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.match(code, /^MANYCORE_[A-Z_]+$/);
});

test("name and code are on the prototype and show in no listing of properties", () => {
  const error = new TimeoutError("late");
  assert.deepEqual([error.name, error.code, error.message], ["TimeoutError", "MANYCORE_TIMEOUT", "late"]);
  assert.deepEqual(Object.keys(error), []);
  const keys: string[] = [];
  for (const key in error) keys.push(key);
  assert.deepEqual(keys, []);
  assert.match(String(error.stack), /^TimeoutError: late\n/);
});

test("every error takes a cause, and has no property of that name without one", () => {
  for (const each of errorClasses) {
    const Made = each as unknown as typeof TimeoutError;
    const reason = new Error("reason");
    assert.equal(new Made("m", { cause: reason }).cause, reason);
    assert.equal(Object.hasOwn(new Made("m"), "cause"), false);
    assert.ok(new Made("m") instanceof Error);
  }
});

test("what an error knows is a property, and what it does not know is none", () => {
  const lost = new WorkerLostError("lost", { exitCode: 137, signal: undefined, item: 0, attempt: 1, workerId: 3 });
  assert.deepEqual(Object.entries(lost), Object.entries({ exitCode: 137, item: 0, attempt: 1, workerId: 3 }));
  assert.equal(new SerializationError("no", { path: "args[0].socket" }).path, "args[0].socket");
  const refused = new FunctionShippingError("no", { functionName: "f", variable: "v", fix: "do this" });
  assert.deepEqual([refused.functionName, refused.variable, refused.fix], ["f", "v", "do this"]);
});

test("a remote error keeps the thrown error's own properties, its code too", () => {
  const error = new RemoteError("gone", { remoteName: "FileError", code: "ENOENT", errno: -2 });
  assert.deepEqual([error.name, error.remoteName, error.code, error.errno], ["RemoteError", "FileError", "ENOENT", -2]);
  assert.equal(new RemoteError("gone").code, "MANYCORE_REMOTE");
});

test("instanceof knows an error of another copy of the library, and nothing else by the look of it", () => {
  const prototype = Object.create(Error.prototype, { [Symbol.for("manycore.error")]: { value: "TimeoutError" } });
  const foreign = Object.assign(Object.create(prototype), { message: "late" });
  assert.ok(foreign instanceof TimeoutError);
  assert.equal(foreign instanceof WorkerLostError, false);
  assert.equal(Object.assign(new Error("late"), { name: "TimeoutError" }) instanceof TimeoutError, false);
  for (const value of [null, undefined, 0, "TimeoutError"])
    assert.equal((value as unknown) instanceof TimeoutError, false);
});

test("a subclass accepts its own instances only", () => {
  class Slow extends TimeoutError {}
  assert.ok(new Slow("late") instanceof Slow);
  assert.ok(new Slow("late") instanceof TimeoutError);
  assert.equal(new TimeoutError("late") instanceof Slow, false);
});
