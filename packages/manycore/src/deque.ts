/** A queue with two ends: an array and a head that moves, so that a long queue costs no more to serve than a short one. */
export class Deque<T> {
  #items: (T | undefined)[] = [];
  #head = 0;
  /** Put back at the front, last one first: few, so a plain stack. */
  readonly #front: T[] = [];

  get size(): number {
    return this.#items.length - this.#head + this.#front.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  unshift(item: T): void {
    this.#front.push(item);
  }

  shift(): T | undefined {
    if (this.#front.length > 0) return this.#front.pop();
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  peek(): T | undefined {
    return this.#front.length > 0 ? this.#front[this.#front.length - 1] : this.#items[this.#head];
  }

  /** The last one pushed that is still here; undefined where there is none. */
  get last(): T | undefined {
    return this.#head === this.#items.length ? undefined : this.#items[this.#items.length - 1];
  }

  /** Something else in its place. */
  set last(item: T) {
    this.#items[this.#items.length - 1] = item;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let index = this.#front.length - 1; index >= 0; index--) yield this.#front[index] as T;
    for (let index = this.#head; index < this.#items.length; index++) yield this.#items[index] as T;
  }
}
