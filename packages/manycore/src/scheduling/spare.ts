/**
 * A worker in waiting, where workers die often: a task that is killed for not listening, a native crash now and then. The
 * next death then costs no start. It is one worker more than may run tasks, so there is none in quieter times.
 */

import type { LaneState } from "./lane-state.ts";

/** So many deaths within so many ms are often. */
const OFTEN = 2;
const WITHIN_MS = 10_000;

export class Spare {
  readonly #open: () => LaneState | undefined;
  #state: LaneState | undefined;
  /** `performance.now()` of the last deaths. */
  #deaths: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(open: () => LaneState | undefined) {
    this.#open = open;
  }

  /** A worker has died, or was killed, and is gone. */
  died(): void {
    const now = performance.now();
    this.#deaths = [...this.#deaths.slice(1 - OFTEN), now];
    if (this.#deaths.length < OFTEN || now - (this.#deaths[0] as number) > WITHIN_MS) return;
    this.#state ??= this.#open();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.dismiss(), WITHIN_MS).unref();
  }

  /** To run tasks from now on; undefined where there is none. */
  take(): LaneState | undefined {
    const state = this.#state;
    this.#state = undefined;
    return state;
  }

  /** It has ended by itself. */
  lost(state: LaneState): void {
    if (this.#state === state) this.#state = undefined;
  }

  /** No need for it any more. */
  async dismiss(): Promise<void> {
    clearTimeout(this.#timer);
    const state = this.take();
    if (state === undefined) return;
    state.standing = "stopping";
    await state.lane.stop("kill");
  }
}
