/**
 * One map under way: draws inputs, cuts them into calls as lanes have room, and collects what comes back.
 *
 *   inputs ──draw──▶ entries ──take──▶ works ──▶ lanes ──▶ results ──read──▶ the user
 *          `bufferSize` bounds what is drawn ahead of what was read
 */

import { AbortError, CancelledError, ExecutorShutdownError } from "../errors.ts";
import type { Shipped } from "../functions/definitions.ts";
import { encodeArguments } from "../functions/encoding.ts";
import { failedUnseen, seen } from "../futures/unobserved.ts";
import type { Progress } from "../interface.ts";
import type { Source } from "../scheduling/backlog.ts";
import type { Scheduler } from "../scheduling/scheduler.ts";
import type { Abortable } from "../scheduling/signals.ts";
import { joinSite, type Site } from "../scheduling/site.ts";
import { callProgress } from "../scheduling/submission.ts";
import type { TaskTimes } from "../scheduling/task-times.ts";
import { newWork, type Policy, type Ticket, type Work } from "../scheduling/work.ts";
import type { Items } from "../transports/transport.ts";
import { type Entry, itemsOf, together } from "./chunk.ts";
import type { Drawn, Inputs } from "./inputs.ts";
import { Results } from "./results.ts";
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
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly nested: boolean;
  readonly times: TaskTimes;
  readonly site: Site;
}

export class MapRun implements Source, Ticket, Abortable {
  readonly results: Results;
  /** Items in all, once that is known. */
  total: number | undefined;
  /** Called when something was settled, or the end is known. */
  onChange: () => void = () => {};
  readonly #setup: MapSetup;
  readonly #startedAt = performance.now();
  /** Drawn and not yet taken; undefined for an input that could not be encoded. */
  #entries: (Entry | undefined)[] = [];
  #drawn = 0;
  #taken = 0;
  #read = 0;
  /** How far drawing has come: `waiting` for an asynchronous input. */
  #drawing: "open" | "waiting" | "ended" = "open";
  /** `lazy`: draw as lanes have room. `ahead`: keep the window full. */
  readonly #mode: "lazy" | "ahead";
  #reported = 0;
  /** Results with a size, and their bytes: what the ones under way will be like. */
  #sizedResults = 0;
  #sizedBytes = 0;
  /** Of all that were drawn. */
  #inputBytes = 0;
  #isAwaited = false;
  #isRead = false;
  readonly #works = new Set<Work>();

  constructor(setup: MapSetup) {
    this.#setup = setup;
    this.results = new Results(setup.ordered);
    this.total = setup.inputs.size;
    this.#mode = setup.inputs.size !== undefined && setup.bufferSize === undefined ? "lazy" : "ahead";
  }

  /** The work begins: at the call, not at the first read. */
  start(): void {
    this.#setup.scheduler.addSource(this);
    this.#drawAhead();
    this.#endIfTaken();
  }

  get nested(): boolean {
    return this.#setup.nested;
  }

  get priority(): number {
    return this.#setup.policy.priority;
  }

  get taskMs(): number | undefined {
    return this.#setup.times.get(this.#setup.fn.definition.id);
  }

  set taskMs(ms: number) {
    this.#setup.times.set(this.#setup.fn.definition.id, ms);
  }

