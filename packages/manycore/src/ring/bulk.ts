/**
 * Bodies that are too large for a ring, beside it: one writer, one reader, who are told by records of the ring where each
 * lies. The writer fills the memory from its start and, as soon as the reader is done with all of it, from its start
 * again: so the pages in use are few, and warm. What does not fit until then goes another way.
 *
 *   word 0  how many bodies the reader is done with; then, after a cache line, the bodies
 */

import { bytesOf, type Memory } from "./memory.ts";

const DONE = 0;
const HEAD_BYTES = 64;
const ALIGNED = 63;

export class Bulk {
  readonly bytes: Uint8Array;
  readonly #head: Int32Array;
  /** Writer: bodies ever placed, and where the next one goes. */
  #placed = 0;
  #end = 0;

  constructor(memory: Memory) {
    const bytes = bytesOf(memory);
    this.#head = new Int32Array(bytes.buffer, bytes.byteOffset, HEAD_BYTES / 4);
    this.bytes = bytes.subarray(HEAD_BYTES);
  }

  static bytesFor(capacity: number): number {
    return HEAD_BYTES + capacity;
  }

  /** Writer: where a body of `length` bytes goes, or -1 where there is no room now. The reader is to be told. */
  place(length: number): number {
    if (Atomics.load(this.#head, DONE) === this.#placed) this.#end = 0;
    const at = this.#end;
    if (at + length > this.bytes.length) return -1;
    this.#end = (at + length + ALIGNED) & ~ALIGNED;
    this.#placed = (this.#placed + 1) | 0;
    return at;
  }

  /** Reader: done with one body, the oldest. */
  done(): void {
    Atomics.store(this.#head, DONE, (Atomics.load(this.#head, DONE) + 1) | 0);
  }
}
