/** Reads a worker's ring: records into replies, a few ms at a time, parking in between. */

import { originalOf } from "../../functions/registry.ts";
import type { Ring } from "../../ring/ring.ts";
import { decode } from "../../wire/decode.ts";
import { decodeThrown } from "../../wire/errors.ts";
import { NONE } from "../../wire/payload.ts";
import type { HeldCalls } from "../held.ts";
import type { LaneEvents } from "../transport.ts";
import { RECORD, RECORD_HEAD_BYTES, SPILLED } from "./messages.ts";
import { findPlaces } from "./original-places.ts";

/** How long the host settles futures before it lets its own event loop turn. */
const TURN_MS = 4;

const context = { resolve: originalOf };

interface Body {
  readonly bytes: Uint8Array;
  readonly attachments: readonly unknown[];
}

export class ReplyReader {
  readonly #ring: Ring;
  readonly #floats: DataView;
  readonly #held: HeldCalls;
  readonly #on: LaneEvents;
  readonly #receive: () => boolean;
  readonly #spills = new Map<number, Body>();
  #reading = false;
  #scheduled = false;

  /** `receive` takes one message from the port at once; false when there is none. */
  constructor(ring: Ring, held: HeldCalls, on: LaneEvents, receive: () => boolean) {
    this.#ring = ring;
    this.#floats = new DataView(ring.bytes.buffer, ring.bytes.byteOffset);
    this.#held = held;
    this.#on = on;
    this.#receive = receive;
  }

  start(): void {
    this.#ring.park();
  }

  spilled(number: number, bytes: Uint8Array, attachments: readonly unknown[]): void {
    this.#spills.set(number, { bytes, attachments });
  }

  /** Tell all there is, or as much as fits in a turn; then park. */
  read(): void {
    if (this.#reading) return; // a reply's listener made the port deliver: the loop below goes on anyway
    this.#reading = true;
    const started = performance.now();
    do {
      for (let count = 1; this.#readOne(); count++) {
        if ((count & 15) === 0 && performance.now() - started > TURN_MS) {
          this.#reading = false;
          this.#on.drained();
          this.#later();
          return;
        }
      }
      this.#on.drained();
    } while (!this.#ring.park());
    this.#reading = false;
  }

  /** Tell all there is, however long it takes. */
  readAll(): void {
    if (this.#reading) return;
    this.#reading = true;
    while (this.#readOne());
    this.#reading = false;
    this.#on.drained();
  }

  /** The writer is dead: tell everything it published. */
  readToTheEnd(): void {
    this.#reading = true;
    while (this.#readOne());
  }

  decodeError(bytes: Uint8Array): unknown {
    return decodeThrown(bytes, NONE, context);
  }

  #later(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#reading) this.read();
    });
  }

  #readOne(): boolean {
    const at = this.#ring.peek();
    if (at < 0) return false;
    const length = this.#ring.lengthAt(at);
    const { words } = this.#ring;
    const tag = words[at >> 2] as number;
    const id = (words[(at >> 2) + 1] as number) >>> 0;
    const item = words[(at >> 2) + 2] as number;
    const number = words[(at >> 2) + 3] as number;
    const runMs = this.#floats.getFloat64(at + 16, true);
    const body = (tag & SPILLED) !== 0 ? this.#spill(number) : this.#inPlace(at, number);
    try {
      this.#tell(tag & ~SPILLED, id, item, runMs, body);
    } finally {
      this.#ring.release(length); // after decoding: the body is read where it lies
    }
    return true;
  }

  #inPlace(at: number, length: number): Body {
    const from = at + RECORD_HEAD_BYTES;
    return { bytes: this.#ring.bytes.subarray(from, from + length), attachments: NONE };
  }

  /** It was posted before the record was published, so it is in the map or in the port. */
  #spill(number: number): Body {
    let body = this.#spills.get(number);
    while (body === undefined && this.#receive()) body = this.#spills.get(number);
    if (body === undefined) throw new Error(`The body of a reply is missing (spill ${number}).`);
    this.#spills.delete(number);
    return body;
  }

  #tell(kind: number, id: number, item: number, runMs: number, { bytes, attachments }: Body): void {
    switch (kind) {
      case RECORD.value:
        return this.#value(id, item, runMs, bytes, attachments);
      case RECORD.numbers: {
        const values = new Float64Array(bytes.length / Float64Array.BYTES_PER_ELEMENT);
        new Uint8Array(values.buffer).set(bytes);
        if (this.#held.publish(id, item, values.length)) this.#on.reply({ kind: "numbers", id, item, values, runMs });
        return;
      }
      case RECORD.error:
        if (this.#held.publish(id, item, 1)) {
          const error = decodeThrown(bytes, attachments, context);
          findPlaces(error);
          this.#on.reply({ kind: "error", id, item, error, runMs });
        }
        return;
      case RECORD.passed:
        return this.#held.passed(id);
      case RECORD.progress:
        return this.#on.progress(id, item, decode(bytes, attachments, context));
      case RECORD.stdout:
        process.stdout.write(Buffer.from(bytes));
        return;
      case RECORD.stderr:
        process.stderr.write(Buffer.from(bytes));
        return;
      case RECORD.heavy:
        return this.#on.heavy();
      default:
        throw new Error(`Unknown record in a reply ring: ${kind}`);
    }
  }

  #value(id: number, item: number, runMs: number, bytes: Uint8Array, attachments: readonly unknown[]): void {
    if (!this.#held.publish(id, item, 1)) return;
    let value: unknown;
    try {
      value = decode(bytes, attachments, context);
    } catch (error) {
      this.#on.reply({ kind: "error", id, item, error, runMs });
      return;
    }
    this.#on.reply({ kind: "value", id, item, value, size: bytes.length, runMs });
  }
}
