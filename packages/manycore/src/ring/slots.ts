/**
 * Slots: which items of a call the worker has claimed, and which the host took back. The protocol is in
 * transports/README.md; here are its steps. A step reads one word and proposes the next; the loops around them retry
 * the compare-exchange until nobody came between.
 */

import { threadWaits, type Waits } from "./waits.ts";

const INTS_PER_SLOT = 4;
const WORD = 0;
const ABORT = 1;
const ITEM = 2;
const STAMP = 3;

const RANGE_BITS = 13;
const RANGE_MASK = (1 << RANGE_BITS) - 1;
const GENERATION_MASK = (1 << 6) - 1;

/** Most items one call can hold: what fits in the word. */
export const MAX_RANGE = RANGE_MASK;

/** `abort` value that asks every item of the call to stop. */
export const ABORT_ALL = -1;

export const pack = (generation: number, next: number, end: number): number =>
  ((generation & GENERATION_MASK) << (2 * RANGE_BITS)) | (end << RANGE_BITS) | next;
export const nextOf = (word: number): number => word & RANGE_MASK;
export const endOf = (word: number): number => (word >>> RANGE_BITS) & RANGE_MASK;
export const generationOf = (word: number): number => (word >>> (2 * RANGE_BITS)) & GENERATION_MASK;

/** The worker's step: claim up to `want` items. The same word back means that there is nothing to claim. */
export function claimed(word: number, generation: number, want: number): number {
  if (generationOf(word) !== generation) return word;
  const next = nextOf(word);
  const end = endOf(word);
  return pack(generation, Math.min(next + want, end), end);
}

/** The host's step: keep at most the items below `keep` (and what is claimed) in the lane. */
export function cut(word: number, keep: number): number {
  const next = nextOf(word);
  return pack(generationOf(word), next, Math.min(endOf(word), Math.max(next, keep)));
}

/** What a worker does with slots. */
export interface WorkerSlots {
  claim(slot: number, generation: number, want: number): number | undefined;
  isAborted(slot: number, item: number): boolean;
  sleep(slot: number, item: number, ms: number): void;
  stamp(slot: number, item: number, now: number): void;
}

/** The slots of one lane, over memory that both sides see. */
export class Slots implements WorkerSlots {
  readonly capacity: number;
  readonly #words: Int32Array;
  readonly #waits: Waits;

  constructor(words: Int32Array, waits: Waits = threadWaits) {
    this.#words = words;
    this.#waits = waits;
    this.capacity = Math.floor(words.length / INTS_PER_SLOT);
  }

  static bytesFor(capacity: number): number {
    return capacity * INTS_PER_SLOT * Int32Array.BYTES_PER_ELEMENT;
  }

  /** Host: give a free slot to a call of `count` items. Returns the generation to send with it. */
  open(slot: number, count: number): number {
    const at = slot * INTS_PER_SLOT;
    const generation = (generationOf(this.#load(at)) + 1) & GENERATION_MASK;
    Atomics.store(this.#words, at + ABORT, 0);
    Atomics.store(this.#words, at + STAMP, 0);
    Atomics.store(this.#words, at + WORD, pack(generation, 0, count)); // last: the word makes the slot live
    return generation;
  }

  /** A worker that has slots of its own: these items of a call are its to claim. */
  grant(slot: number, generation: number, count: number): void {
    const at = slot * INTS_PER_SLOT;
    Atomics.store(this.#words, at + ABORT, 0);
    Atomics.store(this.#words, at + WORD, pack(generation, 0, count));
  }

  /** Worker: claim up to `want` more items. Returns the word after the claim, or undefined when nothing is left. */
  claim(slot: number, generation: number, want: number): number | undefined {
    const at = slot * INTS_PER_SLOT + WORD;
    for (;;) {
      const word = this.#load(at);
      const after = claimed(word, generation, want);
      if (after === word) return undefined;
      if (Atomics.compareExchange(this.#words, at, word, after) === word) return after;
    }
  }

  /** Host: take back the unclaimed items from `keep` on. Returns the word after the cut. */
  cut(slot: number, keep: number): number {
    const at = slot * INTS_PER_SLOT + WORD;
    for (;;) {
      const word = this.#load(at);
      const after = cut(word, keep);
      if (after === word || Atomics.compareExchange(this.#words, at, word, after) === word) return after;
    }
  }

  /** Items claimed so far: those a worker runs or has run. */
  next(slot: number): number {
    return nextOf(this.#load(slot * INTS_PER_SLOT + WORD));
  }

  /** Host: ask an item (or with `ABORT_ALL` every item) to stop, and wake it if it sleeps. */
  abort(slot: number, item: number): void {
    const at = slot * INTS_PER_SLOT + ABORT;
    Atomics.store(this.#words, at, item === ABORT_ALL ? ABORT_ALL : item + 1);
    this.#waits.notify(this.#words, at);
  }

  /** Worker: is this item asked to stop? */
  isAborted(slot: number, item: number): boolean {
    const asked = Atomics.load(this.#words, slot * INTS_PER_SLOT + ABORT);
    return asked === ABORT_ALL || asked === item + 1;
  }

  /** Worker: block this thread for `ms`, or until an item of the call is asked to stop. */
  sleep(slot: number, item: number, ms: number): void {
    const at = slot * INTS_PER_SLOT + ABORT;
    const asked = Atomics.load(this.#words, at);
    if (asked === ABORT_ALL || asked === item + 1) return;
    this.#waits.wait(this.#words, at, asked, ms);
  }

  /** Worker: item `item` of a timed call starts at `now` (ms, never 0). */
  stamp(slot: number, item: number, now: number): void {
    const at = slot * INTS_PER_SLOT;
    Atomics.store(this.#words, at + STAMP, 0); // in between, the host sees no start rather than the last item's
    Atomics.store(this.#words, at + ITEM, item);
    Atomics.store(this.#words, at + STAMP, now | 0 || 1);
  }

  /** Host: the running item of a timed call and its stamp; undefined where none has started. */
  started(slot: number): { item: number; stamp: number } | undefined {
    const at = slot * INTS_PER_SLOT;
    const stamp = Atomics.load(this.#words, at + STAMP);
    const item = Atomics.load(this.#words, at + ITEM);
    if (stamp === 0 || Atomics.load(this.#words, at + STAMP) !== stamp) return undefined;
    return { item, stamp };
  }

  #load(at: number): number {
    return Atomics.load(this.#words, at);
  }
}
