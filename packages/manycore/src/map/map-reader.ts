/** The reader's end of a map: an async iterator, and all results at once. */

import { TimeoutError } from "../errors.ts";
import type { MapOutcome, MapResult, MapStream, NumericArrayConstructor, OutcomesOptions } from "../interface.ts";
import { callListener } from "../scheduling/submission.ts";
import { LONGEST_TIMER_MS } from "../timers.ts";
import { Collected } from "./collected.ts";
import type { MapRun } from "./map-run.ts";
import type { Outcome } from "./results.ts";

export interface ReaderOptions {
  readonly into: NumericArrayConstructor | undefined;
  readonly deadline: number;
  /** Called once when nothing more will be read or settled. */
  readonly ended: () => void;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

export class MapReader<R, All> implements MapStream<R, All> {
  /** Only over a sized input: an async function that returns a stream must not drain it by awaiting it. */
  // biome-ignore lint/suspicious/noThenProperty: a map over a sized input is awaitable by design
  declare readonly then?: MapResult<R, All>["then"];
  readonly #run: MapRun;
  readonly #options: ReaderOptions;
  #cursor = 0;
  #isExhausted = false;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void)[] = [];
  #all: Promise<All> | undefined;
  readonly #valueOf = (outcome: Outcome): R => {
    if (outcome.ok) return outcome.value as R;
    this.#stop();
    throw outcome.error;
  };

  constructor(run: MapRun, isSized: boolean, options: ReaderOptions) {
    this.#run = run;
    this.#options = options;
    run.onChange = () => this.#changed();
    const { deadline } = options;
    if (deadline <= LONGEST_TIMER_MS) this.#timer = setTimeout(() => this.#expire(), deadline);
    // biome-ignore lint/suspicious/noThenProperty: see above
    if (isSized) this.then = (onValue, onError) => this.toArray().then(onValue, onError);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<R, undefined>> {
    return this.#next(this.#valueOf);
  }

  outcomes({ onFailure }: OutcomesOptions = {}): AsyncIterableIterator<MapOutcome<R>> {
    if (onFailure !== undefined)
      this.#run.onFailure = (index, reason) => callListener("onFailure", () => onFailure({ index, reason }));
    const outcomes: AsyncIterableIterator<MapOutcome<R>> = {
      next: () => this.#next((outcome) => ({ index: outcome.index, ...asSettled<R>(outcome) })),
      return: () => this.return(),
      [Symbol.asyncIterator]: () => outcomes,
    };
    return outcomes;
  }

  cancel(): void {
    this.#run.cancelRest(undefined);
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#run.attend(false);
    this.#stop();
    return DONE;
  }

  toArray(): Promise<All> {
    this.#all ??= this.#collect();
    return this.#all;
  }

  async settled(): Promise<PromiseSettledResult<R>[]> {
    const settled: PromiseSettledResult<R>[] = [];
    await this.#drain((outcome) => {
      settled[outcome.index] = asSettled<R>(outcome);
      return true;
    });
    return settled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #collect(): Promise<All> {
    const collected = new Collected(this.#run.total);
    const failures: unknown[] = [];
    await this.#drain(
      (outcome) => {
        if (outcome.ok) collected.add(outcome.value);
        else failures.push(outcome.error);
        return outcome.ok;
      },
      (numbers) => collected.addNumbers(numbers),
    );
    if (failures.length > 0) {
      this.#stop();
      throw failures[0];
    }
    return collected.all(this.#options.into) as All;
  }

  /** Reads to the end, or until `read` says that it is enough; what lies together as numbers is read by `readAll`. */
  async #drain(read: (outcome: Outcome) => boolean, readAll?: (numbers: Float64Array) => void): Promise<void> {
    this.#run.attend(true);
    for (;;) {
      const from = this.#cursor;
      let outcome: Outcome | "later" | "end";
      do {
        if (readAll !== undefined) this.#takeNumbers(readAll);
        outcome = this.#take();
        if (typeof outcome === "object" && !read(outcome)) return;
      } while (typeof outcome === "object");
      if (outcome === "end") return;
      // What was consumed lets more be drawn, and that may turn out to be the end: told now, while nobody waits to hear it.
      if (this.#cursor > from) this.#run.consumed(this.#cursor - from);
      else await this.#change();
    }
  }

  #takeNumbers(read: (numbers: Float64Array) => void): void {
    if (this.#isExhausted) return;
    for (;;) {
      const numbers = this.#run.results.takeNumbers(this.#cursor);
      if (numbers === undefined) return;
      this.#cursor += numbers.length;
      read(numbers);
    }
  }

  /** The next outcome, as soon as there is one, in these words. One promise: there may be millions. */
  #next<T>(tell: (outcome: Outcome) => T): Promise<IteratorResult<T, undefined>> {
    this.#run.attend(false);
    const outcome = this.#take();
    if (outcome === "later") return this.#later(tell);
    if (outcome === "end") return Promise.resolve(DONE);
    try {
      return Promise.resolve(this.#told(outcome, tell));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #later<T>(tell: (outcome: Outcome) => T): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      await this.#change();
      const outcome = this.#take();
      if (outcome === "end") return DONE;
      if (outcome !== "later") return this.#told(outcome, tell);
    }
  }

  #told<T>(outcome: Outcome, tell: (outcome: Outcome) => T): IteratorYieldResult<T> {
    const value = tell(outcome);
    this.#run.consumed(1);
    return { value, done: false };
  }

  #take(): Outcome | "later" | "end" {
    if (this.#isExhausted) return "end";
    const { results, total } = this.#run;
    if (total !== undefined && this.#cursor >= total) {
      this.#stop();
      return "end";
    }
    const index = results.nextIndex(this.#cursor);
    if (index === undefined) return "later";
    this.#cursor++;
    return results.take(index);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
    });
  }

  #changed(): void {
    const { total, results } = this.#run;
    if (total !== undefined && results.settled >= total) this.#finished();
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }

  #expire(): void {
    const { deadline } = this.#options;
    this.#run.expire(new TimeoutError(`The map was not done after its deadline of ${deadline} ms.`));
  }

  /** Nothing more will be read: what has not started is cancelled. */
  #stop(): void {
    if (this.#isExhausted) return;
    this.#isExhausted = true;
    this.#run.cancelRest(undefined);
    this.#finished();
  }

  #finished(): void {
    clearTimeout(this.#timer);
    this.#options.ended();
  }
}

function asSettled<R>(outcome: Outcome): PromiseSettledResult<R> {
  return outcome.ok
    ? { status: "fulfilled", value: outcome.value as R }
    : { status: "rejected", reason: outcome.error };
}
