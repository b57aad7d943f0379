import assert from "node:assert/strict";
import { test } from "node:test";
import { Ring } from "../../../src/ring/ring.ts";
import { CallReader } from "../../../src/transports/rings/call-reader.ts";
import { CALL, CALL_HEAD_BYTES } from "../../../src/transports/rings/messages.ts";
import type { JobItems } from "../../../src/worker/job.ts";

const FLOAT64 = 10;
const NO_SUCH_ARRAY = 200;

/** A call of numbers of which the head says that they are `kind`. */
function push(ring: Ring, id: number, kind: number, values: Float64Array): void {
  const length = CALL_HEAD_BYTES + values.byteLength;
  const at = ring.reserve(length);
  ring.words.set([CALL.numbers | (kind << 24), id, 0, 0, 0, 1, 0, values.byteLength], at >> 2);
  ring.bytes.set(new Uint8Array(values.buffer), at + CALL_HEAD_BYTES);
  ring.publish(length);
}

test("a call that cannot be read is a job that fails, and those behind it are read", () => {
  const memory = new SharedArrayBuffer(Ring.bytesFor(1024));
  const [writer, reader] = [
    new Ring(memory),
    new CallReader(new Ring(memory), { receive: () => false, rest: () => {} }),
  ];
  push(writer, 7, NO_SUCH_ARRAY, Float64Array.of(1, 2));
  push(writer, 8, FLOAT64, Float64Array.of(3, -0));
  const [bad, good] = [reader.next(), reader.next()];
  assert.deepEqual([bad?.id, bad?.items.kind], [7, "unreadable"]);
  const numbers = good?.items as Extract<JobItems, { kind: "numbers" }> | undefined;
  assert.deepEqual([good?.id, numbers?.values], [8, Float64Array.of(3, -0)]);
  assert.equal(reader.next(), undefined);
});
