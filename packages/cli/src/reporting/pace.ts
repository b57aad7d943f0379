/** How fast the run goes, how long it may still take, and how busy each worker is: from one look to the next. */

import type { WorkerStats } from "manycore";

/** What a look sees. */
export interface Sighting {
  /** Ms since the start. */
  readonly at: number;
  /** Inputs that have ended in this run. */
  readonly ended: number;
  /** Part of the inputs that has ended, those of earlier runs too. */
  readonly fraction: number | undefined;
  readonly workers: readonly WorkerStats[];
}

export interface Busy {
  readonly id: number;
  readonly state: WorkerStats["state"];
  readonly tasks: number;
  /** Share of the time since the last look that it worked, 0 to 1. */
  readonly busy: number;
}

/** Ms in which the weight of what was seen falls to a third: a guess that jumps helps nobody. */
const MEMORY_MS = 5000;

export class Pace {
  #last: Sighting = { at: 0, ended: 0, fraction: 0, workers: [] };
  #perMs: number | undefined;
  #fractionPerMs: number | undefined;
  #workers: readonly Busy[] = [];

  look(now: Sighting): void {
    const ms = now.at - this.#last.at;
    if (ms <= 0) return;
    const weight = 1 - Math.exp(-ms / MEMORY_MS);
    this.#perMs = blend(this.#perMs, (now.ended - this.#last.ended) / ms, weight);
    if (now.fraction !== undefined)
      this.#fractionPerMs = blend(this.#fractionPerMs, (now.fraction - (this.#last.fraction ?? 0)) / ms, weight);
    this.#workers = now.workers.map(({ workerId: id, state, tasks, work }) => {
      const before = this.#last.workers.find(({ workerId }) => workerId === id)?.work ?? 0;
      return { id, state, tasks, busy: Math.min(1, Math.max(0, (work - before) / ms)) };
    });
    this.#last = now;
  }

  /** Inputs a second. */
  get rate(): number {
    return (this.#perMs ?? 0) * 1000;
  }

  /** Ms; undefined where nobody knows how much there is, or nothing has moved. */
  get left(): number | undefined {
    const { fraction } = this.#last;
    if (fraction === undefined || !this.#fractionPerMs) return undefined;
    return (1 - fraction) / this.#fractionPerMs;
  }

  get workers(): readonly Busy[] {
    return this.#workers;
  }
}

/** The first value counts whole. */
const blend = (before: number | undefined, value: number, weight: number): number =>
  before === undefined ? value : before + (value - before) * weight;
