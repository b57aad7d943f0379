/**
 * Memory: ArrayBuffers and the views on them. Views are written as numbers of slots; which part of which buffer they
 * show is known only when all of the payload has been seen, so contents stand at its end:
 *
 *   count of blocks, each:  0, byte length, maximal length + 1 (0: not resizable), count of empty bytes, those, contents
 *                           1, number of an attachment (moved or shared memory)
 *   count of slots, each:   block, byte offset, length in elements + 1 (0: as long as the buffer is)
 *   where this begins (4 bytes)
 *
 * What is copied. structuredClone copies all memory behind a view, 8 KiB of other people's data for a three-byte
 * Buffer. Here
 *  - a view that is alone on its buffer takes only its window along;
 *  - Buffers (and nothing else) on one buffer: those whose windows overlap share a copy of what they cover together;
 *  - in all other cases (the buffer itself is in the payload, or views of other kinds share it, or it is resizable)
 *    the buffer goes whole, with offsets as they were.
 */

import { types } from "node:util";
import type { Encoding } from "./codec.ts";
import { malformed, type Reader } from "./reader.ts";

/** Numbers on the wire: only ever append. */
const VIEWS = [
  "Buffer",
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
];
const BUFFER = 0;
const COPIED = 0;
const ATTACHED = 1;

/**
 * Buffers of so many bytes are worth a call of their own, which goes to a worker with nothing else to do: a second copy, and
 * the page faults of its memory, cost more than that.
 */
export const HAND_OVER_FROM = 1 << 20;

interface Resizable {
  readonly resizable?: boolean;
  readonly maxByteLength?: number;
}

/** A window in a buffer; no view means the buffer itself. */
interface Slot {
  readonly view: ArrayBufferView | undefined;
  block: number;
  offset: number;
}

interface Use {
  readonly buffer: ArrayBufferLike;
  /** Of an attachment, or -1: the contents are copied. */
  readonly attachment: number;
  slots: Slot[];
}

const kindName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as (this: unknown) => string | undefined;

/** The number of a view's kind. */
export function viewKind(view: ArrayBufferView): number {
  return Buffer.isBuffer(view) ? BUFFER : VIEWS.indexOf(kindName.call(view) ?? "DataView");
}

/** Detached memory has no length and refuses new views; an empty buffer does not. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** The buffers of a payload that is being written. */
export class BufferTable {
  readonly #uses = new Map<ArrayBufferLike, Use>();
  #slots: Slot[] = [];

  get isEmpty(): boolean {
    return this.#slots.length === 0;
  }

  get size(): number {
    return this.#slots.length;
  }

  /** A slot for the buffer, or for a view on it. `attachment` is -1 where the contents are to be copied. */
  add(buffer: ArrayBufferLike, view: ArrayBufferView | undefined, attachment: number): number {
    let use = this.#uses.get(buffer);
    if (use === undefined) {
      use = { buffer, attachment, slots: [] };
      this.#uses.set(buffer, use);
    }
    const slot = { view, block: 0, offset: 0 };
    use.slots.push(slot);
    return this.#slots.push(slot) - 1;
  }

