/**
 * Numeric results of the claim under way, before they are published together. In shared memory, so that a worker that
 * dies in the middle of a claim leaves what it had finished: the host reads it when the worker is gone.
 *
 *   word 0  call id       word 1  item of the first number       word 2  how many        then the numbers
 *
 * No atomics: while the worker lives nobody else looks.
 */

import { bytesOf, type Memory } from "./memory.ts";

const CALL = 0;
const FIRST = 1;
const COUNT = 2;
const HEAD_BYTES = 16;

export class Scratch {
  readonly numbers: Float64Array;
  readonly #head: Int32Array;

  constructor(memory: Memory) {
    const { buffer, byteOffset, byteLength } = bytesOf(memory);
    this.#head = new Int32Array(buffer, byteOffset, HEAD_BYTES / 4);
    this.numbers = new Float64Array(buffer, byteOffset + HEAD_BYTES, (byteLength - HEAD_BYTES) >>> 3);
  }

  static bytesFor(numbers: number): number {
    return HEAD_BYTES + numbers * Float64Array.BYTES_PER_ELEMENT;
  }

  /** Worker: results from item `first` of this call on will be put here. */
  begin(call: number, first: number): void {
    this.#head[COUNT] = 0;
    this.#head[CALL] = call;
    this.#head[FIRST] = first;
  }

  /** Worker: one more number; the count after the number, so that what is counted is there. */
  put(value: number): void {
    const count = this.#head[COUNT] as number;
    this.numbers[count] = value;
    this.#head[COUNT] = count + 1;
  }

  get count(): number {
    return this.#head[COUNT] as number;
  }

  /** Host, when the worker is gone: what it had finished and not published. */
  left(): { call: number; first: number; values: Float64Array } {
    const { count } = this;
    return {
      call: (this.#head[CALL] as number) >>> 0,
      first: this.#head[FIRST] as number,
      values: this.numbers.slice(0, count),
    };
  }
}
