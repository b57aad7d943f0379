/** All results of a map in one array: packed while they are numbers, so that a million of them is no million objects. */

import type { NumericArrayConstructor } from "../interface.ts";
import { natural } from "../wire/numbers.ts";

/** An array made longer than this at once is a hash table to V8. */
const MOST_AT_ONCE = 2 ** 25;
const LEAST_ROOM = 64;

export class Collected {
  #numbers: Float64Array;
  #count = 0;
  /** Everything, once something was no number. */
  #values: unknown[] | undefined;

  /** `expected`: how many there will be, where that is known. */
  constructor(expected: number | undefined) {
    this.#numbers = new Float64Array(Math.min(expected ?? LEAST_ROOM, MOST_AT_ONCE));
  }

  add(value: unknown): void {
    if (this.#values !== undefined) {
      this.#values.push(value);
    } else if (typeof value === "number") {
      this.#reserve(1);
      this.#numbers[this.#count++] = value;
    } else {
      this.#values = this.#boxed();
      this.#values.push(value);
    }
  }

  addNumbers(numbers: Float64Array): void {
    if (this.#values !== undefined) {
      for (let at = 0; at < numbers.length; at++) this.#values.push(natural(numbers[at] as number));
      return;
    }
    this.#reserve(numbers.length);
    this.#numbers.set(numbers, this.#count);
    this.#count += numbers.length;
  }

  /** As an array, or in the typed array that was asked for, where its constructor converts each. */
  all(into: NumericArrayConstructor | undefined): unknown {
    if (into === undefined) return this.#values ?? this.#boxed();
    if (this.#values !== undefined) return new into(this.#values as number[]);
    const numbers = this.#numbers.length === this.#count ? this.#numbers : this.#numbers.slice(0, this.#count);
    return into === (Float64Array as unknown) ? numbers : new into(numbers as unknown as number[]);
  }

  #boxed(): unknown[] {
    const numbers = this.#numbers;
    const count = this.#count;
    const values: number[] = count > MOST_AT_ONCE ? [] : new Array(count);
    for (let at = 0; at < count; at++) values[at] = natural(numbers[at] as number);
    return values;
  }

  #reserve(more: number): void {
    const least = this.#count + more;
    if (least <= this.#numbers.length) return;
    const roomy = new Float64Array(Math.max(least, 2 * this.#numbers.length));
    roomy.set(this.#numbers);
    this.#numbers = roomy;
  }
}
