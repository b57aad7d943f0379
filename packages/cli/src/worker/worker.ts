/**
 * What the workers of `manycore map` run: `prepare` once, then `run` for every item. What can be done in parallel is done
 * here, beside the call itself: the item's text becomes the argument, the result becomes JSON.
 */

import type { CurrentTask } from "manycore";
import { importTask } from "../task/import-task.ts";
import { type ItemFailure, type Job, packed, type Ran, type Result } from "./job.ts";
import { argumentOf, BadInput, loadParser } from "./reading.ts";

interface Ready extends Job {
  readonly fn: (argument: unknown) => unknown;
  /** Where there is a log. */
  readonly currentTask: (() => CurrentTask) | undefined;
}

let ready: Ready | undefined;

/** Imports the task's module, and runs its initializer. */
export async function prepare(job: Job): Promise<void> {
  await loadParser(job.reading);
  const exports = await importTask(job.module);
  if (job.init !== undefined) await (exports[job.init] as () => unknown)();
  // The library takes a worker longer to load than all else here: only where it is asked something.
  const currentTask = job.isLogged ? (await import("manycore")).currentTask : undefined;
  ready = { ...job, fn: exports[job.name] as Ready["fn"], currentTask };
}

/**
 * Calls the task for one item.
 * @throws ItemFailure
 */
export function run(input: string, header?: string): Result | Promise<Result> {
  const { fn, reading, currentTask } = ready as Ready;
  const watch = currentTask === undefined ? undefined : new Watch(currentTask);
  try {
    const value = fn(argumentOf(reading, input, header));
    return isThenable(value) ? later(value, watch) : resultOf(value, watch);
  } catch (error) {
    throw failureOf(error, watch);
  }
}

/** A task that does not wait costs no promise. */
async function later(value: PromiseLike<unknown>, watch: Watch | undefined): Promise<Result> {
  try {
    return resultOf(await value, watch);
  } catch (error) {
    throw failureOf(error, watch);
  }
}

function resultOf(value: unknown, watch: Watch | undefined): Result {
  const json = toLine(value);
  return watch === undefined ? json : packed(json, watch.ran());
}

/** What JSON has no word for, such as undefined, is null. */
function toLine(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    throw new TypeError(`The result is not JSON: ${(error as Error).message}`);
  }
}

function failureOf(cause: unknown, watch: Watch | undefined): ItemFailure {
  const kind: ItemFailure["kind"] = cause instanceof BadInput ? "bad input" : "task failed";
  return Object.assign(new Error(kind, { cause }), { kind, ran: watch?.ran() });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** Stops the time of one item. */
class Watch {
  readonly #currentTask: () => CurrentTask;
  readonly #start = Date.now();
  readonly #begun = performance.now();

  constructor(currentTask: () => CurrentTask) {
    this.#currentTask = currentTask;
  }

  ran(): Ran {
    const { workerId, attempt } = this.#currentTask();
    const run = Math.round((performance.now() - this.#begun) * 1000) / 1000;
    return { start: this.#start, run, worker: workerId, attempt };
  }
}
