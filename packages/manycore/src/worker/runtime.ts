/**
 * The worker's loop, the same in every room: a job in, its items claimed and run, replies out.
 *
 *   accept(jobs) → queue ┐
 *   wake()  →  the source ┴→ start: record its definitions, prepare what it needs
 *                          → claim items → run each → publish → claim again, until nothing is left
 *
 * Items run synchronously one after the other as long as tasks return plain values; a promise suspends the run until
 * it settles. One run at a time (or `concurrency` of them), in the order of sending.
 */

import { Deque } from "../deque.ts";
import type { DefinitionBody } from "../functions/definitions.ts";
import { endOf, MAX_RANGE, nextOf } from "../ring/slots.ts";
import { monotonicMs } from "./clock.ts";
import { running, type TaskRoom } from "./context.ts";
import type { Job, JobItems, JobSource, Run } from "./job.ts";

/** Work per claim: what a crash can take with it beyond the guilty item, against one publication for each claim. */
const CLAIM_MS = 0.05;
/** A worker that never pauses still lets its timers and messages in this often. */
const TURN_MS = 5;

/** How a run stands after a stretch of synchronous work. */
type Standing = "over" | "turn" | PromiseLike<unknown>;

/** Where the functions of jobs come from. */
export interface Functions {
  define(id: number, body: DefinitionBody): void;
  /** Is all there that this function needs? */
  isReady(id: number): boolean;
  /** Load what these need; undefined when all is there. */
  prepare(ids: Iterable<number>): undefined | Promise<void>;
  get(id: number): unknown;
}

export interface RuntimeOptions {
  readonly room: TaskRoom;
  readonly table: Functions;
  readonly concurrency: number;
  /** Where jobs are fetched, in rooms that do not bring them by `accept`. */
  readonly source: JobSource | undefined;
  /** Turn a job's encoded item, from `from` to `to` in `bytes`, into its arguments. */
  readonly decode: (bytes: Uint8Array, from: number, to: number, attachments: readonly unknown[]) => unknown[];
  /** The thread runs other code too (or several tasks at once): the running task is found by asynchronous context. */
  readonly sharesThread: boolean;
}

