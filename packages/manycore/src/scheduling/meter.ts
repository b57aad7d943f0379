/** Durations of what ran: how long it waited and how long it took, in buckets that grow by a quarter. */

import type { Durations } from "../interface.ts";
import type { LaneState } from "./lane-state.ts";

const FIRST_MS = 0.000_1;
const GROWTH = 1.25;
const LOG_GROWTH = Math.log(GROWTH);
const BUCKETS = 160;

export class Histogram {
  readonly #buckets = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  record(ms: number, count: number): void {
    const bucket = ms <= FIRST_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / FIRST_MS) / LOG_GROWTH));
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
      if (left <= 0) return Math.min(this.#max, FIRST_MS * GROWTH ** bucket);
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
