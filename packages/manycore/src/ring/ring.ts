/** A ring of records: one writer, one reader, over bytes that both see. Layout, steps and races are in README.md. */

import { bytesOf, type Memory } from "./memory.ts";
import { hasRoom, LENGTH_BYTES, moved, sizeOf, skipBefore } from "./steps.ts";
import { threadWaits, type Waits } from "./waits.ts";

const TAIL = 0;
const HEAD = 1;
const PARKED = 2;
const WAITING = 3;
const PATIENCE = 4;
const CONTROL_BYTES = 64;
const SKIP = -1;

/** States of the reader, in `PARKED`. */
const AWAKE = 0;
/** Wake it at the next record. */
const ASLEEP = 1;
/** It looks again by itself before long: wake it only when the writer has nothing left to do. */
const DOZING = 2;

/** Looks at the tail between two at the clock. */
const LOOKS = 32;

export class Ring {
  /** Bytes of data: a power of two. */
  readonly capacity: number;
  /** The largest record: an eighth of the ring, so that a few are always under way. Larger ones go another way. */
  readonly maxRecord: number;
  readonly #waits: Waits;
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  /** This side's own position, mirrored in shared memory: the writer's tail or the reader's head. */
  #position = 0;
  /** The other side's position when it was last looked at: as long as it is good enough, its cache line is left alone. */
  #other = 0;

  constructor(memory: Memory, waits: Waits = threadWaits) {
    const { buffer, byteOffset, byteLength } = bytesOf(memory);
    const data = byteOffset + CONTROL_BYTES;
    this.capacity = byteLength - CONTROL_BYTES;
    this.maxRecord = this.capacity >>> 3;
    this.#waits = waits;
    this.#control = new Int32Array(buffer, byteOffset, CONTROL_BYTES / 4);
    this.#words = new Int32Array(buffer, data, this.capacity / 4);
    this.#bytes = new Uint8Array(buffer, data, this.capacity);
  }

  static bytesFor(capacity: number): number {
    return CONTROL_BYTES + capacity;
  }

  /** Where the data lies, for writers and readers of records. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get words(): Int32Array {
    return this.#words;
  }

  /** Writer: bytes a record of this length takes, what it cannot use before the end included. */
  cost(length: number): number {
    const size = sizeOf(length);
    return skipBefore(this.#position, size, this.capacity) + size;
  }

  /** Writer: are there `bytes` free? */
  hasRoom(bytes: number): boolean {
    if (hasRoom(this.#position, this.#other, bytes, this.capacity)) return true;
    this.#other = Atomics.load(this.#control, HEAD);
    return hasRoom(this.#position, this.#other, bytes, this.capacity);
  }

  /** Writer: the byte offset for a record of `length` bytes, or -1 while the ring has no room. Nothing is visible yet. */
  reserve(length: number): number {
    const size = sizeOf(length);
    const skip = skipBefore(this.#position, size, this.capacity);
    if (!this.hasRoom(skip + size)) return -1;
    if (skip > 0) {
      this.#words[this.#place >> 2] = SKIP;
      this.#position = moved(this.#position, skip);
    }
    const at = this.#place;
    this.#words[at >> 2] = length;
    return at + LENGTH_BYTES;
  }

  /** Writer: make the reserved record visible. */
  publish(length: number): void {
    this.#position = moved(this.#position, sizeOf(length));
    Atomics.store(this.#control, TAIL, this.#position);
  }

  /**
   * Writer: after the last of the records that belong together: is the reader parked, and to be woken now? A wake-up costs
   * as much as a hundred small records, and a reader that is woken by the first of them is done with it before the next.
   */
  mustWake(): boolean {
    return this.#wakes(ASLEEP);
  }

  /** Writer: it has nothing left to do. Is the reader dozing, and to be woken now? */
  mustWakeAtRest(): boolean {
    return this.#wakes(DOZING);
  }

  /** Writer, after `reserve` found no room: sleep until there is more (it may still be too little: try again). */
  waitForRoom(ms: number): void {
    const head = this.#other; // as `reserve` saw it: what was released since must not be slept through
    Atomics.store(this.#control, WAITING, 1);
    if (Atomics.load(this.#control, HEAD) === head) this.#waits.wait(this.#control, HEAD, head, ms);
    Atomics.store(this.#control, WAITING, 0);
  }

  /** Reader: the byte offset of the next record, or -1. Its length is the word before. Valid until `release`. */
  peek(): number {
    for (;;) {
      if (this.#other === this.#position) {
        this.#other = Atomics.load(this.#control, TAIL);
        if (this.#other === this.#position) return -1;
      }
      const at = this.#place;
      if (this.#words[at >> 2] !== SKIP) return at + LENGTH_BYTES;
      this.#position = moved(this.#position, this.capacity - at);
    }
  }

  /** Reader: the length of the record at `offset`. */
  lengthAt(offset: number): number {
    return this.#words[(offset - LENGTH_BYTES) >> 2] as number;
  }

  /** Reader: done with the record of `length` bytes; its room is the writer's again. */
  release(length: number): void {
    this.#position = moved(this.#position, sizeOf(length));
    Atomics.store(this.#control, HEAD, this.#position);
    if (Atomics.load(this.#control, WAITING) === 1) this.#waits.notify(this.#control, HEAD);
  }

  /** Reader: ask for a wake-up. False: a record came meanwhile and there is nothing to sleep for. */
  park(): boolean {
    return this.#sleeps(ASLEEP);
  }

  /** Reader: it will look again before long. False: a record came meanwhile. */
  doze(): boolean {
    return this.#sleeps(DOZING);
  }

  /** Reader: it looks by itself for a while, and needs no wake-up. One that is under way already comes all the same. */
  unpark(): void {
    Atomics.store(this.#control, PARKED, AWAKE);
  }

  /** Writer: let the reader look for `us` before it parks. */
  setPatience(us: number): void {
    Atomics.store(this.#control, PATIENCE, us);
  }

  /** Reader: look for a record for up to `us`, by default as long as the writer lets it. True: there is one. */
  look(us = Atomics.load(this.#control, PATIENCE)): boolean {
    if (us === 0) return this.peek() >= 0;
    const until = performance.now() + us / 1000;
    do {
      for (let look = 0; look < LOOKS; look++) if (this.peek() >= 0) return true;
    } while (performance.now() < until);
    return false;
  }

  /** Only from the state that was seen: the reader may go from one sleep into the other meanwhile. */
  #wakes(from: number): boolean {
    if (Atomics.load(this.#control, PARKED) !== from) return false;
    return Atomics.compareExchange(this.#control, PARKED, from, AWAKE) === from;
  }

  #sleeps(how: number): boolean {
    Atomics.store(this.#control, PARKED, how);
    if (Atomics.load(this.#control, TAIL) === this.#position) return true;
    Atomics.store(this.#control, PARKED, AWAKE);
    return false;
  }

  /** Where this side's position lies in the data. */
  get #place(): number {
    return this.#position & (this.capacity - 1);
  }
}
