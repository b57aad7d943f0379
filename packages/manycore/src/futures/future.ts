/** A result that is not there yet. Python: `concurrent.futures.Future`. */

import { AsyncResource } from "node:async_hooks";
import { inspect } from "node:util";
import { CancelledError, InvalidStateError, TimeoutError } from "../errors.ts";
import { LONGEST_TIMER_MS } from "../timers.ts";
import { describeThrown, typeName } from "./describe.ts";
import { Aftermath, isOfEngine } from "./engine.ts";
import { failedUnseen, seen } from "./unobserved.ts";

/**
 * ```
 *             setRunningOrNotifyCancel            setResult, setException
 *   PENDING ─────────────────────────▶ RUNNING ────────────────────────▶ FINISHED
 *      │ └────────────── setResult, setException ──────────────────────────▲
 *      │ cancel
 *      └──────▶ CANCELLED ── setRunningOrNotifyCancel ──▶ CANCELLED_AND_NOTIFIED
 * ```
 * A future of an executor goes on to CANCELLED_AND_NOTIFIED at once: nobody will come and look.
 */
export type FutureState = "PENDING" | "RUNNING" | "CANCELLED" | "CANCELLED_AND_NOTIFIED" | "FINISHED";

/** The executor behind a future: what only it can know or do. */
export interface FutureSource {
  /** Whose failures are reported together. */
  readonly group: object;
  /** Has a worker started it? Asked while the future is PENDING. */
  started(): boolean;
  /** Drop it before it starts. True exactly when it will never run. */
  revoke(): boolean;
  /** Ask it to stop; the future settles at once. */
  abort(reason: unknown): void;
}

/** Told when a future is done; unlike a callback it can be taken back. */
export interface Waiter {
  done(future: Future<unknown>): void;
}

type Callback = (future: Future<unknown>) => void;
/** A promise that was asked for counts as a callback. */
type Listener = Waiter | Callback | Promised;

/** A promise for the outcome. `await` makes one for every future, so it is one small object, and no closure. */
class Promised {
  readonly resolve: (value: never) => void;
  readonly reject: (reason: unknown) => void;
  /** For `exception`: an error is the value. */
  wantsError = false;

  constructor(resolve: (value: never) => void, reject: (reason: unknown) => void) {
    this.resolve = resolve;
    this.reject = reject;
  }
}

/** What `new Promise(take)` has just taken. */
let taken: Promised | undefined;
const take = (resolve: (value: never) => void, reject: (reason: unknown) => void): void => {
  taken = new Promised(resolve, reject);
};

/**
 * A value that a task will give, or the error it will throw. Awaitable: `await future` is `await future.result()`.
 * Made by `submit`; made by hand it is the other end that calls `setResult` or `setException`.
 */
export class Future<T> implements PromiseLike<T> {
  #state: FutureState = "PENDING";
  /** The value of a success, the error of a failure, the CancelledError of a cancellation. */
  #outcome: unknown;
  #failed = false;
  #source: FutureSource | undefined;
  /** One as itself, since most futures have one at most; several in a Set, which keeps their order and drops one fast. */
  #listeners: Listener | Set<Listener> | undefined;

  /** @param source for executors only */
  constructor(source?: FutureSource) {
    this.#source = source;
  }

