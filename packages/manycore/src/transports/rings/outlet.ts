/** A worker's replies into the ring; what does not fit rides the port beside it, posted before the record that names it. */

import type { Bulk } from "../../ring/bulk.ts";
import type { Ring } from "../../ring/ring.ts";
import { Encoded } from "../../wire/payload.ts";
import type { Origin, Outlet } from "../../worker/outlet.ts";
import type { Post } from "./call-writer.ts";
import { IN_BULK, RECORD, REPLY_HEAD_BYTES, SPILLED, type ToHost } from "./messages.ts";
import { markPlaces } from "./original-places.ts";

/** A full ring is looked at again this often, should the reader's notification go astray with its thread. */
const ROOM_WAIT_MS = 50;
const FLOAT_BYTES = 8;
const INT_BYTES = 4;

export class RingOutlet implements Outlet {
  readonly #ring: Ring;
  readonly #bulk: Bulk | undefined;
  readonly #post: Post<ToHost>;
  readonly #floats: DataView;
  readonly #encode: (value: unknown) => Encoded;
  readonly #encodeThrown: (error: unknown) => Encoded;
  #spills = 0;

  constructor(
    ring: Ring,
    bulk: Bulk | undefined,
    post: Post<ToHost>,
    encode: (value: unknown) => Encoded,
    encodeThrown: (error: unknown) => Encoded,
  ) {
    this.#ring = ring;
    this.#bulk = bulk;
    this.#post = post;
    this.#encode = encode;
    this.#encodeThrown = encodeThrown;
    this.#floats = new DataView(ring.bytes.buffer, ring.bytes.byteOffset);
  }

  value(call: Origin, item: number, value: unknown, runMs: number): void {
    if (typeof value === "number") this.#number(call, item, value, runMs);
    else this.#write(RECORD.value, call, item, runMs, this.#encode(value));
  }

  numbers(call: Origin, item: number, values: Float64Array, count: number, runMs: number): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, count * Float64Array.BYTES_PER_ELEMENT);
    this.#write(RECORD.numbers, call, item, runMs, Encoded.of(bytes));
  }

  error(call: Origin, item: number, error: unknown, runMs: number): void {
    markPlaces(error);
    this.#write(RECORD.error, call, item, runMs, this.#encodeThrown(error));
  }

  passed(call: Origin): void {
    this.#write(RECORD.passed, call, 0, 0, EMPTY);
  }

  progress(call: Origin, item: number, value: unknown): void {
    this.#write(RECORD.progress, call, item, 0, this.#encode(value));
  }

  /** This worker is over its memory limit: it asks to be replaced. */
  heavy(): void {
    this.#write(RECORD.heavy, NOBODY, 0, 0, EMPTY);
  }

  /** What a task printed, in order with the replies. */
  output(stream: "stdout" | "stderr", bytes: Uint8Array): void {
    this.#write(RECORD[stream], NOBODY, 0, 0, Encoded.of(bytes));
  }

  /** A timed item begins: for a host that does not see this worker's slots. */
  started(call: Origin, item: number): void {
    this.#write(RECORD.started, call, item, 0, EMPTY);
  }

  /** This worker ends, and all that it finished has been told: for a host that does not see its memory. */
  leaving(isBusy: boolean): void {
    this.#write(RECORD.leaving, isBusy ? SOMEBODY : NOBODY, 0, 0, EMPTY);
  }

  #write(kind: number, call: Origin, item: number, runMs: number, body: Encoded): void {
    const fits = body.attachments.length === 0 && REPLY_HEAD_BYTES + body.length <= this.#ring.maxRecord;
    if (!fits && body.attachments.length === 0 && this.#writeInBulk(kind, call, item, runMs, body)) return;
    const number = fits ? body.length : this.#spill(body);
    const length = fits ? REPLY_HEAD_BYTES + body.length : REPLY_HEAD_BYTES;
    const at = this.#head(fits ? kind : kind | SPILLED, call, item, number, runMs, length);
    if (fits) body.copyTo(this.#ring.bytes, at + REPLY_HEAD_BYTES);
    this.#publish(length);
  }

  /** False: there is no room for the body, or no such memory. */
  #writeInBulk(kind: number, call: Origin, item: number, runMs: number, body: Encoded): boolean {
    const placed = this.#bulk?.place(body.length) ?? -1;
    if (placed < 0) return false;
    body.copyTo((this.#bulk as Bulk).bytes, placed);
    const length = REPLY_HEAD_BYTES + INT_BYTES;
    const at = this.#head(kind | IN_BULK, call, item, body.length, runMs, length);
    this.#ring.words[(at + REPLY_HEAD_BYTES) >> 2] = placed;
    this.#publish(length);
    return true;
  }

  /** The same for a number, which most small results are: nothing is made on the way. */
  #number(call: Origin, item: number, value: number, runMs: number): void {
    const length = REPLY_HEAD_BYTES + FLOAT_BYTES;
    const at = this.#head(RECORD.number, call, item, FLOAT_BYTES, runMs, length);
    this.#floats.setFloat64(at + REPLY_HEAD_BYTES, value, true);
    this.#publish(length);
  }

  /** Waits until there is room, and writes the head of a record; returns where it begins. */
  #head(tag: number, call: Origin, item: number, number: number, runMs: number, length: number): number {
    let at = this.#ring.reserve(length);
    while (at < 0) {
      this.#ring.waitForRoom(ROOM_WAIT_MS);
      at = this.#ring.reserve(length);
    }
    const { words } = this.#ring;
    words[at >> 2] = tag | (call.slot << 16);
    words[(at >> 2) + 1] = call.id;
    words[(at >> 2) + 2] = item;
    words[(at >> 2) + 3] = number;
    this.#floats.setFloat64(at + 16, runMs, true);
    return at;
  }

  #spill(payload: Encoded): number {
    const { attachments, transfer } = payload;
    const number = ++this.#spills;
    // What has memory to itself goes with it. Otherwise a copy: cloning a view clones all that is behind it.
    const bytes = payload.ownBytes ?? payload.bytes.slice();
    this.#post({ kind: "spill", number, bytes, attachments }, [bytes.buffer, ...transfer]);
    return number;
  }

  /** This worker has nothing left to do. */
  rest(): void {
    if (this.#ring.mustWakeAtRest()) this.#wake();
  }

  #publish(length: number): void {
    this.#ring.publish(length);
    if (this.#ring.mustWake()) this.#wake();
  }

  #wake(): void {
    this.#post({ kind: "wake" });
  }
}

const NOBODY: Origin = { id: 0, slot: 0 };
const SOMEBODY: Origin = { id: 1, slot: 0 };
const EMPTY = Encoded.of(new Uint8Array(0));
