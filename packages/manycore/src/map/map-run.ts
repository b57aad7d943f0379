/**
 * One map under way: inputs are drawn, cut into calls as lanes have room, and what comes back is collected.
 *
 *   inputs ──draw──▶ supply ──take──▶ works ──▶ lanes ──▶ results ──read──▶ the user
 *          `bufferSize` bounds what is drawn ahead of what was read
 */

import { AbortError, CancelledError, ExecutorShutdownError } from "../errors.ts";
import type { Shipped } from "../functions/definitions.ts";
import type { Passage } from "../functions/encoding.ts";
import { failedUnseen, seen } from "../futures/unobserved.ts";
import type { Progress } from "../interface.ts";
import type { Source } from "../scheduling/backlog.ts";
import type { Scheduler } from "../scheduling/scheduler.ts";
import type { Abortable } from "../scheduling/signals.ts";
import { joinSite, type Site } from "../scheduling/site.ts";
import { callProgress } from "../scheduling/submission.ts";
import type { TaskTimes } from "../scheduling/task-times.ts";
import { type Order, type Policy, type Ticket, Work } from "../scheduling/work.ts";
import type { Inputs } from "./inputs.ts";
import { Results } from "./results.ts";
import { Supply } from "./supply.ts";
import { windowFor } from "./window.ts";

/** Unread results over this many bytes pause dispatch, unless somebody waits for all of them. */
const MOST_UNREAD_BYTES = 64 * 2 ** 20;

export interface MapSetup {
  readonly scheduler: Scheduler;
  readonly group: object;
  readonly maxWorkers: number;
  readonly fn: Shipped;
  readonly name: string;
  readonly inputs: Inputs;
  readonly policy: Policy;
  readonly ordered: boolean;
  readonly chunkSize: number | "auto";
  readonly bufferSize: number | undefined;
  readonly transfer: readonly object[] | undefined;
  readonly passage: Passage;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly nested: boolean;
  readonly times: TaskTimes;
  readonly site: Site;
}

export class MapRun implements Source, Ticket, Abortable {
  readonly separate = false;
  readonly results: Results;
  /** Items in all, once that is known. */
  total: number | undefined;
  /** Called when something was settled, or the end is known. */
  onChange: () => void = () => {};
  /** Called when an item has failed, however long before it can be read. */
  onFailure: ((index: number, error: unknown) => void) | undefined;
  readonly #setup: MapSetup;
  readonly #startedAt = performance.now();
  readonly #supply: Supply;
  readonly #order: Order;
  #read = 0;
  #reported = 0;
  /** Results with a size, and their bytes: what the ones under way will be like. */
  #sizedResults = 0;
  #sizedBytes = 0;
  #isAwaited = false;
  #isRead = false;
  readonly #works = new Set<Work>();

