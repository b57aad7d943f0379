/** One submitted call: the tie between its future and its work. */

import { AbortError } from "../errors.ts";
import { Future, type FutureSource } from "../futures/future.ts";
import type { Progress } from "../interface.ts";
import type { Bunch } from "./bunch.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Abortable, Signals } from "./signals.ts";
import type { Site } from "./site.ts";
import { joinSite } from "./site.ts";
import { type Ticket, Work } from "./work.ts";

/** What the submits of a view have in common. */
export interface SubmissionOptions {
  readonly group: object;
  readonly scheduler: Scheduler;
  readonly signals: Signals;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

export class Submission<T> implements Ticket, FutureSource, Abortable {
  readonly separate = true;
  readonly future: Future<T>;
  readonly #options: SubmissionOptions;
  readonly #site: Site;
  /** Who has it: a work, or the others that it waits with. */
  #place: Work | Bunch | undefined;
  /** Which one of theirs it is. */
  #item = 0;

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

  waitIn(bunch: Bunch, index: number): void {
    this.#place = bunch;
    this.#item = index;
  }

  joined(work: Work, item = 0): void {
    this.#place = work;
    this.#item = item;
    if (work.attempt > 1) this.future.markRunning();
  }

  parted(): void {}

  isOpen(): boolean {
    return !this.future.done();
  }

  started(): boolean {
    const work = this.#place;
    if (!(work instanceof Work) || work.state !== "sent") return false;
    return work.lane !== undefined && work.lane.lane.claimed(work) > this.#item;
  }

  revoke(): boolean {
    if (!this.#takeBack()) return false;
    this.#leave();
    return true;
  }

  /** True: it will never run. */
  #takeBack(): boolean {
    const { scheduler } = this.#options;
    const place = this.#place;
    if (place === undefined) return false;
    return place instanceof Work ? scheduler.revokeItem(place, this.#item) : scheduler.drop(place, this.#item);
  }

  /** Settle at once; the task hears of it and has `grace` to return. */
  abort(reason: unknown): void {
    if (this.future.done()) return;
    if (this.future.state === "PENDING" && this.revoke()) {
      this.future.cancelWith(reason);
      return;
    }
    const [place, item] = [this.#place, this.#item];
    this.#fail(new AbortError("The call was asked to stop while it ran.", { cause: reason }));
    // During a retry it may be waiting again.
    if (!this.#takeBack() && place instanceof Work) this.#options.scheduler.aborting.ask(place, item);
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
