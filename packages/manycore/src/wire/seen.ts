/** Which objects a value has in it so far, by number: a short list to begin with, then a Map. */

/** Up to here a search is quicker than an identity hash and a Map entry. */
const FEW = 12;

export class Seen {
  readonly #few: (object | undefined)[] = new Array(FEW).fill(undefined);
  /** All of them, once there are more than a few. */
  readonly #many = new Map<object, number>();
  count = 0;

  /** The object's number if it was met before; else it gets the next one, and -1 comes back. */
  meet(object: object): number {
    const { count } = this;
    if (count >= FEW) return this.#meetAmongMany(object);
    const few = this.#few;
    for (let index = 0; index < count; index++) if (few[index] === object) return index;
    few[count] = object;
    this.count = count + 1;
    return -1;
  }

  #meetAmongMany(object: object): number {
    const many = this.#many;
    if (many.size === 0) this.#few.forEach((each, index) => void many.set(each as object, index));
    const number = many.get(object);
    if (number !== undefined) return number;
    many.set(object, this.count++);
    return -1;
  }

  /** Forget what was met since there were `count`. */
  truncate(count: number): void {
    if (this.#many.size > 0) {
      if (count <= FEW) this.#many.clear();
      else for (const [object, number] of this.#many) if (number >= count) this.#many.delete(object);
    }
    for (let index = Math.min(this.count, FEW) - 1; index >= count; index--) this.#few[index] = undefined;
    this.count = count;
  }
}
