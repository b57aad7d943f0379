/** Arrays: elements, missing ones, and named properties. */

import { inspect } from "node:util";
import type { Decoding, Encoding, Kind } from "./codec.ts";
import { malformed } from "./reader.ts";
import { ARRAY, HOLES, HOLEY_ARRAY, NAMED_ARRAY } from "./tags.ts";

const NO_NAMES: readonly string[] = [];
/** From here on `inspect`, whose price does not depend on the length, is quicker than listing all keys. */
const LONG = 48;
const NUTSHELL = { maxArrayLength: 0, depth: 0, customInspect: false, breakLength: Number.POSITIVE_INFINITY };
/** Gaps longer than this are measured with a list of keys instead of step by step. */
const LONG_GAP = 64;

/**
 * The own enumerable named properties. The language has no quick question for them. `inspect` has one inside: where its
 * answer for a long array is exactly "n more items", there are none. Any other answer, of any version, is merely slower.
 */
export function namesOf(array: readonly unknown[]): readonly string[] {
  const { length } = array;
  if (length >= LONG && inspect(array, NUTSHELL) === `[ ... ${length} more items ]`) return NO_NAMES;
  const keys = Object.keys(array);
  // Indices come first, in order: when the last key is an index, all are.
  return keys.length === 0 || isIndex(keys[keys.length - 1] as string, length)
    ? NO_NAMES
    : keys.filter((key) => !isIndex(key, length));
}

/** Canonical digits below the length: an array has no other keys of that form but, far out, 2^32 - 1 and beyond. */
function isIndex(key: string, length: number): boolean {
  if (length > 0 && key === String(length - 1)) return true;
  return /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < length;
}

/** How many elements are missing from `from` on; at least one is. */
export function gapAt(array: readonly unknown[], from: number): number {
  const { length } = array;
  let at = from + 1;
  while (at < length && at - from < LONG_GAP && !(at in array)) at++;
  if (at < length && !(at in array)) {
    // Sorted ascending, as indices are.
    const next = Object.keys(array).find((key) => isIndex(key, length) && Number(key) > at);
    at = next === undefined ? length : Number(next);
  }
  return at - from;
}

/** `names` are those that `namesOf` found, or none where nobody can have given any. */
export function writeArray(array: readonly unknown[], names: readonly string[], to: Encoding): void {
  const { writer } = to;
  const start = writer.length;
  const { length } = array;
  writer.tag(names.length === 0 ? ARRAY : NAMED_ARRAY);
  writer.varint(length);
  for (let index = 0; index < length; index++) {
    const element = array[index];
    if (typeof element === "number") {
      writer.number(element);
    } else if (typeof element === "string") {
      writer.string(element);
    } else if (element === undefined && !(index in array)) {
      if (names.length === 0) writer.patch(start, HOLEY_ARRAY);
      const gap = gapAt(array, index);
      writer.tag(HOLES);
      writer.varint(gap);
      index += gap - 1;
    } else {
      to.child(element, index);
    }
  }
  if (names.length > 0) to.properties(array, names);
}

export const ARRAYS: Kind = {
  test: Array.isArray,
  write: (array: readonly unknown[], to) => writeArray(array, namesOf(array), to),
};

/** Above this, room for all elements is made at once. */
const GROWN = 64;

/** Read what follows ARRAY. */
export function readArray(from: Decoding): unknown[] {
  const length = lengthOf(from);
  if (!from.hasReferences) {
    // Most arrays are lists of a few arguments: a literal is made in one piece.
    switch (length) {
      case 1:
        return [from.value()];
      case 2:
        return [from.value(), from.value()];
      case 3:
        return [from.value(), from.value(), from.value()];
      case 4:
        return [from.value(), from.value(), from.value(), from.value()];
    }
  }
  const array: unknown[] = length > GROWN ? new Array(length) : [];
  from.enrol(array);
  for (let index = 0; index < length; index++) array[index] = from.value();
  return array;
}

function lengthOf({ reader }: Decoding): number {
  const length = reader.varint();
  return length <= reader.left ? length : malformed("they end too early");
}

/** From this gap on, V8 is asked for a dictionary first: a few bytes must not make it allocate the gap. */
const WIDE_GAP = 1 << 16;
const MAX_LENGTH = 2 ** 32 - 1;

/** Read what follows any of the array tags, into an array that is there already. */
export function fillArray(array: unknown[], tag: number, from: Decoding): void {
  const { reader } = from;
  const length = reader.varint();
  if (length > MAX_LENGTH) malformed("an array is too long");
  for (let index = 0; index < length; index++) {
    if (reader.peek() !== HOLES) {
      array[index] = from.value();
      continue;
    }
    reader.tag();
    const gap = reader.varint();
    if (gap === 0 || gap > length - index) malformed("a gap is longer than its array");
    index += gap - 1;
    if (gap > WIDE_GAP) array.length = MAX_LENGTH;
    array.length = index + 1;
  }
  if (tag === NAMED_ARRAY) from.properties(array);
}
