/** The worker's end of the ring of calls: records into jobs, one at a time, as the runtime asks for them. */

import type { Bulk } from "../../ring/bulk.ts";
import type { Ring } from "../../ring/ring.ts";
import { makeView } from "../../wire/buffers.ts";
import { NONE } from "../../wire/payload.ts";
import type { Job, JobItems, JobSource } from "../../worker/job.ts";
import {
  ATTEMPT_BITS,
  ATTEMPT_MASK,
  CALL,
  CALL_HEAD_BYTES,
  type CallSpill,
  NESTED,
  PLACED,
  SEPARATE,
  TIMED,
} from "./messages.ts";

export interface CallReaderOptions {
  /** Takes one message from the port at once; false when there is none. */
  readonly receive: () => boolean;
  /** There is nothing left to do. */
  readonly rest: () => void;
  readonly bulk?: Bulk | undefined;
  /** A call with so many items has been read. */
  readonly met?: (job: Job, count: number) => void;
}

export class CallReader implements JobSource {
  readonly #ring: Ring;
  readonly #floats: DataView;
  readonly #bulk: Bulk | undefined;
  readonly #receive: () => boolean;
  readonly #met: CallReaderOptions["met"];
  readonly #rest: () => void;
  readonly #spills = new Map<number, CallSpill>();
  /** Length of the record whose body the last job reads where it lies; -1 when there is none. */
  #borrowed = -1;
  /** The same body, or that of the record, is in the bulk memory. */
  #isPlaced = false;

  constructor(ring: Ring, { receive, rest, bulk, met }: CallReaderOptions) {
    this.#ring = ring;
    this.#bulk = bulk;
    this.#met = met;
    this.#floats = new DataView(ring.bytes.buffer, ring.bytes.byteOffset);
    this.#receive = receive;
    this.#rest = rest;
  }

  spilled(spill: CallSpill): void {
    this.#spills.set(spill.number, spill);
  }

  next(): Job | undefined {
    this.#giveBack();
    const at = this.#ring.peek();
    if (at < 0) return undefined;
    const { words } = this.#ring;
    const word = at >> 2;
    const tag = words[word] as number;
    const fn = words[word + 3] as number;
    const number = words[word + 6] as number;
    const length = words[word + 7] as number;
    const flags = (tag >> 8) & 0xff;
    const spill = number === 0 ? undefined : this.#spill(number);
    this.#isPlaced = (flags & PLACED) !== 0;
    const [bytes, from] = this.#isPlaced
      ? [(this.#bulk as Bulk).bytes, words[word + 8] as number]
      : [this.#ring.bytes, at + CALL_HEAD_BYTES];
    const items = this.#readable(tag, bytes, from, length, spill);
    const job: Job = {
      id: (words[word + 1] as number) >>> 0,
      slot: words[word + 2] as number,
      generation: (tag >> 16) & 0xff,
      fn,
      definitions: spill?.definitions ?? NONE,
      needs: spill?.needs,
      first: words[word + 4] as number,
      attempt: (words[word + 5] as number) & ATTEMPT_MASK,
      timed: (flags & TIMED) !== 0,
      nested: (flags & NESTED) !== 0,
      separate: (flags & SEPARATE) !== 0,
      items,
    };
    this.#met?.(job, (words[word + 5] as number) >>> ATTEMPT_BITS);
    this.#borrowed = this.#ring.lengthAt(at);
    if (items.kind !== "args" || items.bytes !== bytes) this.#giveBack();
    return job;
  }

  keep(job: Job): void {
    const { items } = job;
    if (items.kind !== "args" || this.#borrowed < 0) return;
    job.items = { ...items, bytes: items.bytes.slice(items.from, items.to), from: 0, to: items.to - items.from };
    this.#giveBack();
  }

  park(): boolean {
    this.#giveBack();
    this.#rest();
    return !this.#ring.look() && this.#ring.park();
  }

  /** The room of the last record is the writer's again. */
  #giveBack(): void {
    if (this.#borrowed < 0) return;
    if (this.#isPlaced) this.#bulk?.done();
    this.#ring.release(this.#borrowed);
    this.#borrowed = -1;
  }

  /** It was posted before the record was published, so it is in the map or in the port. */
  #spill(number: number): CallSpill {
    let spill = this.#spills.get(number);
    while (spill === undefined && this.#receive()) spill = this.#spills.get(number);
    if (spill === undefined) throw new Error(`Part of a call is missing (spill ${number}).`);
    this.#spills.delete(number);
    return spill;
  }

  /** A call that cannot be read fails: a worker that died of it would be followed by one that dies of it too. */
  #readable(tag: number, bytes: Uint8Array, at: number, length: number, spill: CallSpill | undefined): JobItems {
    try {
      return this.#items(tag, bytes, at, length, spill);
    } catch (error) {
      return { kind: "unreadable", error };
    }
  }

  /** As `call-writer.ts` wrote it. One item's arguments are read where they lie; those of many are for longer. */
  #items(tag: number, bytes: Uint8Array, at: number, length: number, spill: CallSpill | undefined): JobItems {
    const kind = tag & 0xff;
    if (kind === CALL.number) return { kind: "number", value: this.#floats.getFloat64(at, true) };
    const attachments = spill?.attachments ?? NONE;
    const isInside = length >= 0;
    if (kind === CALL.one && isInside)
      return { kind: "args", bytes, from: at, to: at + length, offsets: undefined, attachments };
    const body = isInside ? bytes.slice(at, at + length) : (spill?.body as Uint8Array);
    if (kind === CALL.numbers) {
      const view = makeView({ buffer: body.buffer, offset: body.byteOffset, length: undefined }, tag >>> 24);
      return { kind: "numbers", values: view as unknown as ArrayLike<number | bigint> };
    }
    if (kind === CALL.one)
      return { kind: "args", bytes: body, from: 0, to: body.length, offsets: undefined, attachments };
    const count = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
    const offsets = new Uint32Array(body.buffer, body.byteOffset + 4, count + 1);
    return { kind: "args", bytes: body, from: 4 * (count + 2), to: body.length, offsets, attachments };
  }
}