  get remaining(): number {
    if (this.#allowance <= 0 || this.#setup.policy.gate?.isOpen === false) return 0;
    const undrawn = this.#mode === "lazy" && this.#drawing === "open" ? (this.total as number) - this.#drawn : 0;
    return this.#entries.length + undrawn;
  }

  take(wanted: number, limit: number): Work | undefined {
    const { scheduler, fn, name, policy, chunkSize, nested } = this.#setup;
    const want = Math.min(chunkSize === "auto" ? wanted : chunkSize, limit, Math.max(1, this.#allowance));
    const items = this.#cut(want);
    if (items === undefined) {
      this.#endIfTaken();
      return undefined;
    }
    const submittedAt = this.#setup.inputs.size === undefined ? performance.now() : this.#startedAt;
    const work = newWork({ fn, items, ticket: this, policy, name, submittedAt, first: this.#taken, nested });
    this.#taken += items.count;
    scheduler.admit(work);
    this.#endIfTaken();
    return work;
  }

  /** Somebody reads: from now on failures are theirs. `all`: they wait for everything, so nothing need be held back. */
  attend(all: boolean): void {
    if (!this.#isRead) seen(this);
    this.#isRead = true;
    if (all) this.#isAwaited = true;
    this.#setup.scheduler.schedule();
  }

  /** `count` more results have been read: as many inputs may be drawn. */
  consumed(count: number): void {
    this.#read += count;
    this.#drawAhead();
    if (this.#entries.length > 0 || this.#mode === "lazy") this.#setup.scheduler.schedule();
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
    if (this.#mode === "ahead" && this.#drawing !== "ended") {
      this.#inputFailed(new ExecutorShutdownError("The executor was shut down before the whole input was drawn."));
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
    for (let offset = 0; offset < values.length; offset++) this.results.put(first + offset, values[offset], true, 0);
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
    const underWay = this.#taken - this.results.settled;
    return Math.floor((MOST_UNREAD_BYTES - this.results.unreadBytes) / each) - underWay;
  }

  get #window(): number {
    const { bufferSize, maxWorkers } = this.#setup;
    if (bufferSize !== undefined) return bufferSize;
    return windowFor(this.taskMs, this.#drawn === 0 ? Infinity : this.#inputBytes / this.#drawn, maxWorkers);
  }

  #settle(index: number, outcome: unknown, ok: boolean, size: number): void {
    if (!this.results.put(index, outcome, ok, size)) return;
    this.#sizedResults++;
    this.#sizedBytes += size;
    if (!ok) this.#noticeFailure(outcome);
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

  /** Up to `want` drawn items, encoded; undefined when there is none now. */
  #cut(want: number): Items | undefined {
    const { values } = this.#setup.inputs;
    if (values !== undefined && this.#mode === "lazy") {
      const from = this.#drawn;
      const count = Math.min(want, values.length - from);
      if (this.#drawing === "ended" || count <= 0) return undefined;
      this.#drawn += count;
      if (this.#drawn === values.length) this.#drawing = "ended";
      return { kind: "numbers", count, values: values.subarray(from, from + count) };
    }
    if (this.#mode === "lazy") while (this.#drawing === "open" && this.#entries.length < want) this.#drawOne();
    this.#skipFailed();
    const hole = this.#entries.indexOf(undefined);
    const ready = (hole < 0 ? this.#entries : this.#entries.slice(0, hole)) as Entry[];
    if (ready.length === 0) return undefined;
    const taken = this.#entries.splice(0, together(ready, want)) as Entry[];
    return itemsOf(taken, (value) => encodeArguments([value]));
  }

  /** Inputs that could not be encoded have failed already: step over them. */
  #skipFailed(): void {
    while (this.#entries.length > 0 && this.#entries[0] === undefined) {
      this.#entries.shift();
      this.#taken++;
    }
  }

  #drawAhead(): void {
    if (this.#mode === "lazy") return;
    while (this.#drawing === "open" && this.#drawn - this.#read < this.#window) this.#drawOne();
  }

  #drawOne(): void {
    try {
      const drawn = this.#setup.inputs.next();
      if (!(drawn instanceof Promise)) {
        this.#drew(drawn);
        return;
      }
      this.#drawing = "waiting";
      drawn.then(
        (later) => this.#drewLater(() => this.#drew(later)),
        (error: unknown) => this.#drewLater(() => this.#inputFailed(error)),
      );
    } catch (error) {
      this.#inputFailed(error);
    }
  }

  #drewLater(step: () => void): void {
    if (this.#drawing !== "waiting") return; // cancelled meanwhile
    this.#drawing = "open";
    step();
    this.#drawAhead();
    this.#setup.scheduler.schedule();
    this.#endIfTaken();
  }

  #drew(drawn: Drawn): void {
    if ("end" in drawn) {
      this.#drawing = "ended";
      this.total = this.#drawn;
      this.onChange();
      return;
    }
    const { args } = drawn;
    const index = this.#drawn++;
    if (args.length === 1 && typeof args[0] === "number") {
      this.#entries.push(args[0]);
      return;
    }
    try {
      const payload = encodeArguments(args, this.#setup.transfer);
      this.#inputBytes += payload.bytes.length;
      this.#entries.push(payload);
    } catch (error) {
      this.#entries.push(undefined);
      this.#settle(index, error, false, 0);
      this.#changed();
    }
  }

  /** The iterable itself threw: that is the failure at this place, and the end of the input. */
  #inputFailed(error: unknown): void {
    this.#drawing = "ended";
    this.#entries.push(undefined);
    this.#settle(this.#drawn++, error, false, 0);
    this.total = this.#drawn;
    this.#changed();
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
    const wasOpen = this.#drawing !== "ended";
    if (wasOpen) {
      this.#drawing = "ended";
      this.#setup.inputs.close();
    }
    const { size } = this.#setup.inputs;
    const end = size ?? (wasOpen ? this.#drawn + 1 : this.#drawn);
    const written = Math.max(this.#drawn, this.#taken); // inputs among these may have failed by themselves
    for (let index = this.#taken; index < Math.min(written, end); index++) this.#settle(index, error, false, 0);
    this.results.closeTail(written, end, error);
    if (written < end) this.#noticeFailure(error);
    this.#entries = [];
    this.#taken = this.#drawn = this.total = end;
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
    this.#skipFailed();
    if (
      this.#mode === "lazy" &&
      this.#drawing === "open" &&
      this.#drawn === this.total &&
      this.#setup.inputs.values === undefined
    )
      this.#drawing = "ended";
    if (this.#drawing === "ended" && this.#entries.length === 0) this.#setup.scheduler.removeSource(this);
  }
}
