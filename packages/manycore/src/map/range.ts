/** Whole numbers from `start` up to (or down to) `stop`, which is not among them. Sized: nothing is stored. Python: `range`. */
export class Range implements Iterable<number> {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;

  constructor(start: number, stop: number, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }

  /** The number at `index`; negative counts from the end. */
  at(index: number): number | undefined {
    const place = index < 0 ? index + this.length : index;
    return place >= 0 && place < this.length ? this.start + place * this.step : undefined;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let index = 0; index < this.length; index++) yield this.start + index * this.step;
  }
}

/**
 * `range(stop)`, `range(start, stop)` or `range(start, stop, step)`. Python: `range`.
 * @throws TypeError for anything but whole numbers, RangeError for a step of 0
 */
export function range(start: number, stop?: number, step = 1): Range {
  for (const value of [start, stop ?? 0, step])
    if (!Number.isSafeInteger(value)) throw new TypeError(`range() takes whole numbers, not ${String(value)}.`);
  if (step === 0) throw new RangeError("range() cannot have a step of 0.");
  return stop === undefined ? new Range(0, start, step) : new Range(start, stop, step);
}

/** Something that can be cut: an array or a typed array. */
interface Sliceable<T> {
  readonly length: number;
  slice(start: number, end: number): T;
}

/**
 * `xs` in `n` parts whose lengths differ by one at most, the longer ones first. Python: NumPy's `array_split`.
 * @throws RangeError for an `n` that is not a whole number of at least 1
 */
export function split<T>(xs: Sliceable<T>, n: number): T[] {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`split() takes a number of parts of at least 1, not ${n}.`);
  const short = Math.floor(xs.length / n);
  const longer = xs.length % n;
  return Array.from({ length: n }, (_, part) => {
    const start = part * short + Math.min(part, longer);
    return xs.slice(start, start + short + (part < longer ? 1 : 0));
  });
}
