/** The inputs of a map: several iterables side by side, stopping with the shortest. */

import type { TypedArray } from "../transports/transport.ts";
import { Range } from "./range.ts";

type Iterators = readonly (Iterator<unknown> | AsyncIterator<unknown>)[];

/** Drawn inputs: the arguments of one item, or the end. */
export type Drawn = { readonly args: readonly unknown[] } | { readonly end: true };

const END: Drawn = { end: true };

export interface Inputs {
  /** Items in all; undefined for a stream. */
  readonly size: number | undefined;
  /** The one numeric typed array that is the whole input: sliced, never boxed. */
  readonly values: TypedArray | undefined;
  /** The next item's arguments: a promise where an iterable is asynchronous. */
  next(): Drawn | Promise<Drawn>;
  /** The next `count` items, of one number each, drawn at once; undefined where they are not that, or not at hand. */
  numbers?(count: number): Float64Array | undefined;
  /** No more will be drawn: let the iterables clean up. */
  close(): void;
}

/**
 * @param raw each item is one value, its whole list of arguments (`starmap`)
 * @throws TypeError for something that cannot be iterated, a string included
 */
export function inputsOf(where: string, iterables: readonly unknown[], raw: boolean): Inputs {
  if (iterables.length === 0) throw new TypeError(`${where} takes at least one iterable after the function.`);
  for (const [index, iterable] of iterables.entries()) checkIterable(where, iterable, index);
  const sizes = iterables.map(sizeOf);
  const size = sizes.includes(undefined) ? undefined : Math.min(...(sizes as number[]));
  const [only] = iterables;
  if (iterables.length === 1 && size !== undefined && !raw) {
    if (isTypedArray(only)) return fromValues(only.slice(), size);
    // A snapshot: an element replaced later is not seen.
    if (Array.isArray(only)) return fromList(only.slice(), size);
    if (only instanceof Set || only instanceof Map) return fromList([...only], size);
    if (only instanceof Range) return fromRange(only, size);
  }
  if (iterables.length === 1) return fromIterator(iteratorOf(only), size, raw ? spread(where) : undefined);
  return fromIterators(iterables.map(iteratorOf), size, raw ? spread(where) : (values) => values);
}

function fromValues(values: TypedArray, size: number): Inputs {
  let index = 0;
  return { size, values, next: () => (index < size ? { args: [values[index++]] } : END), close() {} };
}

function fromList(list: readonly unknown[], size: number): Inputs {
  let index = 0;
  return {
    size,
    values: undefined,
    next: () => (index < size ? { args: [list[index++]] } : END),
    numbers(count) {
      const numbers = new Float64Array(Math.min(count, size - index));
      for (let offset = 0; offset < numbers.length; offset++) {
        const value = list[index + offset];
        if (typeof value !== "number") return undefined;
        numbers[offset] = value;
      }
      index += numbers.length;
      return numbers;
    },
    close() {},
  };
}

function fromRange(range: Range, size: number): Inputs {
  let index = 0;
  return {
    size,
    values: undefined,
    next: () => (index < size ? { args: [range.at(index++)] } : END),
    numbers(count) {
      const numbers = new Float64Array(Math.min(count, size - index));
      for (let offset = 0; offset < numbers.length; offset++) numbers[offset] = range.at(index++) as number;
      return numbers;
    },
    close() {},
  };
}

/** The usual one, which there may be millions of items from: nothing is made for an item but its arguments. */
function fromIterator(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  size: number | undefined,
  toArgs: ((values: unknown[]) => readonly unknown[]) | undefined,
): Inputs {
  let drawn = 0;
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    void Promise.resolve(iterator.return?.()).catch(() => {});
  };
  const take = ({ done, value }: IteratorResult<unknown>): Drawn => {
    if (done === true) {
      close();
      return END;
    }
    drawn++;
    return { args: toArgs === undefined ? [value] : toArgs([value]) };
  };
  return {
    size,
    values: undefined,
    close,
    next() {
      // A sized input that has grown meanwhile is read to its length at the call.
      if (closed || (size !== undefined && drawn >= size)) {
        close();
        return END;
      }
      const result = iterator.next();
      return result instanceof Promise ? result.then(take) : take(result);
    },
  };
}

function fromIterators(
  iterators: Iterators,
  size: number | undefined,
  toArgs: (values: unknown[]) => readonly unknown[],
): Inputs {
  let drawn = 0;
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    for (const iterator of iterators) void Promise.resolve(iterator.return?.()).catch(() => {});
  };
  const take = (results: readonly IteratorResult<unknown>[]): Drawn => {
    if (results.some((result) => result.done === true)) {
      close();
      return END;
    }
    drawn++;
    return { args: toArgs(results.map((result) => result.value)) };
  };
  return {
    size,
    values: undefined,
    close,
    next() {
      // A sized input that has grown meanwhile is read to its length at the call.
      if (closed || (size !== undefined && drawn >= size)) {
        close();
        return END;
      }
      const results: (IteratorResult<unknown> | Promise<IteratorResult<unknown>>)[] = [];
      for (const iterator of iterators) {
        const result = iterator.next();
        results.push(result);
        // As zip does: when one has ended, those behind it are not asked.
        if (!(result instanceof Promise) && result.done === true) break;
      }
      return results.some((result) => result instanceof Promise)
        ? Promise.all(results).then(take)
        : take(results as IteratorResult<unknown>[]);
    },
  };
}

function spread(where: string): (values: unknown[]) => readonly unknown[] {
  return ([tuple]) => {
    if (Array.isArray(tuple)) return tuple;
    if (isTypedArray(tuple)) return [...(tuple as Iterable<unknown>)];
    if (isIterable(tuple)) return [...tuple];
    throw new TypeError(`${where} takes lists of arguments, one an item, but an item is ${typeof tuple}.`);
  };
}

function checkIterable(where: string, value: unknown, index: number): void {
  if (typeof value === "string")
    throw new TypeError(`${where}: iterable ${index + 1} is a string. To map over its characters, pass [...text].`);
  if (!isIterable(value) && !isAsyncIterable(value))
    throw new TypeError(
      `${where}: argument ${index + 1} after the function is not iterable but ${value === null ? "null" : typeof value}.`,
    );
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === "function"
  );
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === "function"
  );
}

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function sizeOf(value: unknown): number | undefined {
  if (Array.isArray(value) || isTypedArray(value) || value instanceof Range) return value.length;
  if (value instanceof Set || value instanceof Map) return value.size;
  return undefined;
}

function iteratorOf(value: unknown): Iterator<unknown> | AsyncIterator<unknown> {
  return isAsyncIterable(value) ? value[Symbol.asyncIterator]() : (value as Iterable<unknown>)[Symbol.iterator]();
}