  /** Where it stands. A call that a worker has started is RUNNING, also during a retry. */
  get state(): FutureState {
    if (this.#state === "PENDING" && this.#source?.started() === true) this.#state = "RUNNING";
    return this.#state;
  }

  /** Drop the call before it starts. True exactly when it never runs. Python: `Future.cancel`. */
  cancel(): boolean {
    if (this.#isCancelled) return true;
    if (this.#state !== "PENDING") return false;
    if (this.#source === undefined) {
      this.#state = "CANCELLED";
      this.#outcome = new CancelledError("The future was cancelled.");
      this.#tellCallbacksOnly();
      return true;
    }
    if (!this.#source.revoke()) return false;
    this.cancelWith(undefined);
    return this.#isCancelled;
  }

  /** Was it cancelled? Python: `Future.cancelled`. */
  cancelled(): boolean {
    return this.#isCancelled;
  }

  /** Has a worker started it, and not ended? Python: `Future.running`. */
  running(): boolean {
    return this.state === "RUNNING";
  }

  /** Is it cancelled or finished? Python: `Future.done`. */
  done(): boolean {
    return this.#isCancelled || this.#state === "FINISHED";
  }

  /**
   * The value, as a promise. Python: `Future.result`.
   * @param timeoutMs how long to wait; 0 looks once. The call goes on after a timeout.
   * @throws (by rejection) what the task threw, CancelledError, or TimeoutError
   */
  result(timeoutMs?: number): Promise<T> {
    return this.#promise(timeoutMs, false) as Promise<T>;
  }

  /**
   * What the task threw, or undefined, as a promise. Python: `Future.exception`.
   * @param timeoutMs how long to wait; 0 looks once
   * @throws (by rejection) CancelledError or TimeoutError
   */
  exception(timeoutMs?: number): Promise<unknown> {
    return this.#promise(timeoutMs, true);
  }

  /**
   * Call `fn(future)` once when this is done, at once if it is. In the order of adding, synchronously, in the
   * asynchronous context of the caller. What `fn` throws becomes a warning. Python: `Future.add_done_callback`.
   */
  addDoneCallback(fn: (future: Future<T>) => void): void {
    if (typeof fn !== "function") throw new TypeError("addDoneCallback() takes a function.");
    if (this.#failed) seen(this);
    if (this.done()) this.#call(fn as Callback);
    else this.#listen(AsyncResource.bind(fn as Callback));
  }

  // biome-ignore lint/suspicious/noThenProperty: a future is awaitable by design
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    // `await` and `Promise.all` come with their own two functions: those are called as they are, and no promise is made.
    if (!isOfEngine(onValue) || !isOfEngine(onError)) return this.result().then(onValue, onError);
    if (this.#failed) seen(this);
    const promised = new Promised(onValue, onError);
    if (this.done()) this.#deliver(promised);
    else this.#listen(promised);
    return new Aftermath(this) as unknown as Promise<A | B>;
  }

  catch<B = never>(onError?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.result().catch(onError);
  }

  finally(onDone?: (() => void) | null): Promise<T> {
    return this.result().finally(onDone);
  }

  /** For executors: about to run it. False: it was cancelled, do not. Python: `set_running_or_notify_cancel`. */
  setRunningOrNotifyCancel(): boolean {
    if (this.#state === "CANCELLED") {
      this.#state = "CANCELLED_AND_NOTIFIED";
      this.#settle();
      return false;
    }
    if (this.#state !== "PENDING") throw new InvalidStateError(`Future in unexpected state: ${this.toString()}`);
    this.#state = "RUNNING";
    return true;
  }

  /** For executors: it has succeeded. @throws InvalidStateError if it is done already */
  setResult(value: T): void {
    this.#finish(value, false);
  }

  /** For executors: it has failed; any value can be thrown. @throws InvalidStateError if it is done already */
  setException(error: unknown): void {
    this.#finish(error, true);
    // A waiter is no look: `wait` and `asCompleted` hand the future on to somebody who still has to ask it.
    if (!this.#isWatched()) failedUnseen(this, this.#source?.group, error);
    this.#settle();
  }

  /** For executors: it will never run. @internal */
  cancelWith(reason: unknown): void {
    if (this.done()) return;
    this.#state = "CANCELLED_AND_NOTIFIED";
    this.#outcome = new CancelledError(
      "The call was cancelled before it started.",
      reason === undefined ? undefined : { cause: reason },
    );
    this.#settle();
  }

  /** For executors: a retry, or a start that was seen. @internal */
  markRunning(): void {
    if (this.#state === "PENDING") this.#state = "RUNNING";
  }

  /** For `firstSuccess`: cancel it, or where it runs ask it to stop. @internal */
  giveUp(reason: unknown): void {
    if (!this.done() && !this.cancel()) this.#source?.abort(reason);
  }

  /** For `wait` and `asCompleted`. Done means notified here, as in CPython. @internal */
  isNotified(): boolean {
    return this.#state === "FINISHED" || this.#state === "CANCELLED_AND_NOTIFIED";
  }

  /** Did it end with an error, cancellation not counted? @internal */
  hasFailed(): boolean {
    return this.#failed;
  }

  /** @internal */
  addWaiter(waiter: Waiter): void {
    this.#listen(waiter);
  }

  /** @internal */
  removeWaiter(waiter: Waiter): void {
    this.#remove(waiter);
  }

  toString(): string {
    const outcome =
      this.#state !== "FINISHED"
        ? ""
        : this.#failed
          ? ` raised ${typeName(this.#outcome)}`
          : ` returned ${typeName(this.#outcome)}`;
    const state = this.#isCancelled ? "cancelled" : this.state.toLowerCase();
    return `<Future state=${state}${outcome}>`;
  }

  get [Symbol.toStringTag](): string {
    return "Future";
  }

  [inspect.custom](): string {
    return this.toString();
  }

  get #isCancelled(): boolean {
    return this.#state === "CANCELLED" || this.#state === "CANCELLED_AND_NOTIFIED";
  }

  #finish(outcome: unknown, failed: boolean): void {
    if (this.#state !== "PENDING" && this.#state !== "RUNNING")
      throw new InvalidStateError(`${this.#state}: ${this.toString()}`);
    this.#state = "FINISHED";
    this.#outcome = outcome;
    this.#failed = failed;
    if (!failed) this.#settle();
  }

  /** Tell everybody, once: those who wait, then the callbacks. What is settled needs no source. */
  #settle(): void {
    const listeners = this.#listeners;
    this.#listeners = undefined;
    this.#source = undefined;
    if (listeners === undefined) return;
    if (!(listeners instanceof Set)) return this.#tell(listeners);
    for (const listener of listeners) if (isWaiter(listener)) this.#tell(listener);
    for (const listener of listeners) if (!isWaiter(listener)) this.#tell(listener);
  }

  /** CANCELLED but not notified: waiters stay for the notification. They are set aside first, as a callback may add some. */
  #tellCallbacksOnly(): void {
    const listeners = this.#listeners instanceof Set ? [...this.#listeners] : this.#listeners ? [this.#listeners] : [];
    const waiters = listeners.filter(isWaiter);
    this.#listeners = waiters.length === 0 ? undefined : new Set(waiters);
    for (const listener of listeners) if (!isWaiter(listener)) this.#tell(listener);
  }

  #promise(timeoutMs: number | undefined, wantsError: boolean): Promise<unknown> {
    if (timeoutMs !== undefined && (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs)))
      throw new TypeError(`A timeout is a number of ms, not ${String(timeoutMs)}.`);
    if (this.#failed) seen(this);
    const promise = new Promise<unknown>(take);
    const promised = taken as Promised;
    taken = undefined;
    promised.wantsError = wantsError;
    if (this.done()) this.#deliver(promised);
    else if (timeoutMs === undefined || timeoutMs === Infinity) this.#listen(promised);
    else this.#promiseWithin(timeoutMs, promised);
    return promise;
  }

  #promiseWithin(timeoutMs: number, promised: Promised): void {
    const late = () => {
      this.#remove(waiter);
      promised.reject(new TimeoutError(`The future was not done after ${timeoutMs} ms.`));
    };
    const waiter = () => {
      clearTimeout(timer);
      this.#deliver(promised);
    };
    if (timeoutMs <= 0) return late();
    const timer = setTimeout(late, Math.min(timeoutMs, LONGEST_TIMER_MS));
    this.#listen(waiter);
  }

  #listen(listener: Listener): void {
    const listeners = this.#listeners;
    if (listeners === undefined) this.#listeners = listener;
    else if (listeners instanceof Set) listeners.add(listener);
    else this.#listeners = new Set([listeners, listener]);
  }

  #remove(listener: Listener): void {
    if (this.#listeners === listener) this.#listeners = undefined;
    else if (this.#listeners instanceof Set) this.#listeners.delete(listener);
  }

  /** Will anybody be told who looks at the outcome? */
  #isWatched(): boolean {
    const listeners = this.#listeners;
    if (!(listeners instanceof Set)) return listeners !== undefined && !isWaiter(listeners);
    for (const listener of listeners) if (!isWaiter(listener)) return true;
    return false;
  }

  #tell(listener: Listener): void {
    if (listener instanceof Promised) this.#deliver(listener);
    else if (typeof listener === "object") listener.done(this);
    else this.#call(listener);
  }

  #deliver({ resolve, reject, wantsError }: Promised): void {
    if (this.#isCancelled || (this.#failed && !wantsError)) reject(this.#outcome);
    else resolve((wantsError && !this.#failed ? undefined : this.#outcome) as never);
  }

  #call(callback: Callback): void {
    try {
      callback(this);
    } catch (error) {
      const text = `exception calling callback for ${this.toString()}: ${describeThrown(error)}`;
      process.emitWarning(text, "FutureCallbackWarning");
    }
  }
}

const isWaiter = (listener: Listener): listener is Waiter =>
  typeof listener === "object" && !(listener instanceof Promised);

// A task that captures one is refused by this word.
Object.defineProperty(Future.prototype, Symbol.for("manycore.cannotShip"), {
  value: { what: "a future", fix: (path: string) => `Await it first: const value = await ${path}` },
});