  /** Forget the slots since there were `size`. */
  truncate(size: number): void {
    if (this.#slots.length === size) return;
    const forgotten = new Set(this.#slots.splice(size));
    for (const [buffer, use] of this.#uses) {
      use.slots = use.slots.filter((slot) => !forgotten.has(slot));
      if (use.slots.length === 0) this.#uses.delete(buffer);
    }
  }

  /** `header` is where the value began. */
  write(to: Pick<Encoding, "writer" | "context" | "handOver">, header: number): void {
    const { writer } = to;
    const { handOverFrom = Infinity } = to.context;
    const start = writer.length - header;
    const blocks = [...this.#uses.values()].flatMap((use) =>
      use.attachment < 0 ? spans(use).map((span) => ({ use, ...span })) : [{ use, from: 0, to: 0, slots: use.slots }],
    );
    writer.varint(blocks.length);
    blocks.forEach(({ use, from, to: end, slots }, index) => {
      for (const slot of slots) {
        slot.block = index;
        slot.offset = (slot.view?.byteOffset ?? 0) - from;
      }
      const { resizable, maxByteLength } = use.buffer as Resizable;
      const isHandedOver = end - from >= handOverFrom && !resizable;
      const attachment = isHandedOver ? to.handOver(copyOf(use.buffer, from, end)) : use.attachment;
      if (attachment >= 0) {
        writer.tag(ATTACHED);
        writer.varint(attachment);
        return;
      }
      writer.tag(COPIED);
      writer.varint(end - from);
      writer.varint(resizable ? (maxByteLength as number) + 1 : 0);
      writer.align();
      writer.raw(new Uint8Array(use.buffer, from, end - from));
    });
    writer.varint(this.#slots.length);
    for (const { view, block, offset } of this.#slots) {
      writer.varint(block);
      writer.varint(offset);
      writer.varint(view === undefined || follows(view) ? 0 : elements(view) + 1);
    }
    writer.uint32(start);
  }
}

/** In memory that is not cleared first. */
function copyOf(buffer: ArrayBufferLike, from: number, to: number): ArrayBuffer {
  const copy = Buffer.allocUnsafeSlow(to - from);
  copy.set(new Uint8Array(buffer, from, to - from));
  return copy.buffer as ArrayBuffer;
}

const elements = (view: ArrayBufferView): number => (view as Partial<Uint8Array>).length ?? view.byteLength;

/** A view without a length of its own grows with its buffer. The language does not tell; one that reaches the end is taken for one. */
const follows = (view: ArrayBufferView): boolean =>
  (view.buffer as Resizable).resizable === true && view.byteOffset + view.byteLength === view.buffer.byteLength;

interface Span {
  from: number;
  to: number;
  slots: Slot[];
}

/** The stretches of a buffer that are copied, each with the slots that lie in it. */
function spans({ buffer, slots }: Use): Span[] {
  const windows = slots.flatMap((slot) =>
    slot.view === undefined
      ? []
      : [{ slot, from: slot.view.byteOffset, to: slot.view.byteOffset + slot.view.byteLength }],
  );
  const apart =
    windows.length === slots.length && (slots.length === 1 || slots.every(({ view }) => Buffer.isBuffer(view)));
  if (!apart || (buffer as Resizable).resizable) return [{ from: 0, to: buffer.byteLength, slots }];
  windows.sort((a, b) => a.from - b.from);
  const found: Span[] = [];
  for (const { slot, from, to } of windows) {
    const last = found.at(-1);
    if (last !== undefined && from < last.to) {
      last.to = Math.max(last.to, to);
      last.slots.push(slot);
    } else {
      found.push({ from, to, slots: [slot] });
    }
  }
  return found;
}

/** A slot as it was read. */
export interface Window {
  readonly buffer: ArrayBufferLike;
  readonly offset: number;
  readonly length: number | undefined;
}

/** Read what `BufferTable.write` put at the end; the reader is then back where it was, and ends before it. */
export function readBuffers(reader: Reader, start: number, attachments: readonly unknown[]): Window[] {
  const resume = reader.at;
  const begin = start + reader.uint32AtEnd();
  if (begin < resume || begin > reader.end) malformed("the place of the buffers is wrong");
  reader.at = begin;
  const blocks: ArrayBufferLike[] = [];
  for (let count = reader.varint(); count > 0; count--) blocks.push(readBlock(reader, attachments));
  const windows: Window[] = [];
  for (let count = reader.varint(); count > 0; count--) {
    const buffer = blocks[reader.varint()];
    if (buffer === undefined) malformed("a view has no buffer");
    const offset = reader.varint();
    const length = reader.varint();
    windows.push({ buffer, offset, length: length === 0 ? undefined : length - 1 });
  }
  if (reader.left > 0) malformed("there are bytes behind the buffers");
  reader.at = resume;
  reader.end = begin;
  return windows;
}

function readBlock(reader: Reader, attachments: readonly unknown[]): ArrayBufferLike {
  if (reader.tag() === ATTACHED) {
    const buffer = attachments[reader.varint()];
    return types.isAnyArrayBuffer(buffer) ? buffer : malformed("an attached buffer is missing");
  }
  const length = reader.varint();
  const maxByteLength = reader.varint();
  reader.skip(reader.tag());
  if (length > reader.left) malformed("they end too early");
  const make = ArrayBuffer as new (length: number, options?: { maxByteLength: number }) => ArrayBuffer;
  const buffer = maxByteLength === 0 ? new ArrayBuffer(length) : new make(length, { maxByteLength: maxByteLength - 1 });
  reader.copy(length, new Uint8Array(buffer));
  return buffer;
}

type ViewConstructor = new (buffer: ArrayBufferLike, offset: number, length: number | undefined) => ArrayBufferView;

export function makeView({ buffer, offset, length }: Window, kind: number): ArrayBufferView {
  if (kind === BUFFER) return Buffer.from(buffer as ArrayBuffer, offset, length);
  const ViewClass = (globalThis as Record<string, unknown>)[VIEWS[kind] ?? ""] as ViewConstructor | undefined;
  if (ViewClass === undefined)
    return malformed(`views of kind ${VIEWS[kind] ?? kind} are unknown to this version of Node`);
  return new ViewClass(buffer, offset, length);
}
