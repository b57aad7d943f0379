/**
 * Waiting for the reply to a short call without the event loop. A wake-up through the loop costs ten times what the call
 * does; a few microseconds of looking at the ring cost less, where the reply does come. So the host lingers after it has
 * sent the only call there is, if that was submitted right after the last reply (a program that awaits one call after the
 * other), for no longer than such calls take; and where it was in vain it leaves it for a while.
 */

import type { LaneState } from "./lane-state.ts";

/** Ms the host looks for a reply at most. */
const LONGEST_MS = 0.05;
/** Tasks that take longer are not waited for, ms. */
const LONGEST_TASK_MS = 0.04;
/** A call that comes later than this after the last reply is no answer to it, ms. */
const CHAIN_MS = 0.2;
/** Ms without a turn of the event loop, however well it goes: timers, sockets and signals want their turn too. */
const TURN_MS = 2;
/** After each vain look in a row twice as many calls go without, up to this. */
const MOST_PAUSED = 32;

export class Linger {
  #paused = 0;
  #pause = 1;
  #repliedAt = -Infinity;
  #turnStarted = 0;
  #isTurnMarked = false;

  /** Replies have been told. */
  replied(): void {
    this.#repliedAt = performance.now();
  }

  /** The one call there is has been sent. */
  sent(lanes: Iterable<LaneState>): void {
    const now = performance.now();
    if (now - this.#repliedAt > CHAIN_MS) return;
    const state = laneOfShort(lanes);
    if (state === undefined) return;
    if (this.#paused > 0) this.#paused--;
    else if (this.#isTurnOver(now)) setImmediate(() => this.#look(state));
    else this.#look(state);
  }

  #look({ lane, works }: LaneState): void {
    if (works.size !== 1) return; // of a turn ago
    const found = lane.linger(LONGEST_MS);
    this.#pause = found ? 1 : Math.min(MOST_PAUSED, this.#pause * 2);
    this.#paused = found ? 0 : this.#pause;
  }

  #isTurnOver(now: number): boolean {
    if (!this.#isTurnMarked) {
      this.#isTurnMarked = true;
      this.#turnStarted = now;
      setImmediate(() => {
        this.#isTurnMarked = false;
      });
    }
    return now - this.#turnStarted > TURN_MS;
  }
}

/** The lane that has the one call, if that is a short one. */
function laneOfShort(lanes: Iterable<LaneState>): LaneState | undefined {
  for (const state of lanes) {
    for (const { order } of state.works) {
      const { ms } = order.time;
      return ms !== undefined && ms <= LONGEST_TASK_MS ? state : undefined;
    }
  }
  return undefined;
}
