import assert from "node:assert/strict";
import { test } from "node:test";
import { Writer } from "../../../src/wire/writer.ts";

test("a payload after a much bigger one does not keep room for another of that size", () => {
  const writer = new Writer();
  const write = (count: number) => {
    writer.begin();
    for (let index = 0; index < count; index++) writer.float64(index);
    return writer.take();
  };
  write(1_000_000);
  const small = write(20_000);
  assert.equal(new DataView(small.buffer, small.byteOffset).getFloat64(19_999 * 8, true), 19_999);
  assert.ok(small.buffer.byteLength <= 2 * small.length, `${small.buffer.byteLength} bytes for ${small.length}`);
});
