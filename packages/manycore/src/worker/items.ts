/** The claimed items of a run: arguments decoded, the task called, the result published, one item after the other. */

import { natural } from "../wire/numbers.ts";
import { monotonicMs } from "./clock.ts";
import type { TaskRoom } from "./context.ts";
import type { Job, JobItems, Run } from "./job.ts";

/** Turns an encoded item, from `from` to `to` in `bytes`, into its arguments. */
export type Decode = (bytes: Uint8Array, from: number, to: number, attachments: readonly unknown[]) => unknown[];

function argumentAt(values: ArrayLike<number | bigint>, at: number): unknown {
  const value = values[at];
  return typeof value === "number" ? natural(value) : value;
}

type Task = (...args: unknown[]) => unknown;

const callOne = (task: Task, argument: unknown): unknown => task(argument);
const callAll = (task: Task, args: readonly unknown[]): unknown => task(...args);

/**
 * A task that is always the same would be compiled into our own loop, where its inner loops have fewer registers: tasks of
 * milliseconds took an eighth longer. A place that has seen two functions calls them as they are.
 */
const strangers: readonly Task[] = [() => 0, () => 1];
for (let count = 0; count < 500; count++) {
  const stranger = strangers[count & 1] as Task;
  callOne(stranger, 0);
  callAll(stranger, []);
}

export class Items {
  /** `performance.now()`, when it was last asked: what runs now began then. A look at the clock costs more than a small task. */
  clock = 0;
  readonly #room: TaskRoom;
  readonly #decode: Decode;

  constructor(room: TaskRoom, decode: Decode) {
    this.#room = room;
    this.#decode = decode;
  }

  /** What was done since the last lap was no item's work. */
  look(): number {
    this.clock = performance.now();
    return this.clock;
  }

  /** Runs what is claimed; stops at a task that returns a promise, which it returns. */
  run(run: Run): PromiseLike<unknown> | undefined {
    const { items } = run.job;
    switch (items.kind) {
      case "number":
        return this.#runNumber(run, items.value);
      case "numbers":
        return run.job.separate ? this.#runEach(run, items.values) : this.#runNumbers(run, items.values);
      case "args":
        return this.#runArguments(run, items);
      case "unreadable":
        while (run.item < run.until) this.#room.outlet.error(run.job, run.item++, items.error, 0);
        return undefined;
    }
  }

  /** One item of one number. */
  #runNumber(run: Run, argument: number): PromiseLike<unknown> | undefined {
    const { job } = run;
    if (job.timed) this.#stamp(run);
    let value: unknown;
    try {
      value = callOne(run.task as Task, natural(argument));
      if (isThenable(value)) return value;
    } catch (error) {
      this.#room.outlet.error(job, run.item++, error, this.#lap());
      return undefined;
    }
    this.publish(job, run.item++, value, this.#lap());
    return undefined;
  }

  /** Ms since the last lap, or since this stretch of work began. */
  #lap(): number {
    const before = this.clock;
    this.clock = performance.now();
    return this.clock - before;
  }

  /** Items of one number each, numbers back where the task gives them: nothing is boxed on the way. */
  #runNumbers(run: Run, values: ArrayLike<number | bigint>): PromiseLike<unknown> | undefined {
    const { job } = run;
    const { outlet, scratch } = this.#room;
    const task = run.task as Task;
    const first = run.item;
    const flush = () => {
      const { count } = scratch;
      const ms = this.#lap();
      if (count > 0) outlet.numbers(job, run.item - count, scratch.numbers, count, ms);
      scratch.begin(job.id, run.item);
    };
    scratch.begin(job.id, first);
    const before = this.clock;
    while (run.item < run.until) {
      if (job.timed) this.#stamp(run);
      let value: unknown;
      let promised = false;
      try {
        value = callOne(task, argumentAt(values, run.item));
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
      this.publish(job, run.item, value, 0);
      run.item++;
      scratch.begin(job.id, run.item);
    }
    flush();
    run.itemMs = (this.clock - before) / (run.item - first);
    return undefined;
  }

  /** The same, each result published when it is there: none waits for the next, which may take long. */
  #runEach(run: Run, values: ArrayLike<number | bigint>): PromiseLike<unknown> | undefined {
    const { job } = run;
    const task = run.task as Task;
    const first = run.item;
    const started = this.clock;
    while (run.item < run.until) {
      if (job.timed) this.#stamp(run);
      let value: unknown;
      try {
        value = callOne(task, argumentAt(values, run.item));
        if (isThenable(value)) return value;
      } catch (error) {
        this.#room.outlet.error(job, run.item++, error, this.#lap());
        continue;
      }
      this.publish(job, run.item++, value, this.#lap());
    }
    run.itemMs = (this.clock - started) / (run.item - first);
    return undefined;
  }

  #runArguments(run: Run, items: Extract<JobItems, { kind: "args" }>): PromiseLike<unknown> | undefined {
    const { job } = run;
    const { outlet } = this.#room;
    const task = run.task as Task;
    const first = run.item;
    const started = this.clock;
    const { bytes, offsets, attachments } = items;
    while (run.item < run.until) {
      if (job.timed) this.#stamp(run);
      const from = offsets === undefined ? items.from : items.from + (offsets[run.item] as number);
      const to = offsets === undefined ? items.to : items.from + (offsets[run.item + 1] as number);
      let value: unknown;
      try {
        value = callAll(task, this.#decode(bytes, from, to, attachments));
        if (isThenable(value)) return value;
      } catch (error) {
        outlet.error(job, run.item++, error, this.#lap());
        continue;
      }
      this.publish(job, run.item++, value, this.#lap());
    }
    run.itemMs = (this.clock - started) / (run.item - first);
    return undefined;
  }

  #stamp(run: Run): void {
    this.#room.slots.stamp(run.job.slot, run.item, monotonicMs());
  }

  publish(job: Job, item: number, value: unknown, ms: number): void {
    const { outlet } = this.#room;
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