export class Runtime {
  readonly #options: RuntimeOptions;
  readonly #queue = new Deque<Job>();
  readonly #runs = new Map<number, Run>();
  /** Runs under way, those included that wait for their imports. */
  #active = 0;
  #turnScheduled = false;
  #turnStarted = 0;
  /** `performance.now()`, when it was last asked: what runs now began then. A look at the clock costs more than a small task. */
  #clock = 0;
  #isPumping = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
  }

  accept(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (job.nested) this.#start(job);
      else this.#queue.push(job);
    }
    this.wake();
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#isPumping) return; // what a job needs was fetched from the port, and this with it
    this.#turnStarted = this.#clock = performance.now();
    this.#pump();
  }

  /** The host has asked items of a call to stop: let its task hear of it as an event. */
  abort(id: number): void {
    this.#runs.get(id)?.context?.poll();
  }

  #pump(): void {
    const { concurrency, source } = this.#options;
    this.#isPumping = true;
    try {
      while (this.#active < concurrency) {
        if (this.#clock - this.#turnStarted > TURN_MS) return this.#nextTurn();
        const job = this.#queue.shift() ?? source?.next();
        if (job !== undefined) this.#start(job);
        else if (source === undefined || source.park()) return;
        else this.#clock = performance.now(); // it looked for a while: that was no work
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #nextTurn(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    setImmediate(() => {
      this.#turnScheduled = false;
      this.wake();
    });
  }

  #start(job: Job): void {
    const { table, source } = this.#options;
    this.#active++;
    try {
      if (job.needs === undefined && table.isReady(job.fn)) return this.#begin(job);
      for (const [id, body] of job.definitions) table.define(id, body);
      const preparing = table.prepare(job.needs ?? [job.fn]);
      if (preparing === undefined) return this.#begin(job);
      source?.keep(job);
      preparing.then(
        () => this.#resume(() => this.#begin(job)),
        (error) => this.#resume(() => this.#refuse(job, error)),
      );
    } catch (error) {
      this.#refuse(job, error);
    }
  }

  #begin(job: Job): void {
    let task: unknown;
    try {
      task = this.#options.table.get(job.fn);
      if (typeof task !== "function")
        throw new TypeError(`The task is not a function in the worker but ${String(task)}.`);
    } catch (error) {
      this.#refuse(job, error);
      return;
    }
    const run: Run = { job, task: task as Run["task"], item: 0, until: 0, last: false, itemMs: 0, context: undefined };
    this.#runs.set(job.id, run);
    this.#continue(run);
  }

  /** The function cannot be had here: every item that is still this worker's fails with the reason. */
  #refuse(job: Job, error: unknown): void {
    const { slots, outlet } = this.#options.room;
    const word = slots.claim(job.slot, job.generation, MAX_RANGE);
    if (word === undefined) outlet.passed(job);
    else for (let item = 0; item < nextOf(word); item++) outlet.error(job, item, error, 0);
    this.#active--;
  }

  /** Go on with a run from the event loop. */
  #resume(step: () => void): void {
    this.#turnStarted = this.#clock = performance.now();
    step();
    this.#pump();
  }

  #continue(run: Run): void {
    const standing = this.#enter(run, () => this.#advance(run));
    if (standing === "over") {
      this.#runs.delete(run.job.id);
      this.#active--;
    } else if (standing === "turn") {
      setImmediate(() => this.#resume(() => this.#continue(run)));
    } else {
      this.#await(run, standing);
    }
  }

  /** Run `step` as the task of `run`, for `currentTask()`. */
  #enter<T>(run: Run, step: () => T): T {
    const now = running();
    const { room, sharesThread } = this.#options;
    if (sharesThread) return now.local.run({ run, room }, step);
    now.run = run;
    now.room = room;
    try {
      return step();
    } finally {
      // A suspended task stays the current one: with one at a time nobody else runs before it has settled.
      if (run.item >= run.until) now.run = undefined;
    }
  }

  #await(run: Run, promise: PromiseLike<unknown>): void {
    const started = performance.now();
    const { job } = run;
    const settle = (publish: (ms: number) => void) => {
      this.#resume(() => {
        publish(performance.now() - started);
        run.item++;
        this.#continue(run);
      });
    };
    promise.then(
      (value) => settle((ms) => this.#publish(job, run.item, value, ms)),
      (error) => settle((ms) => this.#options.room.outlet.error(job, run.item, error, ms)),
    );
  }

  /** Claim and run until the call is over, the turn is used up, or a task returns a promise. */
  #advance(run: Run): Standing {
    const { job } = run;
    const { slots, outlet } = this.#options.room;
    for (;;) {
      if (run.item === run.until) {
        if (run.last) return "over";
        if (this.#clock - this.#turnStarted > TURN_MS && run.item > 0) return "turn";
        const word = slots.claim(job.slot, job.generation, this.#claimSize(run));
        if (word === undefined) {
          outlet.passed(job);
          return "over";
        }
        run.until = nextOf(word);
        run.last = run.until === endOf(word);
      }
      const promise = this.#runClaimed(run);
      if (promise !== undefined) return promise;
    }
  }

  #claimSize(run: Run): number {
    if (run.job.timed || run.itemMs === 0) return 1;
    return Math.max(1, Math.min(MAX_RANGE, Math.floor(CLAIM_MS / run.itemMs)));
  }

  #runClaimed(run: Run): PromiseLike<unknown> | undefined {
    const { items } = run.job;
    switch (items.kind) {
      case "number":
        return this.#runNumber(run, items.value);
      case "numbers":
        return this.#runNumbers(run, items.values);
      case "args":
        return this.#runArguments(run, items);
    }
  }

  /** One item of one number. */
  #runNumber(run: Run, argument: number): PromiseLike<unknown> | undefined {
    const { job } = run;
    if (job.timed) this.#stamp(run);
    let value: unknown;
    try {
      value = (run.task as (value: number) => unknown)(argument);
      if (isThenable(value)) return value;
    } catch (error) {
      this.#options.room.outlet.error(job, run.item++, error, this.#lap());
      return undefined;
    }
    this.#publish(job, run.item++, value, this.#lap());
    return undefined;
  }

  /** Ms since the last lap, or since this stretch of work began. */
  #lap(): number {
    const before = this.#clock;
    this.#clock = performance.now();
    return this.#clock - before;
  }

  /** Items of one number each, numbers back where the task gives them: nothing is boxed on the way. */
  #runNumbers(run: Run, values: { readonly [index: number]: number | bigint }): PromiseLike<unknown> | undefined {
    const { job } = run;
    const { outlet, scratch } = this.#options.room;
    const task = run.task as (value: unknown) => unknown;
    const first = run.item;
    const flush = () => {
      const { count } = scratch;
      const ms = this.#lap();
      if (count > 0) outlet.numbers(job, run.item - count, scratch.numbers, count, ms);
      scratch.begin(job.id, run.item);
    };
    scratch.begin(job.id, first);
    const before = this.#clock;
    while (run.item < run.until) {
      if (job.timed) this.#stamp(run);
      let value: unknown;
      let promised = false;
      try {
        value = task(values[run.item]);
        promised = isThenable(value);
      } catch (error) {
        flush();
        outlet.error(job, run.item++, error, 0);
        scratch.begin(job.id, run.item);
        continue;
      }
      if (typeof value === "number") {
        scratch.put(value);
        run.item++;
        continue;
      }
      flush();
      if (promised) return value as PromiseLike<unknown>;
      this.#publish(job, run.item, value, 0);
      run.item++;
      scratch.begin(job.id, run.item);
    }
    flush();
    run.itemMs = (this.#clock - before) / (run.item - first);
    return undefined;
  }

  #runArguments(run: Run, items: Extract<JobItems, { kind: "args" }>): PromiseLike<unknown> | undefined {
    const { job } = run;
    const { outlet } = this.#options.room;
    const task = run.task as (...values: unknown[]) => unknown;
    const first = run.item;
    const started = this.#clock;
    const { bytes, offsets, attachments } = items;
    while (run.item < run.until) {
      if (job.timed) this.#stamp(run);
      const from = offsets === undefined ? items.from : items.from + (offsets[run.item] as number);
      const to = offsets === undefined ? items.to : items.from + (offsets[run.item + 1] as number);
      let value: unknown;
      try {
        value = task(...this.#options.decode(bytes, from, to, attachments));
        if (isThenable(value)) return value;
      } catch (error) {
        outlet.error(job, run.item++, error, this.#lap());
        continue;
      }
      this.#publish(job, run.item++, value, this.#lap());
    }
    run.itemMs = (this.#clock - started) / (run.item - first);
    return undefined;
  }

  #stamp(run: Run): void {
    this.#options.room.slots.stamp(run.job.slot, run.item, monotonicMs());
  }

  #publish(job: Job, item: number, value: unknown, ms: number): void {
    const { outlet } = this.#options.room;
    try {
      outlet.value(job, item, value, ms);
    } catch (error) {
      outlet.error(job, item, error, ms);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof (value as { then?: unknown }).then === "function";
}
