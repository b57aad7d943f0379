/**
 * Results of a map as they come in, by index, in segments that are let go when they have been read. Numbers that came
 * together are kept and read together, never boxed.
 */

import { natural } from "../wire/numbers.ts";

const SEGMENT = 1024;
const MOST_SPARE = 64;

export type Outcome = { readonly index: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown }
);

const OPEN = 0;
const VALUE = 1;
const ERROR = 2;
const NUMBER = 3;

/** What there is none of costs no array. */
class Segment {
  readonly states = new Uint8Array(SEGMENT);
  /** Values and errors. */
  values: unknown[] | undefined;
  numbers: Float64Array | undefined;
  sizes: Float64Array | undefined;
  read = 0;

  /** As new, but for the memory that it has: values are gone when they have been read. */
  clear(): void {
    this.states.fill(OPEN);
    this.sizes?.fill(0);
    this.read = 0;
  }

  /** Items from `at` on, `most` of them, that are all in this state: how many before the first that is not. */
  run(state: number, at: number, most: number): number {
    const { states } = this;
    let end = at;
    while (end < at + most && states[end] === state) end++;
    return end - at;
  }
}

export class Results {
  readonly #segments = new Map<number, Segment>();
  /** Read ones, for what comes next: memory outside the heap is not let go before the heap is full of something else. */
  readonly #spare: Segment[] = [];
  /** The one that was looked for last: the next item is in it, all but surely. */
  #latest: { readonly number: number; readonly segment: Segment } | undefined;
  /** Segments that have been read whole: all of their items are settled. */
  readonly #finished = new Set<number>();
  /** Indices in the order they were settled, for a map that is not ordered. */
  readonly #arrivals: number[] | undefined;
  #arrivalHead = 0;
  /** From here on every item ended in the same way: a map cut short is not written out, it may be endless. */
  #tail: { readonly from: number; readonly end: number; readonly error: unknown; unread: number } | undefined;
  /** Items settled so far. */
  settled = 0;
  /** Bytes of results that have not been read. */
  unreadBytes = 0;

  constructor(ordered: boolean) {
    this.#arrivals = ordered ? undefined : [];
  }

  isOpen(index: number): boolean {
    if (this.#tail !== undefined && index >= this.#tail.from) return false;
    const segment = this.#segment(index);
    return segment !== undefined && segment.states[index % SEGMENT] === OPEN;
  }

  /** False: it was settled before. */
  put(index: number, outcome: unknown, ok: boolean, size: number): boolean {
    const segment = this.#segment(index);
    const at = index % SEGMENT;
    if (segment === undefined || segment.states[at] !== OPEN) return false;
    segment.states[at] = ok ? VALUE : ERROR;
    segment.values ??= new Array<unknown>(SEGMENT);
    segment.values[at] = outcome;
    if (size > 0) {
      segment.sizes ??= new Float64Array(SEGMENT);
      segment.sizes[at] = size;
      this.unreadBytes += size;
    }
    this.settled++;
    this.#arrivals?.push(index);
    return true;
  }

  /** The values of the items from `first` on; those that were settled before stay as they are. */
  putNumbers(first: number, values: Float64Array): void {
    for (let from = 0; from < values.length; ) {
      const segment = this.#segment(first + from);
      const at = (first + from) % SEGMENT;
      const most = Math.min(SEGMENT - at, values.length - from);
      const open = segment?.run(OPEN, at, most) ?? 0;
      if (segment !== undefined && open > 0) {
        segment.numbers ??= new Float64Array(SEGMENT);
        segment.numbers.set(values.subarray(from, from + open), at);
        segment.states.fill(NUMBER, at, at + open);
        this.settled += open;
        for (let index = first + from; this.#arrivals !== undefined && index < first + from + open; index++)
          this.#arrivals.push(index);
      }
      from += Math.max(1, open);
    }
  }

  /**
   * Reads the numbers that are settled from `cursor` on, as far as they lie together; undefined where there is none. To be
   * copied before anything else is put here.
   */
  takeNumbers(cursor: number): Float64Array | undefined {
    if (this.#arrivals !== undefined || (this.#tail !== undefined && cursor >= this.#tail.from)) return undefined;
    const segment = this.#segment(cursor);
    const at = cursor % SEGMENT;
    const count = segment?.run(NUMBER, at, SEGMENT - at) ?? 0;
    if (segment === undefined || count === 0) return undefined;
    const numbers = (segment.numbers as Float64Array).subarray(at, at + count);
    this.#wasRead(segment, cursor, count);
    return numbers;
  }

  /** Items from `from` up to `end` end with this error. */
  closeTail(from: number, end: number, error: unknown): void {
    if (this.#tail !== undefined || from >= end) return;
    this.#tail = { from, end, error, unread: from };
    this.settled += end - from;
  }

  /** The next index to read: `cursor` itself in input order, otherwise the first arrival not read. */
  nextIndex(cursor: number): number | undefined {
    if (this.#arrivals === undefined) return this.isOpen(cursor) ? undefined : cursor;
    const arrived = this.#arrivals[this.#arrivalHead];
    if (arrived !== undefined) return arrived;
    const tail = this.#tail;
    return tail !== undefined && tail.unread < tail.end ? tail.unread : undefined;
  }

  /** Read a settled item; it is given out once. */
  take(index: number): Outcome {
    const tail = this.#tail;
    if (tail !== undefined && index >= tail.from) {
      tail.unread = index + 1;
      return { index, ok: false, error: tail.error };
    }
    const segment = this.#segment(index) as Segment;
    const at = index % SEGMENT;
    const state = segment.states[at];
    const outcome = state === NUMBER ? natural(segment.numbers?.[at] as number) : segment.values?.[at];
    if (segment.values !== undefined) segment.values[at] = undefined;
    this.unreadBytes -= segment.sizes?.[at] ?? 0;
    if (this.#arrivals !== undefined) this.#arrived();
    this.#wasRead(segment, index, 1);
    return state === ERROR ? { index, ok: false, error: outcome } : { index, ok: true, value: outcome };
  }

  #wasRead(segment: Segment, index: number, count: number): void {
    segment.read += count;
    if (segment.read < SEGMENT) return;
    const number = Math.floor(index / SEGMENT);
    this.#segments.delete(number);
    this.#finished.add(number);
    this.#latest = undefined;
    segment.clear();
    if (this.#spare.length < MOST_SPARE) this.#spare.push(segment);
  }

  #arrived(): void {
    const arrivals = this.#arrivals as number[];
    this.#arrivalHead++;
    if (this.#arrivalHead > SEGMENT && this.#arrivalHead * 2 > arrivals.length) {
      arrivals.splice(0, this.#arrivalHead);
      this.#arrivalHead = 0;
    }
  }

  #segment(index: number): Segment | undefined {
    const number = Math.floor(index / SEGMENT);
    if (this.#latest?.number === number) return this.#latest.segment;
    let segment = this.#segments.get(number);
    if (segment === undefined && this.#finished.has(number)) return undefined;
    if (segment === undefined) {
      segment = this.#spare.pop() ?? new Segment();
      this.#segments.set(number, segment);
    }
    this.#latest = { number, segment };
    return segment;
  }
}
