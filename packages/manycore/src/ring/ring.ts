/**
 * A ring of records: one writer, one reader, over bytes that both see. Layout (32-bit words, then data):
 *
 *   word 0  tail     bytes ever written; stored last, so a record is there whole or not at all
 *   word 1  head     bytes ever read
 *   word 2  parked   1 while the reader sleeps in its event loop and wants one wake-up
 *   word 3  waiting  1 while the writer sleeps because the ring is full
 *   word 4  patience µs that the reader may look for more before it parks; the writer knows who else wants the cores
 *
 * A record is its length in bytes, then the bytes, padded to 4, and never wraps: where it does not fit before the end of
 * the data, a length of -1 says "go on at the start".
 *
 * Parking, the lost wake-up. The reader: 1 stores parked = 1, 2 looks once more, 3 sleeps. The writer: 1 stores tail,
 * 2 exchanges parked for 0, 3 wakes if it was 1. Atomics are sequentially consistent: if the writer's 2 came before
 * the reader's 1, then its tail came before the reader's 2, which sees the record. Otherwise the writer sees parked = 1
 * and wakes. The same with the roles changed holds for `waiting`.
 */

const TAIL = 0;
const HEAD = 1;
const PARKED = 2;
const WAITING = 3;
const PATIENCE = 4;
const CONTROL_BYTES = 64;
const SKIP = -1;

/** Looks at the tail between two at the clock. */
const LOOKS = 32;

const align = (bytes: number): number => (bytes + 3) & ~3;

export class Ring {
  /** Bytes of data: a power of two. */
  readonly capacity: number;
  /** The largest record: an eighth of the ring, so that a few are always under way. Larger ones go another way. */
  readonly maxRecord: number;
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  /** This side's own position, mirrored in shared memory: the writer's tail or the reader's head. */
  #position = 0;
  /** The other side's position when it was last looked at: as long as it is good enough, its cache line is left alone. */
  #other = 0;

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.capacity = memory.byteLength - CONTROL_BYTES;
    this.maxRecord = this.capacity >>> 3;
    this.#control = new Int32Array(memory, 0, CONTROL_BYTES / 4);
    this.#words = new Int32Array(memory, CONTROL_BYTES);
    this.#bytes = new Uint8Array(memory, CONTROL_BYTES);
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

  /** Writer: bytes a record of this length takes, its own length and what a record cannot use before the end included. */
  cost(length: number): number {
    const need = 4 + align(length);
    const untilEnd = this.capacity - (this.#position & (this.capacity - 1));
    return need > untilEnd ? untilEnd + need : need;
  }

  /** Writer: are there `bytes` free? */
  hasRoom(bytes: number): boolean {
    if (((this.#position - this.#other) | 0) + bytes <= this.capacity) return true;
    this.#other = Atomics.load(this.#control, HEAD);
    return ((this.#position - this.#other) | 0) + bytes <= this.capacity;
  }

  /** Writer: the byte offset for a record of `length` bytes, or -1 while the ring has no room. Nothing is visible yet. */
  reserve(length: number): number {
    const need = 4 + align(length);
    const at = this.#position & (this.capacity - 1);
    const untilEnd = this.capacity - at;
    const skip = need > untilEnd ? untilEnd : 0;
    if (!this.hasRoom(skip + need)) return -1;
    if (skip > 0) {
      this.#words[at >> 2] = SKIP;
      this.#position = (this.#position + skip) | 0;
      this.#words[0] = length;
      return 4;
    }
    this.#words[at >> 2] = length;
    return at + 4;
  }

  /** Writer: make the reserved record visible. */
  publish(length: number): void {
    this.#position = (this.#position + 4 + align(length)) | 0;
    Atomics.store(this.#control, TAIL, this.#position);
  }

  /**
   * Writer: after the last of the records that belong together: is the reader parked, and to be woken now? A wake-up costs
   * as much as a hundred small records, and a reader that is woken by the first of them is done with it before the next.
   */
  mustWake(): boolean {
    return Atomics.load(this.#control, PARKED) === 1 && Atomics.exchange(this.#control, PARKED, 0) === 1;
  }

  /** Writer: sleep until the reader has made room (it may still be too little: try again). */
  waitForRoom(ms: number): void {
    const head = Atomics.load(this.#control, HEAD);
    Atomics.store(this.#control, WAITING, 1);
    if (Atomics.load(this.#control, HEAD) === head) Atomics.wait(this.#control, HEAD, head, ms);
    Atomics.store(this.#control, WAITING, 0);
  }

  /** Reader: the byte offset of the next record, or -1. Its length is the word before. Valid until `release`. */
  peek(): number {
    for (;;) {
      if (this.#other === this.#position) {
        this.#other = Atomics.load(this.#control, TAIL);
        if (this.#other === this.#position) return -1;
      }
      const at = this.#position & (this.capacity - 1);
      if (this.#words[at >> 2] !== SKIP) return at + 4;
      this.#position = (this.#position + this.capacity - at) | 0;
    }
  }

  /** Reader: the length of the record at `offset`. */
  lengthAt(offset: number): number {
    return this.#words[(offset - 4) >> 2] as number;
  }

  /** Reader: done with the record of `length` bytes; its room is the writer's again. */
  release(length: number): void {
    this.#position = (this.#position + 4 + align(length)) | 0;
    Atomics.store(this.#control, HEAD, this.#position);
    if (Atomics.load(this.#control, WAITING) === 1) Atomics.notify(this.#control, HEAD);
  }

  /** Reader: ask for a wake-up. False: a record came meanwhile and there is nothing to sleep for. */
  park(): boolean {
    Atomics.store(this.#control, PARKED, 1);
    if (Atomics.load(this.#control, TAIL) === this.#position) return true;
    Atomics.store(this.#control, PARKED, 0);
    return false;
  }

  /** Reader: it looks by itself for a while, and needs no wake-up. One that is under way already comes all the same. */
  unpark(): void {
    Atomics.store(this.#control, PARKED, 0);
  }

  /** Writer: let the reader look for `us` before it parks. */
  setPatience(us: number): void {
    Atomics.store(this.#control, PATIENCE, us);
  }

  /** Reader: look for a record for up to `us`, by default as long as the writer lets it. True: there is one. */
  await(us = Atomics.load(this.#control, PATIENCE)): boolean {
    if (us === 0) return this.peek() >= 0;
    const until = performance.now() + us / 1000;
    do {
      for (let look = 0; look < LOOKS; look++) if (this.peek() >= 0) return true;
    } while (performance.now() < until);
    return false;
  }
}
