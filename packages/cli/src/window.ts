/**
 * How many items may be under way. Memory is what must not grow, so the window is a budget of bytes: what the inputs
 * take, which is known, and what results take on average, which those that came through tell.
 */

const BUDGET_BYTES = 32 << 20;
/** What an item costs beside its bytes: a future, its call, its place in the queue. */
const ITEM_BYTES = 512;
/** A worker needs a few in reserve, and gains nothing by thousands. */
const MOST_PER_JOB = 1024;
const FIRST_PER_JOB = 8;
/** Weight of the newest result in the average. */
const NEWEST = 1 / 16;

export class Window {
  readonly #jobs: number;
  #items = 0;
  #inputBytes = 0;
  #resultBytes: number | undefined;

  constructor(jobs: number) {
    this.#jobs = jobs;
  }

  /** Has it room for one more? It always has for one a worker, however big. */
  get hasRoom(): boolean {
    if (this.#items < this.#jobs) return true;
    if (this.#resultBytes === undefined)
      return this.#items < this.#jobs * FIRST_PER_JOB && this.#inputBytes < BUDGET_BYTES;
    if (this.#items >= this.#jobs * MOST_PER_JOB) return false;
    return this.#inputBytes + this.#items * (ITEM_BYTES + this.#resultBytes) < BUDGET_BYTES;
  }

  enter(input: string): void {
    this.#items++;
    this.#inputBytes += input.length;
  }

  /** @param resultLength of its line; 0 for one that failed */
  leave(input: string, resultLength: number): void {
    this.#items--;
    this.#inputBytes -= input.length;
    this.#resultBytes =
      this.#resultBytes === undefined ? resultLength : this.#resultBytes + (resultLength - this.#resultBytes) * NEWEST;
  }
}
