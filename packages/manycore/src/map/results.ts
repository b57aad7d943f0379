/** Results of a map as they come in, by index, in segments that are let go when they have been read. */

const SEGMENT = 1024;

export type Outcome = { readonly index: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown }
);

const OPEN = 0;
const VALUE = 1;
const ERROR = 2;

class Segment {
  readonly values = new Array<unknown>(SEGMENT);
  readonly states = new Uint8Array(SEGMENT);
  /** Sizes are kept where results are larger than nothing: numbers cost no array. */
  sizes: Float64Array | undefined;
  read = 0;
}

export class Results {
  readonly #segments = new Map<number, Segment>();
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
    const ok = segment.states[at] === VALUE;
    const outcome = segment.values[at];
    segment.values[at] = undefined;
    this.unreadBytes -= segment.sizes?.[at] ?? 0;
    if (this.#arrivals !== undefined) this.#arrived();
    if (++segment.read === SEGMENT) {
      this.#segments.delete((index - at) / SEGMENT);
      this.#finished.add((index - at) / SEGMENT);
    }
    return ok ? { index, ok, value: outcome } : { index, ok: false, error: outcome };
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
    let segment = this.#segments.get(number);
    if (segment === undefined && this.#finished.has(number)) return undefined;
    if (segment === undefined) {
      segment = new Segment();
      this.#segments.set(number, segment);
    }
    return segment;
  }
}
