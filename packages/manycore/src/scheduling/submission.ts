/** One submitted call: the tie between its future and its work. */

import { AbortError } from "../errors.ts";
import { Future, type FutureSource } from "../futures/future.ts";
import type { Progress } from "../interface.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Abortable, Signals } from "./signals.ts";
import type { Site } from "./site.ts";
import { joinSite } from "./site.ts";
import type { Ticket, Work } from "./work.ts";

/** What the submits of a view have in common. */
export interface SubmissionOptions {
  readonly group: object;
  readonly scheduler: Scheduler;
  readonly signals: Signals;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

export class Submission<T> implements Ticket, FutureSource, Abortable {
  readonly future: Future<T>;
  readonly #options: SubmissionOptions;
  readonly #site: Site;
  #work: Work | undefined;

  constructor(options: SubmissionOptions, site: Site) {
    this.#options = options;
    this.#site = site;
    this.future = new Future<T>(this);
  }

  /** From now on its signal, if it has one, aborts it. */
  watch(): void {
    const { signal, signals } = this.#options;
    if (signal !== undefined) signals.watch(signal, this);
  }

  get group(): object {
    return this.#options.group;
  }

  joined(work: Work): void {
    this.#work = work;
    if (work.attempt > 1) this.future.markRunning();
  }

  parted(): void {}

  isOpen(): boolean {
    return !this.future.done();
  }

  started(): boolean {
    const work = this.#work;
    return work?.state === "sent" && work.lane !== undefined && work.lane.lane.claimed(work) > 0;
  }

  revoke(): boolean {
    if (this.#work === undefined || this.#options.scheduler.revoke(this.#work).count === 0) return false;
    this.#leave();
    return true;
  }

  /** Settle at once; the task hears of it and has `grace` to return. */
  abort(reason: unknown): void {
    if (this.future.done()) return;
    if (this.future.state === "PENDING" && this.revoke()) {
      this.future.cancelWith(reason);
      return;
    }
    const work = this.#work;
    this.#fail(new AbortError("The call was asked to stop while it ran.", { cause: reason }));
    if (work !== undefined && this.#options.scheduler.revoke(work).count === 0)
      this.#options.scheduler.aborting.ask(work, 0);
  }

  value(_index: number, value: unknown): void {
    if (this.future.done()) return;
    this.#leave();
    this.future.setResult(value as T);
    this.#report(1, undefined, undefined);
  }

  numbers(_first: number, values: Float64Array): void {
    this.value(0, values[0]);
  }

  failed(_index: number, error: unknown): void {
    if (this.future.done()) return;
    this.#fail(error);
    this.#report(1, undefined, undefined);
  }

  cancelled(_first: number, _count: number, reason: unknown): void {
    this.#leave();
    this.future.cancelWith(reason);
  }

  progress(index: number, value: unknown): void {
    if (!this.future.done()) this.#report(0, index, value);
  }

  #fail(error: unknown): void {
    this.#leave();
    this.future.setException(joinSite(error, this.#site));
  }

  #leave(): void {
    const { signal, signals } = this.#options;
    if (signal !== undefined) signals.leave(signal, this);
  }

  #report(done: number, index: number | undefined, value: unknown): void {
    const { onProgress } = this.#options;
    if (onProgress !== undefined) callProgress(onProgress, { done, total: 1, index, value });
  }
}

export function callProgress(onProgress: (progress: Progress) => void, progress: Progress): void {
  callListener("onProgress", () => onProgress(progress));
}

/** A listener of the user's: what it throws is reported, and nothing else comes of it. */
export function callListener(name: "onProgress" | "onFailure", call: () => void): void {
  try {
    call();
  } catch (error) {
    process.emitWarning(
      `${name} threw: ${error instanceof Error ? error.stack : String(error)}`,
      name === "onProgress" ? "ProgressCallbackWarning" : "FailureCallbackWarning",
    );
  }
}
