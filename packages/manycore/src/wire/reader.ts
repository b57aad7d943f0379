/** Bytes being read. Nothing is believed: every length is held against the bytes that are left. */

import { SerializationError } from "../errors.ts";
import { LATIN1, MAX_SHORT_STRING, SHORT_STRING, UTF16 } from "./tags.ts";

/** A buffer up to this size may stay known for the next payload on it; a larger one is let go. */
const KEPT_BYTES = 1 << 21;

export class Reader {
  /** Where the next byte comes from in `bytes`. */
  at = 0;
  end = 0;
  bytes: Uint8Array = new Uint8Array(0);
  /** Of the whole buffer: payloads that follow each other in one need no new views. */
  #buffer: ArrayBufferLike = this.bytes.buffer;
  #view = new DataView(this.#buffer);
  #text: Buffer | undefined;

  begin(bytes: Uint8Array, from: number, to: number): void {
    if (bytes.buffer !== this.#buffer) this.#use(bytes.buffer);
    this.at = bytes.byteOffset + from;
    this.end = bytes.byteOffset + to;
  }

  /** Keep no large buffer alive. */
  release(): void {
    if (this.#buffer.byteLength > KEPT_BYTES) this.#use(new ArrayBuffer(0));
  }

  #use(buffer: ArrayBufferLike): void {
    this.#buffer = buffer;
    this.bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#text = undefined;
  }

  #slice(encoding: "latin1" | "utf16le", from: number): string {
    this.#text ??= Buffer.from(this.#buffer);
    return this.#text.toString(encoding, from, this.at);
  }

  get left(): number {
    return this.end - this.at;
  }

  /** Move past `count` bytes; returns where they begin. */
  skip(count: number): number {
    const from = this.at;
    if (count > this.end - from) malformed("they end too early");
    this.at = from + count;
    return from;
  }

  tag(): number {
    if (this.at >= this.end) malformed("they end too early");
    return this.bytes[this.at++] as number;
  }

  /** The next tag, or -1 at the end. */
  peek(): number {
    return this.at < this.end ? (this.bytes[this.at] as number) : -1;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.tag();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    return malformed("a length has no end");
  }

  int16(): number {
    return this.#view.getInt16(this.skip(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  /** The last four bytes, which then are no longer part of what is left. */
  uint32AtEnd(): number {
    if (this.left < 4) malformed("they end too early");
    this.end -= 4;
    return this.#view.getUint32(this.end, true);
  }

  float64(): number {
    return this.#view.getFloat64(this.skip(8), true);
  }

  bigint64(): bigint {
    return this.#view.getBigInt64(this.skip(8), true);
  }

  bigint(): bigint {
    const negative = this.tag() === 1;
    const digits = this.string();
    if (!/^[0-9a-f]+$/.test(digits)) malformed("a bigint has wrong digits");
    const value = BigInt(`0x${digits}`);
    return negative ? -value : value;
  }

  /** A copy, in memory of its own that nobody shares. */
  copy(count: number, into: Uint8Array): void {
    const from = this.skip(count);
    into.set(this.bytes.subarray(from, from + count));
  }

  /** A string with its tag. */
  string(): string {
    const tag = this.tag();
    if (tag >= SHORT_STRING && tag <= SHORT_STRING + MAX_SHORT_STRING) return this.latin1(tag - SHORT_STRING);
    if (tag === LATIN1) return this.latin1(this.varint());
    if (tag === UTF16) return this.utf16(this.varint());
    return malformed("a string is missing");
  }

  utf16(length: number): string {
    const from = this.skip(length * 2);
    return this.#slice("utf16le", from);
  }

  latin1(length: number): string {
    const from = this.skip(length);
    if (length > 16) return this.#slice("latin1", from);
    const { bytes } = this;
    if (length <= 8) return short(bytes, from, length);
    return short(bytes, from, 8) + short(bytes, from + 8, length - 8);
  }
}

/** Up to eight characters: one call with as many arguments is far quicker than the runtime's way or a concatenation. */
function short(bytes: Uint8Array, at: number, length: number): string {
  if (length === 0) return "";
  const a = bytes[at] as number;
  if (length === 1) return String.fromCharCode(a);
  const b = bytes[at + 1] as number;
  if (length === 2) return String.fromCharCode(a, b);
  const c = bytes[at + 2] as number;
  if (length === 3) return String.fromCharCode(a, b, c);
  const d = bytes[at + 3] as number;
  if (length === 4) return String.fromCharCode(a, b, c, d);
  const e = bytes[at + 4] as number;
  if (length === 5) return String.fromCharCode(a, b, c, d, e);
  const f = bytes[at + 5] as number;
  if (length === 6) return String.fromCharCode(a, b, c, d, e, f);
  const g = bytes[at + 6] as number;
  if (length === 7) return String.fromCharCode(a, b, c, d, e, f, g);
  return String.fromCharCode(a, b, c, d, e, f, g, bytes[at + 7] as number);
}

/** These bytes were not made by this codec, or have been damaged. */
export function malformed(why: string, cause?: unknown): never {
  throw new SerializationError(`These bytes cannot be decoded: ${why}.`, cause === undefined ? {} : { cause });
}
