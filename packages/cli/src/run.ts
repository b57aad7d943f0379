/**
 * The run: inputs are drawn and submitted at one end while results are written, in input order, at the other.
 *
 *   source ── feed ──▶ window of submitted items, oldest first ── drain ──▶ sink
 *
 * The two wait for each other only where the window is full or empty: a result is written when it is there, though the
 * next input be still to come. One `submit` an item rather than one `map` of all: a map ends at its first failure, a run
 * goes on, also after a task that took its worker along.
 */

import type { Executor, Future } from "manycore";
import { Complaint, describeError, EXIT_STOPPED } from "./complaint.ts";
import type { Item, Source } from "./inputs.ts";
import type { ResultSink } from "./outputs.ts";
import { Window } from "./window.ts";

export interface RunSetup {
  readonly pool: Pick<Executor, "submit" | "maxWorkers">;
  readonly task: (input: string) => unknown;
  readonly source: Source;
  readonly sink: ResultSink;
  /** Called in input order, once an item. */
  readonly ended: (item: Item, failure: { readonly error: unknown } | undefined) => void;
}

interface Entry {
  readonly item: Item;
  readonly future: Future<unknown>;
}

export class Run {
  readonly #setup: RunSetup;
  readonly #window: Window;
  readonly #underWay: Entry[] = [];
  readonly #room = new Bell();
  readonly #arrival = new Bell();
  #fed = false;
  #stopped = false;

  constructor(setup: RunSetup) {
    this.#setup = setup;
    this.#window = new Window(setup.pool.maxWorkers);
  }

  /**
   * Resolves when every input has ended, or after `stop()` when every one that had started has.
   * @throws OutputClosed, Complaint; the results before it are written
   */
  async toEnd(): Promise<void> {
    const feeding = this.#feed().finally(() => {
      this.#fed = true;
      this.#arrival.ring();
    });
    try {
      // The drain goes on to the end of what was submitted before the feed's failure is told.
      await Promise.all([this.#drain(), feeding.catch(() => {})]);
    } catch (error) {
      this.stop();
      this.abandon();
      throw error;
    }
    await feeding;
  }

  /** No more inputs: what has not started never will, what runs is waited for and written. */
  stop(): void {
    this.#stopped = true;
    this.#setup.source.close();
    for (const { future } of this.#underWay) future.cancel();
    this.#room.ring();
  }

  /** Nobody will look at what is still under way: how it fails is no news. */
  abandon(): void {
    for (const { future } of this.#underWay) future.addDoneCallback(() => {});
  }

  async #feed(): Promise<void> {
    for await (const items of this.#setup.source.batches) {
      for (const item of items) {
        while (!this.#stopped && !this.#window.hasRoom) await this.#room.rung();
        if (this.#stopped) return;
        this.#underWay.push({ item, future: this.#submit(item.input) });
        this.#window.enter(item.input);
        this.#arrival.ring();
      }
    }
  }

  /** What cannot be sent to a worker, such as a generator function, cannot be for any item. */
  #submit(input: string): Future<unknown> {
    const { pool, task } = this.#setup;
    try {
      return pool.submit(task, input);
    } catch (error) {
      throw new Complaint(describeError(error));
    }
  }

  async #drain(): Promise<void> {
    const { sink } = this.#setup;
    for (;;) {
      if (this.#underWay[0]?.future.done() !== true) {
        // Only here: the feed fills what has become free in one go, and its submits leave in one batch.
        this.#room.ring();
        await sink.flush();
      }
      // Looked up after the wait: from here to the bell nothing may come between, or its ring would be missed.
      const entry = this.#underWay[0];
      if (entry !== undefined) {
        await this.#finish(entry);
        this.#underWay.shift();
      } else if (this.#fed) {
        return;
      } else {
        await this.#arrival.rung();
      }
    }
  }

  async #finish({ item, future }: Entry): Promise<void> {
    const { sink, ended } = this.#setup;
    let line = "";
    try {
      line = toLine(await future);
    } catch (error) {
      if (isBroken(error)) throw new Complaint(describeError(error), EXIT_STOPPED);
      if (!future.cancelled()) ended(item, { error });
    }
    this.#window.leave(item.input, line.length);
    if (line === "") return;
    await sink.write(line);
    ended(item, undefined);
  }
}

/** A result as a line of JSON; what JSON has no word for, such as undefined, is null. */
function toLine(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    throw new TypeError(`The result is not JSON: ${(error as Error).message}`);
  }
}

/** No worker can start: no item will do better than this one. */
const isBroken = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === "MANYCORE_BROKEN_EXECUTOR";

/** Wakes the one that waits for it. */
class Bell {
  #wake: (() => void) | undefined;

  rung(): Promise<void> {
    return new Promise((wake) => {
      this.#wake = wake;
    });
  }

  ring(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
