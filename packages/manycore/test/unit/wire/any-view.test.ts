import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { roundTrip, VIEW_CLASSES } from "./round-trip.ts";

type ViewClass = {
  new (buffer: ArrayBuffer, offset: number, length: number): ArrayBufferView;
  BYTES_PER_ELEMENT?: number;
};

const { Float16Array } = globalThis as { Float16Array?: ViewClass };

const classes: readonly ViewClass[] = [...VIEW_CLASSES, ...(Float16Array === undefined ? [] : [Float16Array])];

const BUFFER_BYTES = 48;

interface Window {
  readonly buffer: number;
  readonly kind: number;
  readonly at: number;
  readonly length: number;
  readonly asBuffer: boolean;
}

const windows = fc.array(
  fc.record<Window>({
    buffer: fc.nat(2),
    kind: fc.nat(classes.length - 1),
    at: fc.nat(BUFFER_BYTES),
    length: fc.nat(BUFFER_BYTES),
    asBuffer: fc.boolean(),
  }),
  { minLength: 1, maxLength: 7 },
);

/** Views wherever they fit on buffers of counting bytes; one in two views of bytes is a Buffer. */
function viewsOf(chosen: readonly Window[]): ArrayBufferView[] {
  const buffers = [0, 1, 2].map(
    (number) => Uint8Array.from({ length: BUFFER_BYTES }, (_, at) => at * 5 + number).buffer,
  );
  return chosen.map(({ buffer, kind, at, length, asBuffer }) => {
    const View = classes[kind] as ViewClass;
    const size = View.BYTES_PER_ELEMENT ?? 1;
    const from = at - (at % size);
    const memory = buffers[buffer] as ArrayBuffer;
    const fits = Math.min(length, Math.floor((BUFFER_BYTES - from) / size));
    return View === Uint8Array && asBuffer ? Buffer.from(memory, from, fits) : new View(memory, from, fits);
  });
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** What can be seen of views: contents, and after writing through each in turn, which others saw it. */
function watch(views: readonly ArrayBufferView[]): string[] {
  const shown = () => views.map((view) => Buffer.from(bytesOf(view)).toString("hex")).join(" ");
  const seen = [shown()];
  for (const [index, view] of views.entries()) {
    const bytes = bytesOf(view);
    if (bytes.length === 0) continue;
    bytes[0] = 200 + index;
    bytes[bytes.length - 1] = 220 + index;
    seen.push(shown());
  }
  return seen;
}

describe("any views on any buffers", () => {
  it("keep kind, length, contents and what they share, as after structuredClone; Buffers stay Buffers", () => {
    fc.assert(
      fc.property(windows, (chosen) => {
        const views = viewsOf(chosen);
        const back = roundTrip({ views }).views;
        const clone = structuredClone({ views }).views;
        for (const [index, view] of views.entries()) {
          const arrived = back[index] as ArrayBufferView;
          assert.equal(Object.getPrototypeOf(arrived), Object.getPrototypeOf(view));
          assert.equal(arrived.byteLength, view.byteLength);
        }
        assert.deepEqual(watch(back), watch(clone));
      }),
      { numRuns: 1000 },
    );
  });

  it("with their buffers beside them share those too, at their places", () => {
    fc.assert(
      fc.property(windows, (chosen) => {
        const views = viewsOf(chosen);
        const buffers = [...new Set(views.map(({ buffer }) => buffer as ArrayBuffer))];
        const back = roundTrip({ views, buffers });
        for (const [index, view] of views.entries()) {
          const arrived = back.views[index] as ArrayBufferView;
          assert.equal(arrived.buffer, back.buffers[buffers.indexOf(view.buffer as ArrayBuffer)]);
          assert.equal(arrived.byteOffset, view.byteOffset);
        }
        const all = (value: typeof back) => [...value.views, ...value.buffers.map((buffer) => new Uint8Array(buffer))];
        assert.deepEqual(watch(all(back)), watch(all(structuredClone({ views, buffers }))));
      }),
      { numRuns: 500 },
    );
  });

  it("keep every bit of a NaN", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 52n - 1n }), fc.boolean(), (payload, negative) => {
        const bits = new BigUint64Array([((negative ? 0xfffn : 0x7ffn) << 52n) | payload]);
        const back = roundTrip(new Float64Array(bits.buffer));
        assert.deepEqual(new BigUint64Array(back.buffer, back.byteOffset, 1), bits);
      }),
      { numRuns: 200 },
    );
  });
});
