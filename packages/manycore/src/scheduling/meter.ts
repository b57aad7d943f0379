/** Durations of what ran: how long it waited and how long it took, in buckets that grow by a quarter at most. */

import type { Durations } from "../interface.ts";
import type { LaneState } from "./lane-state.ts";

/** Buckets to an octave: a float's exponent and the first two bits of its mantissa say which, and no logarithm is taken. */
const MANTISSA_BITS = 2;
const PER_OCTAVE = 2 ** MANTISSA_BITS;
/** 2^-14 ms, some 60 ns, and 2^34, half a year. */
const FIRST_OCTAVE = -14;
const OCTAVES = 48;
const BUCKETS = OCTAVES * PER_OCTAVE;

const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0; // where the exponent is
const EXPONENT_BIAS = 1023;

function bucketOf(ms: number): number {
  float[0] = ms;
  const bucket = ((halves[HIGH] as number) >>> (20 - MANTISSA_BITS)) - (EXPONENT_BIAS + FIRST_OCTAVE) * PER_OCTAVE;
  return Math.max(0, Math.min(BUCKETS - 1, bucket));
}

/** What all in the bucket are shorter than, ms. */
function endOf(bucket: number): number {
  const octave = Math.floor(bucket / PER_OCTAVE);
  return 2 ** (FIRST_OCTAVE + octave) * (1 + ((bucket % PER_OCTAVE) + 1) / PER_OCTAVE);
}

export class Histogram {
  readonly #buckets = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  record(ms: number, count: number): void {
    const bucket = bucketOf(ms);
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + count;
    this.#count += count;
    this.#sum += ms * count;
    if (ms > this.#max) this.#max = ms;
  }

  get count(): number {
    return this.#count;
  }

  summary(): Durations {
    const mean = this.#count === 0 ? 0 : this.#sum / this.#count;
    return {
      count: this.#count,
      mean,
      max: this.#max,
      p50: this.#quantile(0.5),
      p90: this.#quantile(0.9),
      p99: this.#quantile(0.99),
    };
  }

  /** Upper bound of the bucket that holds the quantile: right to a quarter. */
  #quantile(share: number): number {
    let left = this.#count * share;
    if (left === 0) return 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#buckets[bucket] as number;
      if (left <= 0) return Math.min(this.#max, endOf(bucket));
    }
    return this.#max;
  }
}

export class Meter {
  readonly wait = new Histogram();
  readonly run = new Histogram();
  /** Of workers that are gone. */
  workMs = 0;
  readyMs = 0;

  ran(eachMs: number, count: number, waitedMs: number): void {
    this.run.record(eachMs, count);
    this.wait.record(Math.max(0, waitedMs), count);
  }

  left(state: LaneState): void {
    this.workMs += state.workMs;
    if (state.readyAt !== undefined) this.readyMs += performance.now() - state.readyAt;
  }
}
