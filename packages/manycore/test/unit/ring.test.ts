import assert from "node:assert/strict";
import { test } from "node:test";
import { Ring } from "../../src/ring/ring.ts";

/** A writer and a reader over one memory, as two threads would have them. */
function pair(capacity: number): { writer: Ring; reader: Ring } {
  const memory = new SharedArrayBuffer(Ring.bytesFor(capacity));
  return { writer: new Ring(memory), reader: new Ring(memory) };
}

function push(ring: Ring, bytes: readonly number[]): "full" | "wake" | "sent" {
  const at = ring.reserve(bytes.length);
  if (at < 0) return "full";
  ring.bytes.set(bytes, at);
  ring.publish(bytes.length);
  return ring.mustWake() ? "wake" : "sent";
}

function pop(ring: Ring): number[] | undefined {
  const at = ring.peek();
  if (at < 0) return undefined;
  const length = ring.lengthAt(at);
  const bytes = [...ring.bytes.subarray(at, at + length)];
  ring.release(length);
  return bytes;
}

test("records come out whole and in order, through every place of the wrap", () => {
  const { writer, reader } = pair(64);
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 500; round++) {
    while (
      push(
        writer,
        Array.from({ length: 1 + (next % 8) }, () => next & 255),
      ) !== "full"
    )
      next++;
    for (let record = pop(reader); record !== undefined; record = pop(reader)) {
      assert.deepEqual(
        record,
        Array.from({ length: 1 + (expected % 8) }, () => expected & 255),
      );
      expected++;
    }
  }
  assert.equal(expected, next);
  assert.ok(next > 1000);
});

test("a full ring takes nothing more until the reader has released", () => {
  const { writer, reader } = pair(128);
  const record = [1, 2, 3, 4];
  let sent = 0;
  while (push(writer, record) !== "full") sent++;
  assert.equal(sent, 8);
  assert.equal(push(writer, record), "full");
  pop(reader);
  assert.notEqual(push(writer, record), "full");
});

test("a record that was reserved but not published is not there", () => {
  const { writer, reader } = pair(64);
  writer.bytes.set([9, 9], writer.reserve(2));
  assert.equal(pop(reader), undefined);
});

test("parking: a writer wakes a parked reader exactly once", () => {
  const { writer, reader } = pair(64);
  assert.equal(reader.park(), true);
  assert.equal(push(writer, [1]), "wake");
  assert.equal(push(writer, [2]), "sent");
  pop(reader);
  assert.equal(reader.park(), false, "a record is there: no sleep");
  assert.equal(push(writer, [3]), "sent", "and nobody to wake");
});

test("dozing: a reader that looks by itself is woken by no record, but when the writer rests, once", () => {
  const { writer, reader } = pair(64);
  assert.equal(reader.doze(), true);
  assert.equal(push(writer, [1]), "sent");
  assert.equal(writer.mustWakeAtRest(), true);
  assert.equal(writer.mustWakeAtRest(), false);
  assert.equal(reader.doze(), false);
  assert.deepEqual(pop(reader), [1]);
});

test("dozing: a reader that goes on to park is not woken for the doze", () => {
  const { writer, reader } = pair(64);
  assert.equal(reader.doze(), true);
  assert.equal(reader.park(), true);
  assert.equal(writer.mustWakeAtRest(), false);
  assert.equal(push(writer, [1]), "wake");
});
