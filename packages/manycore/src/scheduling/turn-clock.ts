/** The time, for what happens thousands of times in one turn of the event loop: a look at the clock costs more than all else. */

/** So many reads may give the same time. */
const READS = 16;

export class TurnClock {
  #now = 0;
  #left = 0;

  /** `performance.now()`, at most `READS` reads old, and of this turn. */
  read(): number {
    if (this.#left-- <= 0) {
      this.#now = performance.now();
      this.#left = READS - 1;
    }
    return this.#now;
  }

  /** A turn is over: the next read looks. */
  newTurn(): void {
    this.#left = 0;
  }
}
