/** Reads a worker's ring: records into replies, a few ms at a time, parking in between. */

import { originalOf } from "../../functions/registry.ts";
import type { Bulk } from "../../ring/bulk.ts";
import type { Ring } from "../../ring/ring.ts";
import { decode } from "../../wire/decode.ts";
import { decodeThrown } from "../../wire/errors.ts";
import { natural } from "../../wire/numbers.ts";
import { NONE, sizeOf } from "../../wire/payload.ts";
import type { HeldCalls } from "../held.ts";
import type { Call, LaneEvents, Reply } from "../transport.ts";
import { IN_BULK, RECORD, REPLY_HEAD_BYTES, SPILLED } from "./messages.ts";
import { findPlaces } from "./original-places.ts";

/** How long the host settles futures before it lets its own event loop turn. */
const TURN_MS = 4;

/** Items shorter than this, ms, are not worth a wake-up each, which would take the cores from them. */
const SHORT_MS = 0.25;
/** Where there is more to send: a worker with this much before it, ms, will not run dry meanwhile. */
const PLENTY_MS = 3;
const LOOK_AFTER_MS = 1;

/** The kind of a record, in its first word. */
const KIND = 0xff;

const context = { resolve: originalOf };

interface Body {
  readonly bytes: Uint8Array;
  readonly attachments: readonly unknown[];
}

export interface ReplyReaderOptions {
  readonly ring: Ring;
  readonly bulk: Bulk | undefined;
  readonly held: HeldCalls;
  readonly on: LaneEvents;
  /** Takes one message from the port at once; false when there is none. */
  readonly receive: () => boolean;
  /** By slot: the item of the call that the worker calls its first. */
  readonly bases: Int32Array | undefined;
  /** The worker ends, has told all that it finished, and was busy with something or not. */
  readonly leaving: (isBusy: boolean) => void;
}

export class ReplyReader {
  readonly #ring: Ring;
  readonly #bulk: Bulk | undefined;
  readonly #floats: DataView;
  readonly #held: HeldCalls;
  readonly #on: LaneEvents;
  readonly #receive: () => boolean;
  readonly #bases: Int32Array | undefined;
  readonly #leaving: (isBusy: boolean) => void;
  readonly #spills = new Map<number, Body>();
  #reading = false;
  #scheduled = false;
  /** The next record names a message of the port that has not come yet: nothing is told before it. */
  #isWaiting = false;
  /** Of the items told in this reading: how many, and how long they ran. */
  #told = 0;
  #toldMs = 0;
  #look: NodeJS.Timeout | undefined;

  constructor({ ring, bulk, held, on, receive, bases, leaving }: ReplyReaderOptions) {
    this.#ring = ring;
    this.#bulk = bulk;
    this.#floats = new DataView(ring.bytes.buffer, ring.bytes.byteOffset);
    this.#held = held;
    this.#on = on;
    this.#receive = receive;
    this.#bases = bases;
    this.#leaving = leaving;
  }

  start(): void {
    this.#ring.park();
  }

  spilled(number: number, bytes: Uint8Array, attachments: readonly unknown[]): void {
    this.#spills.set(number, { bytes, attachments });
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#later();
  }

  /** Tell all there is, or as much as fits in a turn; then park. */
  read(): void {
    if (this.#reading) return; // a reply's listener made the port deliver: the loop below goes on anyway
    this.#reading = true;
    const started = performance.now();
    this.#told = this.#toldMs = 0;
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
    } while (!this.#isWaiting && !(this.#mayDoze() ? this.#doze() : this.#ring.park()));
    this.#reading = false;
  }

  /** Not when it has found nothing: then it may be long. */
  #mayDoze(): boolean {
    if (this.#told === 0 || this.#held.outstanding === 0) return false;
    const itemMs = this.#toldMs / this.#told;
    return itemMs < SHORT_MS && (this.#held.outstanding * itemMs > PLENTY_MS || this.#on.hasNoMore());
  }

  #doze(): boolean {
    if (!this.#ring.doze()) return false;
    this.#look ??= setTimeout(() => {
      this.#look = undefined;
      this.read();
    }, LOOK_AFTER_MS).unref();
    return true;
  }

