import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decode } from "../../../src/wire/decode.ts";
import { Encoder } from "../../../src/wire/encode.ts";
import { decoding, encoded, encoding, refusal, roundTrip, VIEW_CLASSES } from "./round-trip.ts";

describe("views and buffers", () => {
  it("keep kind, contents and length, at every offset", () => {
    type ViewClass = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;
    const { Float16Array } = globalThis as { Float16Array?: ViewClass };
    const classes: ViewClass[] = Float16Array === undefined ? VIEW_CLASSES : [...VIEW_CLASSES, Float16Array];
    for (const View of classes) {
      const buffer = new ArrayBuffer(64);
      new Uint8Array(buffer).forEach((_, index, bytes) => {
        bytes[index] = index * 3;
      });
      for (const [offset, length] of [
        [0, 8],
        [8, 2],
        [16, 0],
        [64, 0],
      ] as const) {
        const view = new View(buffer, offset, length);
        const back = roundTrip(view);
        assert.deepStrictEqual(back, view);
        assert.equal(Object.getPrototypeOf(back), View.prototype);
      }
    }
  });

  it("leave behind what is outside of a view that is alone", () => {
    const big = new Uint8Array(1 << 20);
    const view = big.subarray(5, 15);
    assert.ok(encoded(view).length < 100);
    assert.equal(roundTrip(view).buffer.byteLength, 10);
  });

  it("leave behind the pool of small Buffers, also of several", () => {
    const secret = Buffer.from("secret in the pool");
    const value = [Buffer.from("one"), Buffer.from("two")];
    const bytes = encoded(value);
    assert.ok(bytes.length < 100);
    assert.equal(Buffer.from(bytes).includes("secret"), false);
    assert.deepStrictEqual(roundTrip(value), value);
    assert.ok(secret.length > 0);
  });

  it("stay Buffers, which share memory where they overlap", () => {
    const whole = Buffer.from("0123456789");
    const [a, b, c] = roundTrip([whole.subarray(0, 4), whole.subarray(2, 6), whole.subarray(8)] as const);
    assert.ok([a, b, c].every((each) => Buffer.isBuffer(each)));
    assert.deepEqual([a, b, c].map(String), ["0123", "2345", "89"]);
    a[2] = 88;
    assert.equal(String(b), "X345");
  });

  it("share their buffer, whole and with their offsets, when views of other kinds are on it", () => {
    const buffer = new ArrayBuffer(32);
    const [a, b] = roundTrip([new Uint8Array(buffer, 0, 4), new Float64Array(buffer, 8, 2)] as const);
    assert.equal(a.buffer, b.buffer);
    assert.deepEqual([a.byteOffset, b.byteOffset, a.buffer.byteLength], [0, 8, 32]);
  });

  it("share their buffer when it is sent itself", () => {
    const buffer = new ArrayBuffer(16);
    const back = roundTrip({ view: new Uint8Array(buffer, 4, 4), buffer, twice: buffer });
    assert.equal(back.view.buffer, back.buffer);
    assert.equal(back.twice, back.buffer);
    back.view[0] = 7;
    assert.deepEqual([...new Uint8Array(back.buffer)].slice(3, 6), [0, 7, 0]);
  });

  it("stay resizable, and views that follow their buffer go on following", () => {
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(length: number): void; maxByteLength: number };
    const buffer = new Resizable(4, { maxByteLength: 16 });
    const back = roundTrip({ follows: new Uint8Array(buffer), fixed: new Uint8Array(buffer, 1, 2), buffer });
    assert.equal(back.buffer.maxByteLength, 16);
    back.buffer.resize(8);
    assert.deepEqual([back.follows.length, back.fixed.length], [8, 2]);
  });

  it("many of them are no trouble", () => {
    const value = Array.from({ length: 20_000 }, (_, index) => new Uint16Array([index]));
    assert.deepStrictEqual(roundTrip(value), value);
  });

  it("that were moved elsewhere are refused", () => {
    const buffer = new ArrayBuffer(8);
    const view = new Uint8Array(buffer);
    structuredClone(buffer, { transfer: [buffer] });
    assert.match(
      refusal({ list: [buffer] }).message,
      /^args\.list\[0\] is an ArrayBuffer that has been moved elsewhere\. Move a copy, buffer\.slice\(\), and keep the buffer\.$/,
    );
    assert.match(
      refusal({ view }).message,
      /^args\.view is a view on an ArrayBuffer that has been moved elsewhere\. Move a copy, buffer\.slice\(\), and keep the buffer\.$/,
    );
  });

  it("of an empty buffer are not taken for moved ones", () => {
    assert.deepStrictEqual(roundTrip([new ArrayBuffer(0), Buffer.alloc(0)]), [new ArrayBuffer(0), Buffer.alloc(0)]);
  });
});

describe("shared and moved memory", () => {
  const encoder = new Encoder();

  it("rides beside the bytes: SharedArrayBuffers and views on them are the same memory afterwards", () => {
    const shared = new SharedArrayBuffer(64);
    const view = new Int32Array(shared, 8, 2);
    const { bytes, attachments, transfer } = encoder.encode({ view, shared, again: view }, encoding);
    assert.deepEqual([attachments, transfer], [[shared], []]);
    const back = decode(bytes, attachments, decoding) as {
      view: Int32Array;
      shared: SharedArrayBuffer;
      again: Int32Array;
    };
    assert.equal(back.shared, shared);
    assert.equal(back.again, back.view);
    back.view[1] = 5;
    assert.equal(view[1], 5);
    assert.deepEqual([back.view.byteOffset, back.view.length], [8, 2]);
  });

  it("is listed once for many items", () => {
    const shared = new SharedArrayBuffer(8);
    const { payload, offsets } = encoder.encodeItems(
      [
        [shared, 0],
        [shared, 1],
        [new Uint8Array(shared), 2],
      ],
      encoding,
    );
    assert.deepEqual(payload.attachments, [shared]);
    const last = decode(payload.bytes.subarray(offsets[2], offsets[3]), payload.attachments, decoding) as [
      Uint8Array,
      number,
    ];
    assert.equal(last[0].buffer, shared);
  });

  it("changes owner when it is in the transfer list, with the views on it", () => {
    const buffer = new ArrayBuffer(16);
    const port = new MessageChannel().port1;
    const context = { ...encoding, transfer: new Set<object>([buffer, port]) };
    const { bytes, attachments, transfer } = encoder.encode([new Uint8Array(buffer, 4), { port, buffer }], context);
    assert.deepEqual(
      [attachments, transfer],
      [
        [buffer, port],
        [buffer, port],
      ],
    );
    const [view, rest] = decode(bytes, attachments, decoding) as [Uint8Array, { port: unknown; buffer: unknown }];
    assert.deepEqual(
      [view.buffer === buffer, view.byteOffset, rest.port === port, rest.buffer === buffer],
      [true, 4, true, true],
    );
    port.close();
  });

  it("lists as transferred only what is in the value", () => {
    const { attachments, transfer } = encoder.encode([1], { ...encoding, transfer: new Set([new ArrayBuffer(8)]) });
    assert.deepEqual([attachments, transfer], [[], []]);
  });
});
