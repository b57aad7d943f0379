/** Lets at most `limit` works of one view run at a time; the others wait here, outside the backlog. */

import { Deque } from "../deque.ts";
import type { Work } from "./work.ts";

export class Gate {
  readonly limit: number;
  #inside = 0;
  readonly #waiting = new Deque<Work>();

  constructor(limit: number) {
    this.limit = limit;
  }

  get isOpen(): boolean {
    return this.#inside < this.limit;
  }

  /** True: the work may go on. False: it waits. */
  enter(work: Work): boolean {
    if (this.isOpen) {
      this.#inside++;
      return true;
    }
    work.state = "gated";
    this.#waiting.push(work);
    return false;
  }

  /** Part of a work that is inside goes on as a work of its own. */
  follow(): void {
    this.#inside++;
  }

  /** A work is over: the next that waits and is still wanted, if any, is inside now. */
  leave(): Work | undefined {
    this.#inside--;
    if (!this.isOpen) return undefined;
    let next = this.#waiting.shift();
    while (next !== undefined && next.state !== "gated") next = this.#waiting.shift();
    if (next === undefined) return undefined;
    next.state = "queued";
    this.#inside++;
    return next;
  }

  /** Works that wait and are still wanted. */
  *waiting(): Generator<Work> {
    for (const work of this.#waiting) if (work.state === "gated") yield work;
  }
}
