/** What a running task may ask: `currentTask()`, and the sleeps that wake on abort. */

import { AsyncLocalStorage } from "node:async_hooks";
import { AbortError, InvalidStateError } from "../errors.ts";
import { blockThread } from "../ring/block.ts";
import type { Scratch } from "../ring/scratch.ts";
import type { WorkerSlots } from "../ring/slots.ts";
import type { Run } from "./job.ts";
import type { Outlet } from "./outlet.ts";

/** The task that is running: what it may know and say. */
export interface CurrentTask {
  /** Aborted when this call is asked to stop. Reading `aborted` works inside a synchronous loop too. */
  readonly signal: AbortSignal;
  /** Throws the signal's reason if this call is asked to stop. */
  throwIfAborted(): void;
  /** Number of the worker, from 0; a replacement has a new one. */
  readonly workerId: number;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Index of the item in its `map`; 0 for a plain call. */
  readonly index: number;
  /** Tell the host how far it is; `onProgress` gets it. The value is encoded at once. */
  reportProgress(value: unknown): void;
}

/** The worker around a task, as far as a task can see it. */
export interface TaskRoom {
  readonly workerId: number;
  readonly slots: WorkerSlots;
  readonly outlet: Outlet;
  readonly scratch: Scratch;
  /** Which room it belongs to, where several share a thread. */
  readonly owner?: object;
}

/** One item's view of its call. Made only when a task asks. */
export class TaskContext implements CurrentTask {
  readonly workerId: number;
  readonly attempt: number;
  readonly index: number;
  readonly #room: TaskRoom;
  readonly #run: Run;
  readonly #item: number;
  #controller: AbortController | undefined;

  constructor(room: TaskRoom, run: Run) {
    this.#room = room;
    this.#run = run;
    this.#item = run.item;
    this.workerId = room.workerId;
    this.attempt = run.job.attempt;
    this.index = run.job.separate ? 0 : run.job.first + run.item;
  }

  get item(): number {
    return this.#item;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const { signal } = this.#controller;
      const aborted = () => {
        this.poll();
        return wasAborted(signal);
      };
      // A synchronous loop receives no events: every look at `aborted` asks the shared flag first.
      Object.defineProperty(signal, "aborted", { get: aborted, configurable: true });
      Object.defineProperty(signal, "throwIfAborted", { value: () => this.throwIfAborted(), configurable: true });
      this.poll();
    }
    return this.#controller.signal;
  }

  throwIfAborted(): void {
    if (this.isAborted()) throw this.#reason();
  }

  reportProgress(value: unknown): void {
    this.#room.outlet.progress(this.#run.job, this.#item, value);
  }

  /** A context kept beyond its item is never asked to stop: the slot is another call's by then. */
  isAborted(): boolean {
    return this.#run.item === this.#item && this.#room.slots.isAborted(this.#run.job.slot, this.#item);
  }

  /** Turn the shared flag into the signal's event, if it is up. */
  poll(): void {
    const controller = this.#controller;
    if (controller === undefined || !this.isAborted()) return;
    if (!wasAborted(controller.signal)) controller.abort(this.#reason());
  }

  sleepSync(ms: number): void {
    this.throwIfAborted();
    this.#room.slots.sleep(this.#run.job.slot, this.#item, ms);
    this.throwIfAborted();
  }

  #reason(): AbortError {
    return new AbortError("The task was asked to stop.");
  }
}

const platformAborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get;
const wasAborted = (signal: AbortSignal): boolean => platformAborted?.call(signal) === true;

/** Who runs now. One for every copy of this library in the thread: tasks import the library, the worker bundles it. */
interface Running {
  /** The run of a worker that runs one task at a time: a variable, since asynchronous context costs a microsecond a call. */
  run: Run | undefined;
  room: TaskRoom | undefined;
  /** The run where several can be under way in one thread. */
  readonly local: AsyncLocalStorage<{ readonly run: Run; readonly room: TaskRoom }>;
}

const KEY = Symbol.for("manycore.running");
const shared = globalThis as { [KEY]?: Running };

export function running(): Running {
  shared[KEY] ??= { run: undefined, room: undefined, local: new AsyncLocalStorage() };
  return shared[KEY];
}

function contextOf(run: Run, room: TaskRoom): TaskContext {
  if (run.context?.item !== run.item) run.context = new TaskContext(room, run);
  return run.context as TaskContext;
}

function find(): TaskContext | undefined {
  const now = running();
  if (now.run !== undefined && now.room !== undefined) return contextOf(now.run, now.room);
  const local = now.local.getStore();
  return local && contextOf(local.run, local.room);
}

/**
 * The running task. Inside a task only.
 * @throws InvalidStateError outside a task
 */
export function currentTask(): CurrentTask {
  const context = find();
  if (context === undefined)
    throw new InvalidStateError(
      "currentTask() was called outside a task: only a function that an executor runs has one.",
    );
  return context;
}

/**
 * Resolves after `ms`. Inside a task it rejects with the signal's reason as soon as the task is asked to stop.
 * Python: `time.sleep`, awaited.
 */
export function sleep(ms: number): Promise<void> {
  const signal = find()?.signal;
  return new Promise((resolve, reject) => {
    if (signal === undefined) {
      setTimeout(resolve, ms);
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** Blocks this thread for `ms`; inside a task it throws as soon as the task is asked to stop. Python: `time.sleep`. */
export function sleepSync(ms: number): void {
  const context = find();
  if (context !== undefined) context.sleepSync(ms);
  else blockThread(ms);
}
