import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decode } from "../../../src/wire/decode.ts";
import { Encoder } from "../../../src/wire/encode.ts";
import { move } from "../../../src/wire/move.ts";
import { decoding, encoding } from "./round-trip.ts";

describe("move", () => {
  it("takes the value's memory along instead of a copy", () => {
    const pixels = new Uint8Array(8);
    const { bytes, attachments, transfer } = new Encoder().encode(
      move({ pixels, width: 2 }, [pixels.buffer]),
      encoding,
    );
    assert.deepEqual([attachments, transfer], [[pixels.buffer], [pixels.buffer]]);
    const back = decode(bytes, attachments, decoding) as { pixels: Uint8Array; width: number };
    assert.equal(back.pixels.buffer, pixels.buffer);
    assert.equal(back.width, 2);
  });

  it("needs no list to be a value like any other", () => {
    const { bytes, transfer } = new Encoder().encode(move([1, 2], []), encoding);
    assert.deepEqual([decode(bytes, [], decoding), transfer], [[1, 2], []]);
  });

  it("refuses lists of what cannot be moved", () => {
    const view = new Uint8Array(1);
    assert.throws(() => move(view, [view]), { name: "TypeError", message: /For a typed array list its buffer\.$/ });
    assert.throws(() => move(1, ["text" as never]), TypeError);
    assert.throws(() => move(1, 5 as never), TypeError);
  });
});
