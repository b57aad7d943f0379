/** Mean ms of each function's tasks, by the id of its definition: what credit is measured by. */

/** Functions remembered; beyond it the one measured first is forgotten. A guess replaces it: `UNKNOWN_TASK_MS`. */
const MOST = 4096;

export class TaskTimes {
  readonly #means = new Map<number, number>();

  get(fn: number): number | undefined {
    return this.#means.get(fn);
  }

  set(fn: number, ms: number): void {
    this.#means.set(fn, ms);
    if (this.#means.size > MOST) this.#means.delete(this.#means.keys().next().value as number);
  }
}