  /** Look for replies for up to `ms` without the event loop, and tell them. True: there were some. */
  linger(ms: number): boolean {
    if (this.#reading || this.#isWaiting) return false;
    this.#ring.unpark();
    if (!this.#ring.look(ms * 1000) && this.#ring.park()) return false;
    this.read();
    return true;
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
    const slot = tag >>> 16;
    const item = (words[(at >> 2) + 2] as number) + (this.#bases === undefined ? 0 : (this.#bases[slot] as number));
    const number = words[(at >> 2) + 3] as number;
    const runMs = this.#floats.getFloat64(at + 16, true);
    const spill = (tag & SPILLED) === 0 ? undefined : this.#spill(number);
    if (spill === undefined && (tag & SPILLED) !== 0) {
      this.#isWaiting = true;
      return false;
    }
    if (runMs > 0) {
      this.#told += (tag & KIND) === RECORD.numbers ? number / Float64Array.BYTES_PER_ELEMENT : 1;
      this.#toldMs += runMs;
    }
    try {
      if (spill !== undefined) {
        const { bytes, attachments } = spill;
        this.#tell(tag & KIND, slot, id, item, runMs, bytes, 0, bytes.length, attachments);
      } else if ((tag & IN_BULK) !== 0) {
        const { bytes } = this.#bulk as Bulk;
        const from = words[(at + REPLY_HEAD_BYTES) >> 2] as number;
        this.#tell(tag & KIND, slot, id, item, runMs, bytes, from, from + number, NONE);
      } else {
        const from = at + REPLY_HEAD_BYTES;
        this.#tell(tag & KIND, slot, id, item, runMs, this.#ring.bytes, from, from + number, NONE);
      }
    } finally {
      if ((tag & IN_BULK) !== 0) this.#bulk?.done();
      this.#ring.release(length); // after decoding: the body is read where it lies
    }
    return true;
  }

  /** It was posted before the record was published, so it is in the map or in the port; or still under way, where that is a socket. */
  #spill(number: number): Body | undefined {
    let body = this.#spills.get(number);
    while (body === undefined && this.#receive()) body = this.#spills.get(number);
    this.#spills.delete(number);
    return body;
  }

  /** The body lies in `bytes` from `from` to `to`. */
  #tell(
    kind: number,
    slot: number,
    id: number,
    item: number,
    runMs: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    attachments: readonly unknown[],
  ): void {
    switch (kind) {
      case RECORD.number: {
        const call = this.#held.publishAt(slot, id, item, 1);
        if (call === undefined) return;
        const value = natural(this.#floats.getFloat64(from, true)); // never out of the ring
        return this.#on.reply({ kind: "value", call, item, value, size: to - from, runMs });
      }
      case RECORD.value: {
        const call = this.#held.publishAt(slot, id, item, 1);
        if (call !== undefined) this.#on.reply(valueReply(call, item, runMs, bytes, from, to, attachments));
        return;
      }
      case RECORD.numbers: {
        // Where they lie: whoever is told keeps nothing of it.
        const count = (to - from) / Float64Array.BYTES_PER_ELEMENT;
        const values = new Float64Array(bytes.buffer, bytes.byteOffset + from, count);
        const call = this.#held.publishAt(slot, id, item, values.length);
        if (call !== undefined) this.#on.reply({ kind: "numbers", call, item, values, runMs });
        return;
      }
      case RECORD.error: {
        const call = this.#held.publishAt(slot, id, item, 1);
        if (call === undefined) return;
        const error = decodeThrown(bytes.subarray(from, to), attachments, context);
        findPlaces(error);
        return this.#on.reply({ kind: "error", call, item, error, runMs });
      }
      case RECORD.passed:
        return this.#held.passed({ slot, id });
      case RECORD.progress: {
        const call = this.#held.find({ slot, id });
        if (call !== undefined) this.#on.progress(call, item, decode(bytes, attachments, context, from, to));
        return;
      }
      case RECORD.stdout:
        process.stdout.write(Buffer.from(bytes.subarray(from, to)));
        return;
      case RECORD.stderr:
        process.stderr.write(Buffer.from(bytes.subarray(from, to)));
        return;
      case RECORD.heavy:
        return this.#on.heavy();
      case RECORD.started:
        return this.#held.started({ slot, id }, item);
      case RECORD.leaving:
        return this.#leaving(id !== 0);
      default:
        throw new Error(`Unknown record in a reply ring: ${kind}`);
    }
  }
}

function valueReply(
  call: Call,
  item: number,
  runMs: number,
  bytes: Uint8Array,
  from: number,
  to: number,
  attachments: readonly unknown[],
): Reply {
  try {
    const value = decode(bytes, attachments, context, from, to);
    return { kind: "value", call, item, value, size: to - from + sizeOf(attachments), runMs };
  } catch (error) {
    return { kind: "error", call, item, error, runMs };
  }
}
