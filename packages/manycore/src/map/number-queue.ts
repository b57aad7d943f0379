/** Numbers that wait, packed: first in, first out, taken in stretches. */

const LEAST_ROOM = 256;

export class NumberQueue {
  /** A power of two long; the first of `size` numbers is at `#head`, and they go round. */
  #room = new Float64Array(LEAST_ROOM);
  #head = 0;
  size = 0;

  push(number: number): void {
    if (this.size === this.#room.length) this.#grow();
    this.#room[(this.#head + this.size++) & (this.#room.length - 1)] = number;
  }

  /** The first ones, at most so many. */
  take(most: number): Float64Array {
    const taken = new Float64Array(Math.min(most, this.size));
    this.#copyTo(taken);
    this.#head = (this.#head + taken.length) & (this.#room.length - 1);
    this.size -= taken.length;
    return taken;
  }

  #copyTo(target: Float64Array): void {
    const untilEnd = Math.min(target.length, this.#room.length - this.#head);
    target.set(this.#room.subarray(this.#head, this.#head + untilEnd));
    target.set(this.#room.subarray(0, target.length - untilEnd), untilEnd);
  }

  #grow(): void {
    const roomy = new Float64Array(2 * this.#room.length);
    this.#copyTo(roomy.subarray(0, this.size));
    this.#room = roomy;
    this.#head = 0;
  }
}