  constructor(setup: MapSetup) {
    this.#setup = setup;
    this.results = new Results(setup.ordered);
    this.total = setup.inputs.size;
    const { inputs, transfer, passage, bufferSize, scheduler, fn, name, policy, times, nested } = setup;
    this.#order = { fn, name, policy, time: times.of(fn.definition.id), nested, pinned: undefined };
    this.#supply = new Supply({
      inputs,
      transfer,
      passage,
      isLazy: inputs.size !== undefined && bufferSize === undefined,
      wantsMore: () => this.#supply.drawn - this.#read < this.#window,
      failed: (index, error) => {
        this.#settle(index, error, false, 0);
        this.#changed();
      },
      ended: (total) => {
        this.total = total;
        this.onChange();
      },
      cameLater: () => {
        scheduler.schedule();
        this.#endIfTaken();
      },
    });
  }

  /** The work begins: at the call, not at the first read. */
  start(): void {
    this.#setup.scheduler.addSource(this);
    this.#supply.drawAhead();
    this.#endIfTaken();
  }

  get fnId(): number {
    return this.#order.fn.definition.id;
  }

  get exclusive(): boolean {
    return this.#supply.isExclusive;
  }

  get nested(): boolean {
    return this.#setup.nested;
  }

  get priority(): number {
    return this.#setup.policy.priority;
  }

  get grows(): boolean {
    return !this.#supply.isLazy && !this.#supply.hasEnded;
  }

  get taskMs(): number | undefined {
    return this.#order.time.ms;
  }

  get remaining(): number {
    if (this.#allowance <= 0 || this.#setup.policy.gate?.isOpen === false) return 0;
    return this.#supply.ready;
  }

  take(wanted: number, limit: number): Work | undefined {
    const { scheduler, chunkSize } = this.#setup;
    const want = Math.min(chunkSize === "auto" ? wanted : chunkSize, limit, Math.max(1, this.#allowance));
    const taken = this.#supply.take(want);
    if (taken === undefined) {
      this.#endIfTaken();
      return undefined;
    }
    const submittedAt = this.#setup.inputs.size === undefined ? performance.now() : this.#startedAt;
    const work = new Work(this.#order, taken.items, this, submittedAt, taken.first);
    scheduler.admit(work);
    this.#endIfTaken();
    return work;
  }

  /** Somebody reads: from now on failures are theirs. `all`: they wait for everything, so nothing need be held back. */
  attend(all: boolean): void {
    if (this.#isRead && (this.#isAwaited || !all)) return;
    if (!this.#isRead) seen(this);
    this.#isRead = true;
    if (all) this.#isAwaited = true;
    this.#setup.scheduler.schedule();
  }

  /** `count` more results have been read: as many inputs may be drawn. */
  consumed(count: number): void {
    this.#read += count;
    this.#supply.drawAhead();
    const { ready } = this.#supply;
    if (ready > 0) this.#setup.scheduler.offer(ready, this.taskMs);
  }

  /** Nobody wants the rest: what has not started never runs. */
  cancelRest(reason: unknown): void {
    const cause = reason === undefined ? undefined : { cause: reason };
    this.#dropUnstarted(new CancelledError("The item was cancelled before it started.", cause));
    this.#changed();
  }

  /** The deadline is over: every open item ends with this, those that run too. */
  expire(error: unknown): void {
    this.#dropUnstarted(error);
    for (const { index } of this.#openItems()) this.#settle(index, error, false, 0);
    this.#changed();
  }

  abort(reason: unknown): void {
    this.cancelRest(reason);
    for (const { work, item, index } of this.#openItems()) {
      this.failed(index, new AbortError("The map was asked to stop while this item ran.", { cause: reason }));
      this.#setup.scheduler.aborting.ask(work, item);
    }
  }

  /** The executor shuts down: what was drawn is finished; a stream is drawn from no more. */
  drain(): void {
    this.#isAwaited = true;
    if (!this.#supply.isLazy && !this.#supply.hasEnded) {
      this.#supply.fail(new ExecutorShutdownError("The executor was shut down before the whole input was drawn."));
      this.#setup.inputs.close();
    }
    this.#setup.scheduler.schedule();
    this.#endIfTaken();
  }

  abandon(error: unknown): void {
    this.#dropUntaken(error);
    this.#changed();
  }

  joined(work: Work): void {
    this.#works.add(work);
  }

  parted(work: Work): void {
    this.#works.delete(work);
  }

  isOpen(index: number): boolean {
    return this.results.isOpen(index);
  }

  value(index: number, value: unknown, size: number): void {
    this.#settle(index, value, true, size);
    this.#changed();
  }

  numbers(first: number, values: Float64Array): void {
    this.results.putNumbers(first, values);
    this.#changed();
  }

  failed(index: number, error: unknown): void {
    this.#settle(index, joinSite(error, this.#setup.site), false, 0);
    this.#changed();
  }

  cancelled(first: number, count: number, reason: unknown): void {
    if (count === 0) return;
    const error = new CancelledError(
      "The item was cancelled before it started.",
      reason === undefined ? undefined : { cause: reason },
    );
    for (let index = first; index < first + count; index++) this.#settle(index, error, false, 0);
    this.#changed();
  }

  progress(index: number, value: unknown): void {
    if (this.results.isOpen(index)) this.#report(index, value);
  }

  /** Items whose results there is room for, those under way counted by what results were like so far. */
  get #allowance(): number {
    if (this.#isAwaited || this.#sizedBytes === 0) return Infinity;
    const each = this.#sizedBytes / this.#sizedResults;
    const underWay = this.#supply.taken - this.results.settled;
    return Math.floor((MOST_UNREAD_BYTES - this.results.unreadBytes) / each) - underWay;
  }

  get #window(): number {
    const { bufferSize, maxWorkers } = this.#setup;
    if (bufferSize !== undefined) return bufferSize;
    return windowFor(this.taskMs, this.#supply.meanBytes, maxWorkers);
  }

  #settle(index: number, outcome: unknown, ok: boolean, size: number): void {
    if (!this.results.put(index, outcome, ok, size)) return;
    this.#sizedResults++;
    this.#sizedBytes += size;
    if (ok) return;
    this.#noticeFailure(outcome);
    this.onFailure?.(index, outcome);
  }

  /** A failure that nobody may ever look at is reported; a cancellation is somebody's own doing. */
  #noticeFailure(error: unknown): void {
    if (!this.#isRead && !(error instanceof CancelledError)) failedUnseen(this, this.#setup.group, error);
  }

  #changed(): void {
    if (this.results.settled > this.#reported) this.#report(undefined, undefined);
    this.#reported = this.results.settled;
    this.onChange();
  }

  #report(index: number | undefined, value: unknown): void {
    const { onProgress } = this.#setup;
    if (onProgress !== undefined)
      callProgress(onProgress, { done: this.results.settled, total: this.#setup.inputs.size, index, value });
  }

  #dropUnstarted(error: unknown): void {
    for (const work of [...this.#works]) {
      const { from, count } = this.#setup.scheduler.revoke(work);
      for (let item = from; item < from + count; item++) this.#settle(work.first + item, error, false, 0);
    }
    this.#dropUntaken(error);
  }

  /** What no work has: drawn or not, it ends with this. A stream whose length nobody will know ends here, with it too. */
  #dropUntaken(error: unknown): void {
    const { from, written, end } = this.#supply.drop();
    // Inputs among the drawn ones may have failed by themselves.
    for (let index = from; index < Math.min(written, end); index++) this.#settle(index, error, false, 0);
    this.results.closeTail(written, end, error);
    if (written < end) this.#noticeFailure(error);
    this.#endIfTaken();
  }

  /** Items that a worker has claimed and that are not settled. */
  *#openItems(): Generator<{ work: Work; item: number; index: number }> {
    for (const work of [...this.#works]) {
      for (let item = work.end - work.left; item < work.end; item++) {
        const index = work.first + item;
        if (this.isOpen(index)) yield { work, item, index };
      }
    }
  }

  #endIfTaken(): void {
    if (this.#supply.isUsedUp) this.#setup.scheduler.removeSource(this);
  }
}
