/** Mean ms of each function's tasks, by the id of its definition: what credit is measured by. */

import type { TaskTime } from "./work.ts";

/** Functions remembered; beyond it the one measured first is forgotten. A guess replaces it: `UNKNOWN_TASK_MS`. */
const MOST = 4096;

export class TaskTimes {
  readonly #times = new Map<number, TaskTime>();

  of(fn: number): TaskTime {
    let time = this.#times.get(fn);
    if (time !== undefined) return time;
    time = { ms: undefined };
    this.#times.set(fn, time);
    if (this.#times.size > MOST) this.#times.delete(this.#times.keys().next().value as number);
    return time;
  }
}
