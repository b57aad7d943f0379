/** Bytes being written: primitives into a slab that is replaced when it is full, never overwritten. */

import { copyBytes } from "./copy.ts";
import { Encoded, type Payload } from "./payload.ts";
import {
  BIGINT,
  BIGINT64,
  FLOAT64,
  INT16,
  INT32,
  LATIN1,
  MAX_SHORT_STRING,
  MAX_SMALL_INT,
  SHORT_STRING,
  SMALL_INT,
  UTF16,
} from "./tags.ts";

/** Payloads that fit share a slab; each that outgrows it gets a block of its own. */
const SLAB_BYTES = 1 << 16;
/** A payload that has a block of its own may get one so many times as big as what is written so far. */
const MOST_GROWTH = 256;
const SPARE_BYTES = 4096;
/** To and from shared memory is copied several times faster where both ends are aligned alike. */
const ALIGNED = 8;
/** Up to here a loop is quicker than a call into the runtime. */
const LOOP_CHARACTERS = 24;
const MUCH_TEXT = 256;
/** Above U+00FF. */
const WIDE = /[\u0100-\uffff]/;

export class Writer {
  /** Where the next byte goes in `bytes`. */
  at = 0;
  bytes: Uint8Array = new Uint8Array(SLAB_BYTES);
  #start = 0;
  /** Bytes of the last payload that had a block of its own: the next one is likely to be as big. */
  #lastBig = 0;
  #view = new DataView(this.bytes.buffer);
  #text = Buffer.from(this.bytes.buffer);

  /** Bytes written since `begin`. */
  get length(): number {
    return this.at - this.#start;
  }

  /** Start a payload behind the last one that was taken. */
  begin(): void {
    this.at = this.#start;
  }

  /** Unwrite all but the first `length` bytes. */
  rewind(length: number): void {
    this.at = this.#start + length;
  }

  /** Change a byte that was written. */
  patch(offset: number, byte: number): void {
    this.bytes[this.#start + offset] = byte;
  }

  /** What was written since `begin`, for keeps, with what goes beside it. */
  encoded(attachments: Payload["attachments"], transfer: Payload["transfer"], needs: Payload["needs"]): Encoded {
    if (this.bytes.length > SLAB_BYTES) {
      const taken = this.take();
      return new Encoded(taken, 0, taken.length, attachments, transfer, needs, true);
    }
    const from = this.#start;
    this.#start = Math.min(Math.ceil(this.at / ALIGNED) * ALIGNED, SLAB_BYTES);
    return new Encoded(this.bytes, from, this.at, attachments, transfer, needs);
  }

  /** The same as bytes. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(this.#start, this.at);
    this.#start = this.at;
    // A block made for one huge payload would be kept alive by every small one behind it.
    if (this.bytes.length > SLAB_BYTES) {
      this.#lastBig = taken.length + SPARE_BYTES;
      const isRoomy = this.bytes.length > 2 * taken.length;
      this.#use(new Uint8Array(SLAB_BYTES), 0);
      // The guess was too big: a payload that waits would keep all of it.
      if (isRoomy) return taken.slice();
    }
    return taken;
  }

  /** Make room for `count` more bytes. Everything below but `byte` does so itself. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#grow(count);
  }

  #grow(count: number): void {
    const { length } = this;
    const written = this.bytes.subarray(this.#start, this.at);
    const likely = length < SLAB_BYTES ? 0 : Math.min(this.#lastBig, length * MOST_GROWTH);
    // What is added behind a large part is little, and is not worth a second copy.
    const roomy = new Uint8Array(Math.max(SLAB_BYTES, length + count + SPARE_BYTES, length * 2, likely));
    roomy.set(written);
    this.#use(roomy, length);
  }

  #use(bytes: Uint8Array<ArrayBuffer>, at: number): void {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#text = Buffer.from(bytes.buffer);
    this.#start = 0;
    this.at = at;
  }

  tag(tag: number): void {
    if (this.at === this.bytes.length) this.#grow(1);
    this.bytes[this.at++] = tag;
  }

  /** Seven bits a byte, least first, for 0 to 2^53 - 1. */
  varint(value: number): void {
    this.reserve(8);
    let left = value;
    while (left > 127) {
      this.bytes[this.at++] = (left % 128) | 128;
      left = Math.floor(left / 128);
    }
    this.bytes[this.at++] = left;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.at, value, true);
    this.at += 4;
  }

  float64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** Empty bytes, behind their count, so that what follows begins at a multiple of eight from the payload's start. */
  align(): void {
    this.reserve(ALIGNED);
    const count = ALIGNED - 1 - (this.length % ALIGNED);
    this.tag(count);
    this.bytes.fill(0, this.at, this.at + count);
    this.at += count;
  }

  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length);
    this.at = copyBytes(bytes, 0, length, this.bytes, this.at);
  }

  number(value: number): void {
    if (this.at + 9 > this.bytes.length) this.#grow(9);
    const int = value | 0;
    if (int === value && (int !== 0 || 1 / value > 0)) {
      if (int >= 0 && int <= MAX_SMALL_INT) {
        this.bytes[this.at++] = SMALL_INT | int;
      } else if (int === (int << 16) >> 16) {
        this.bytes[this.at++] = INT16;
        this.bytes[this.at++] = int;
        this.bytes[this.at++] = int >> 8;
      } else {
        this.bytes[this.at] = INT32;
        this.#view.setInt32(this.at + 1, int, true);
        this.at += 5;
      }
      return;
    }
    this.bytes[this.at] = FLOAT64;
    this.#view.setFloat64(this.at + 1, value, true);
    this.at += 9;
  }

  string(value: string): void {
    const { length } = value;
    if (length > LOOP_CHARACTERS) {
      this.#long(value);
      return;
    }
    if (this.at + LOOP_CHARACTERS + 2 > this.bytes.length) this.#grow(LOOP_CHARACTERS + 2);
    const { bytes } = this;
    let at = this.at;
    if (length <= MAX_SHORT_STRING) {
      bytes[at++] = SHORT_STRING | length;
    } else {
      bytes[at++] = LATIN1;
      bytes[at++] = length;
    }
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 0xff) {
        this.#wide(value);
        return;
      }
      bytes[at++] = unit;
    }
    this.at = at;
  }

  #long(value: string): void {
    // Of much text the first test is several times quicker than the second, of little it is slower.
    if ((value.length < MUCH_TEXT || Buffer.byteLength(value) !== value.length) && WIDE.test(value)) {
      this.#wide(value);
      return;
    }
    this.tag(LATIN1);
    this.varint(value.length);
    this.reserve(value.length);
    this.at += this.#text.write(value, this.at, value.length, "latin1");
  }

  #wide(value: string): void {
    this.tag(UTF16);
    this.varint(value.length);
    this.reserve(value.length * 2);
    this.at += this.#text.write(value, this.at, value.length * 2, "utf16le");
  }

  bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) === value) {
      this.tag(BIGINT64);
      this.reserve(8);
      this.#view.setBigInt64(this.at, value, true);
      this.at += 8;
      return;
    }
    this.tag(BIGINT);
    this.tag(value < 0n ? 1 : 0);
    this.string((value < 0n ? -value : value).toString(16));
  }
}
