/**
 * Lists of keys. Objects of one payload that have the same keys in the same order name them once: the first shows the
 * shape's record, the others its number. Records are remembered on both sides, so that keys are hardly ever encoded or
 * decoded: a decoder that has met the same bytes before takes the shape it made of them then.
 *
 *   record:  checksum of the keys (4 bytes), their length in bytes, count, each key as a string
 */

import { malformed, type Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** Objects with more keys than this are tables, and so are those whose first key looks like a number. */
const MAX_KEYS = 32;
/** A tree beyond this size is planted anew: the program makes up keys as it goes. */
const MAX_NODES = 4096;

/** One key after another: a path through the tree is a list of keys. */
export class Shape {
  readonly parent: Shape | undefined;
  readonly key: string;
  #lastKey: string | undefined;
  #lastNext: Shape | undefined;
  #next: Map<string, Shape> | undefined;
  #record: Uint8Array | undefined;
  /** The value in which this shape was shown last, and its number there. */
  shownIn = -1;
  number = 0;

  constructor(parent: Shape | undefined, key: string) {
    this.parent = parent;
    this.key = key;
  }

  /** The list with one more key, if it has been seen before. */
  next(key: string): Shape | undefined {
    if (this.#lastKey === key) return this.#lastNext;
    const next = this.#next?.get(key);
    if (next !== undefined) {
      this.#lastKey = key;
      this.#lastNext = next;
    }
    return next;
  }

  grow(key: string): Shape {
    const shape = new Shape(this, key);
    this.#next ??= new Map();
    this.#next.set(key, shape);
    return shape;
  }

  get record(): Uint8Array {
    this.#record ??= recordOf(this);
    return this.#record;
  }
}

export class ShapeTree {
  #root = new Shape(undefined, "");
  #size = 0;

  /** The shape of these keys; undefined where they are a table's. */
  find(keys: readonly string[]): Shape | undefined {
    if (keys.length > MAX_KEYS || startsLikeNumber(keys[0])) return undefined;
    let shape = this.#root;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      shape = shape.next(key) ?? this.#grow(shape, key);
    }
    return shape;
  }

  #grow(shape: Shape, key: string): Shape {
    if (++this.#size > MAX_NODES) {
      // What hangs below the old root stays whole for those who hold it.
      this.#root = new Shape(undefined, "");
      this.#size = 0;
    }
    return shape.grow(key);
  }
}

function startsLikeNumber(key: string | undefined): boolean {
  const unit = key === undefined || key === "" ? 0 : key.charCodeAt(0);
  return unit >= 48 && unit <= 57;
}

const scratch = new Writer();

function recordOf(shape: Shape): Uint8Array {
  const keys: string[] = [];
  for (let at: Shape = shape; at.parent !== undefined; at = at.parent) keys.push(at.key);
  scratch.begin();
  scratch.varint(keys.length);
  for (const key of keys.reverse()) scratch.string(key);
  const bytes = scratch.take();
  scratch.uint32(checksum(bytes, 0, bytes.length));
  scratch.varint(bytes.length);
  scratch.raw(bytes);
  return scratch.take().slice(); // out of the slab
}

/** FNV-1a. */
function checksum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0x811c9dc5;
  for (let at = from; at < to; at++) sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
  return sum >>> 0;
}

/** A list of keys as the decoder knows it. */
export interface KnownShape {
  readonly keys: readonly string[];
  /** No `__proto__` among them: assigning that would change the prototype. */
  readonly isPlain: boolean;
  readonly bytes: Uint8Array;
}

const KNOWN = 1024;
const known: (KnownShape | undefined)[] = new Array(KNOWN).fill(undefined);

export function readShape(reader: Reader): KnownShape {
  const place = reader.uint32() & (KNOWN - 1);
  const length = reader.varint();
  const from = reader.skip(length);
  const candidate = known[place];
  if (candidate !== undefined && sameBytes(candidate.bytes, reader.bytes, from, length)) return candidate;
  reader.at = from;
  const count = reader.varint();
  if (count > MAX_KEYS) malformed("a list of keys is too long");
  const keys: string[] = [];
  for (let index = 0; index < count; index++) keys.push(reader.string());
  if (reader.at !== from + length) malformed("a list of keys has the wrong length");
  const bytes = new Uint8Array(length);
  bytes.set(reader.bytes.subarray(from, from + length));
  const shape = { keys, isPlain: !keys.includes("__proto__"), bytes };
  known[place] = shape;
  return shape;
}

function sameBytes(one: Uint8Array, other: Uint8Array, from: number, length: number): boolean {
  if (one.length !== length) return false;
  for (let index = 0; index < length; index++) if (one[index] !== other[from + index]) return false;
  return true;
}
