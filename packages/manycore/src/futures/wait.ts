/** Waiting for several futures, of one executor or of many. Python: `concurrent.futures.wait` and `as_completed`. */

import { AbortError, TimeoutError } from "../errors.ts";
import { checkOptions, duration, oneOf } from "../options.ts";
import { LONGEST_TIMER_MS } from "../timers.ts";
import { typeName } from "./describe.ts";
import { Future, type Waiter } from "./future.ts";

/** Return when any future is done. */
export const FIRST_COMPLETED = "FIRST_COMPLETED";
/** Return when any future has failed, or all are done. A cancelled one has not failed. */
export const FIRST_EXCEPTION = "FIRST_EXCEPTION";
/** Return when all futures are done. */
export const ALL_COMPLETED = "ALL_COMPLETED";

export interface WaitOptions {
  /** Ms to wait at most; then it returns what is done so far. Default `Infinity`. */
  timeout?: number;
  /** Default `ALL_COMPLETED`. Python: `return_when`. */
  returnWhen?: typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;
}

export interface Waited<F> {
  readonly done: Set<F>;
  readonly notDone: Set<F>;
}

/** The value that a future is for. */
export type ValueOf<F> = F extends Future<infer T> ? T : never;

/**
 * Resolves when the futures are as `returnWhen` says, or after `timeout`; it never rejects for what a future did. It is
 * not a look at a failure either: that is for whoever gets the sets.
 * A hand-made future that is cancelled but not notified is not done here, as in CPython.
 * @throws TypeError for something that is no future, an unknown option or an unknown `returnWhen`
 */
export function wait<F extends Future<unknown>>(futures: Iterable<F>, options?: WaitOptions): Promise<Waited<F>> {
  const { timeout = Infinity, returnWhen = ALL_COMPLETED } = checkOptions<WaitOptions>("wait()", options, {
    timeout: duration,
    returnWhen: oneOf(FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED),
  });
  return waitFor(futureSet(futures, "wait()"), timeout, returnWhen);
}

async function waitFor<F extends Future<unknown>>(
  notDone: Set<F>,
  timeout: number,
  returnWhen: NonNullable<WaitOptions["returnWhen"]>,
): Promise<Waited<F>> {
  const done = new Set<F>();
  let failed = false;
  const take = (future: F) => {
    if (!notDone.delete(future)) return;
    done.add(future);
    failed ||= future.hasFailed();
  };
  const isEnough = () =>
    notDone.size === 0 ||
    (returnWhen === FIRST_COMPLETED && done.size > 0) ||
    (returnWhen === FIRST_EXCEPTION && failed);
  for (const future of [...notDone]) if (future.isNotified()) take(future);
  if (isEnough() || timeout === 0) return { done, notDone };
  const all = [...notDone];
  let enough = () => {};
  const waiter: Waiter = {
    done(future) {
      take(future as F);
      if (isEnough()) enough();
    },
  };
  await withTimer(timeout, (end) => {
    enough = end;
    for (const future of all) future.addWaiter(waiter);
  });
  for (const future of all) future.removeWaiter(waiter);
  return { done, notDone };
}

/**
 * The futures as they are done, those that are already first, each once. What is ready is given even after the
 * timeout; handing a future out is not a look at its failure.
 * @param options.timeout ms from this call for the whole iteration; then `next()` rejects with TimeoutError
 * @throws TypeError for something that is no future
 */
export function asCompleted<F extends Future<unknown>>(
  futures: Iterable<F>,
  options?: { timeout?: number },
): CompletedFutures<F> {
  const { timeout = Infinity } = checkOptions<{ timeout?: number }>("asCompleted()", options, { timeout: duration });
  return new Completions(futureSet(futures, "asCompleted()"), timeout);
}

/** Not `AsyncIterableIterator<F>`: TypeScript takes its items for awaited, and would see values in place of futures. */
export interface CompletedFutures<F> {
  next(): Promise<IteratorResult<F, undefined>>;
  return(): Promise<IteratorResult<F, undefined>>;
  [Symbol.asyncIterator](): this;
}

/** An iterator by hand: an async generator would await each future and yield its value. */
class Completions<F extends Future<unknown>> implements CompletedFutures<F> {
  readonly #waiting: Set<F>;
  /** Those that are done, in their order; what is before `#given` was handed out. */
  #ready: F[] = [];
  #given = 0;
  readonly #total: number;
  readonly #deadline: number;
  /** One wake for each `next()` that is under way: each looks again for itself. */
  readonly #wakes = new Set<() => void>();
  readonly #waiter: Waiter = {
    done: (future) => {
      if (this.#waiting.delete(future as F)) this.#ready.push(future as F);
      this.#wakeAll();
    },
  };

  constructor(futures: Set<F>, timeout: number) {
    this.#waiting = futures;
    this.#total = futures.size;
    this.#deadline = performance.now() + timeout;
    for (const future of [...futures]) {
      if (future.isNotified()) this.#waiter.done(future);
      else future.addWaiter(this.#waiter);
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<F, undefined>> {
    while (this.#given === this.#ready.length) {
      if (this.#waiting.size === 0) return { value: undefined, done: true };
      const left = this.#deadline - performance.now();
      if (left <= 0) {
        const unfinished = this.#waiting.size;
        this.#stop();
        throw new TimeoutError(`${unfinished} (of ${this.#total}) futures unfinished`);
      }
      let wake = () => {};
      await withTimer(left, (end) => {
        wake = end;
        this.#wakes.add(wake);
      });
      this.#wakes.delete(wake);
    }
    return { value: this.#ready[this.#given++] as F, done: false };
  }

  async return(): Promise<IteratorResult<F, undefined>> {
    this.#stop();
    return { value: undefined, done: true };
  }

  #wakeAll(): void {
    for (const wake of this.#wakes) wake();
  }

  #stop(): void {
    for (const future of this.#waiting) future.removeWaiter(this.#waiter);
    this.#waiting.clear();
    this.#ready = [];
    this.#given = 0;
    this.#wakeAll();
  }
}

/**
 * The first value of any of the futures; the others are cancelled, or where they run asked to stop. How those end is
 * nobody's concern: they count as looked at.
 * @throws AggregateError (by rejection) when none succeeds, with what each ended in, in their order
 * @throws TypeError for something that is no future
 */
export function firstSuccess<F extends Future<unknown>>(futures: Iterable<F>): Promise<ValueOf<F>> {
  const all = [...futureSet(futures, "firstSuccess()")];
  return Promise.any(all.map((future) => future.result() as Promise<ValueOf<F>>)).then(
    (value) => {
      const reason = new AbortError("Another of the futures given to firstSuccess() succeeded first.");
      for (const future of all) future.giveUp(reason);
      return value;
    },
    (none: AggregateError) => {
      const message = all.length === 0 ? "firstSuccess() was given no futures." : "None of the futures succeeded.";
      throw new AggregateError(none.errors, message);
    },
  );
}

function futureSet<F extends Future<unknown>>(futures: Iterable<F>, where: string): Set<F> {
  const set = new Set<F>();
  let index = 0;
  for (const future of futures) {
    if (!(future instanceof Future)) {
      throw new TypeError(`${where} takes futures, but item ${index} is of type ${typeName(future)}.`);
    }
    set.add(future);
    index++;
  }
  return set;
}

/** Resolves when `start`'s argument is called, or after `ms`. */
function withTimer(ms: number, start: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms <= LONGEST_TIMER_MS ? setTimeout(resolve, ms) : undefined;
    start(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
