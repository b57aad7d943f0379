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
import { running, type TaskRoom } from "./context.ts";
import { type Decode, Items } from "./items.ts";
import type { Job, JobSource, Run } from "./job.ts";

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
  readonly decode: Decode;
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
  readonly #items: Items;
  #isPumping = false;
  /** The function that ran last, and the mean ms of its items. */
  #lastFn = -1;
  #lastItemMs = 0;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#items = new Items(options.room, options.decode);
  }

  accept(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (job.nested) this.#start(job);
      else this.#queue.push(job);
    }
    this.wake();
  }

  /** No job is under way. */
  get isIdle(): boolean {
    return this.#active === 0;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#isPumping) return; // what a job needs was fetched from the port, and this with it
    this.#turnStarted = this.#items.look();
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
        if (this.#items.clock - this.#turnStarted > TURN_MS) return this.#nextTurn();
        const job = this.#queue.shift() ?? source?.next();
        if (job !== undefined) this.#start(job);
        else if (source === undefined || source.park()) return;
        else this.#items.look(); // it looked for a while: that was no work
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
    // What runs may be the next stretch of the same map: then its items take as long as the last ones did.
    const itemMs = this.#lastFn === job.fn ? this.#lastItemMs : 0;
    const run: Run = { job, task: task as Run["task"], item: 0, until: 0, last: false, itemMs, context: undefined };
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
    this.#turnStarted = this.#items.look();
    step();
    this.#pump();
  }

  #continue(run: Run): void {
    const standing = this.#enter(run, () => this.#advance(run));
    if (standing === "over") {
      this.#lastFn = run.job.fn;
      this.#lastItemMs = run.itemMs;
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
      (value) => settle((ms) => this.#items.publish(job, run.item, value, ms)),
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
        if (this.#items.clock - this.#turnStarted > TURN_MS && run.item > 0) return "turn";
        const word = slots.claim(job.slot, job.generation, this.#claimSize(run));
        if (word === undefined) {
          outlet.passed(job);
          return "over";
        }
        run.until = nextOf(word);
        run.last = run.until === endOf(word);
      }
      const promise = this.#items.run(run);
      if (promise !== undefined) return promise;
    }
  }

  /** Calls by themselves are claimed one by one: those behind one that takes long must stay anybody's. */
  #claimSize(run: Run): number {
    if (run.job.timed || run.job.separate || run.itemMs === 0) return 1;
    return Math.max(1, Math.min(MAX_RANGE, Math.floor(CLAIM_MS / run.itemMs)));
  }
}
