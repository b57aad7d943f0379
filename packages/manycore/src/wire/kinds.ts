/** The table of kinds: every object that is more than its fields is one of these. */

import { ARRAYS } from "./arrays.ts";
import { BUILTINS, READ_BUILTINS } from "./builtins.ts";
import type { Kind, ReadKind } from "./codec.ts";
import { ERRORS, READ_ERRORS } from "./error-records.ts";
import { ordinary, READ_INSTANCES } from "./instances.ts";
import { MEMORY, READ_PLATFORM } from "./platform.ts";

const KINDS: readonly Kind[] = [ARRAYS, ...MEMORY, ...BUILTINS, ERRORS];

/** What the last object with this prototype was; a prototype alone proves nothing. */
const guesses = new WeakMap<object, Kind>();

/** Which kind of object this is; undefined if it is its fields. */
export function kindOf(object: object, prototype: object | null): Kind | undefined {
  if (prototype === null) return KINDS.find(({ test }) => test(object));
  if (ordinary.has(prototype)) return undefined;
  const guess = guesses.get(prototype);
  if (guess?.test(object)) return guess;
  const kind = KINDS.find(({ test }) => test(object));
  if (kind !== undefined) guesses.set(prototype, kind);
  return kind;
}

/** How to read what is announced by a tag, where the decoder's loop does not do so itself. */
export const READERS: readonly (ReadKind | undefined)[] = readers([
  ...READ_BUILTINS,
  ...READ_PLATFORM,
  ...READ_ERRORS,
  ...READ_INSTANCES,
]);

function readers(rows: readonly (readonly [tag: number, read: ReadKind])[]): (ReadKind | undefined)[] {
  const table: (ReadKind | undefined)[] = new Array(64).fill(undefined);
  for (const [tag, read] of rows) table[tag] = read;
  return table;
}
