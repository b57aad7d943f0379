/** Bytes to values. Whatever the bytes are: a value, or a SerializationError, in time and memory in proportion to them. */

import { SerializationError } from "../errors.ts";
import { fillArray, readArray } from "./arrays.ts";
import { makeView, readBuffers, type Window } from "./buffers.ts";
import { readMap, readSet } from "./builtins.ts";
import type { DecodeContext, Decoding } from "./codec.ts";
import { makeInstance, readClass } from "./instances.ts";
import { READERS } from "./kinds.ts";
import { malformed, Reader } from "./reader.ts";
import { type KnownShape, readShape } from "./shapes.ts";
import {
  ARRAY,
  BIGINT,
  BIGINT64,
  DEFERRED,
  DEFINITION,
  FALSE,
  FLOAT64,
  HAS_BUFFERS,
  HAS_REFERENCES,
  HOLEY_ARRAY,
  INSTANCE,
  INT16,
  INT32,
  LATIN1,
  MAGIC,
  MAGIC_MASK,
  MAP,
  MAX_DEPTH,
  MAX_SHORT_STRING,
  MAX_SMALL_INT,
  NAMED_ARRAY,
  NULL,
  REFERENCE,
  SET,
  SHAPE,
  SHAPED,
  SHORT_STRING,
  SMALL_INT,
  SYMBOL,
  TABLE,
  TRUE,
  UNDEFINED,
  UTF16,
} from "./tags.ts";

export type { DecodeContext } from "./codec.ts";

/** No value made by the encoder nests deeper: containers that would are deferred. */
const MAX_NESTING = MAX_DEPTH * 4;

const NO_CONTEXT: DecodeContext = { resolve: () => malformed("there is nothing to resolve with") };

/** Builders at rest. More than one is needed when `resolve` or a class's `decode` decodes something itself. */
const idle: Builder[] = [];

/**
 * Decode what an `Encoder` made, from `from` to `to` in `bytes`; `attachments` are those of the payload, as they came through the room. The bytes are
 * not referred to afterwards.
 * @throws SerializationError for bytes that are damaged or of another origin, and for a class that is unknown here;
 *   whatever `context.resolve` throws
 */
export function decode(
  bytes: Uint8Array,
  attachments: readonly unknown[],
  context: DecodeContext,
  from = 0,
  to = bytes.length,
): unknown {
  const builder = idle.pop() ?? new Builder();
  try {
    return builder.build(bytes, attachments, context, from, to);
  } finally {
    builder.rest();
    idle.push(builder);
  }
}

/** Decode one of many items. */
export function decodeAt(
  bytes: Uint8Array,
  offsets: Uint32Array,
  index: number,
  attachments: readonly unknown[],
  context: DecodeContext,
): unknown {
  return decode(bytes, attachments, context, offsets[index], offsets[index + 1]);
}

class Builder implements Decoding {
  readonly reader = new Reader();
  context: DecodeContext = NO_CONTEXT;
  #attachments: readonly unknown[] = [];
  #shapes: KnownShape[] = [];
  /** Objects by number, kept only if some are referred to. */
  #objects: (object | undefined)[] = [];
  hasReferences = false;
  #windows: Window[] | undefined;
  #late: (() => void)[] = [];
  #nesting = 0;
  /** What others throw is for the user as it is. */
  #isResolving = false;

  build(bytes: Uint8Array, attachments: readonly unknown[], context: DecodeContext, from: number, to: number): unknown {
    const { reader } = this;
    this.context = context;
    this.#attachments = attachments;
    try {
      reader.begin(bytes, from, to);
      const flags = reader.tag();
      if ((flags & MAGIC_MASK) !== MAGIC) malformed("they do not begin as they should");
      this.hasReferences = (flags & HAS_REFERENCES) !== 0;
      if ((flags & HAS_BUFFERS) !== 0) this.#windows = readBuffers(reader, bytes.byteOffset + from, attachments);
      const value = this.value();
      for (let next = 0; next < this.#late.length; next++) (this.#late[next] as () => void)();
      if (reader.left > 0) malformed("there are bytes behind the value");
      return value;
    } catch (error) {
      if (this.#isResolving || error instanceof SerializationError) throw error;
      return malformed(error instanceof Error ? error.message : String(error), error);
    }
  }

  rest(): void {
    this.reader.release();
    this.context = NO_CONTEXT;
    this.#attachments = [];
    if (this.#shapes.length > 0) this.#shapes = [];
    if (this.#objects.length > 0) this.#objects = [];
    if (this.#late.length > 0) this.#late = [];
    this.#windows = undefined;
    this.#nesting = 0;
    this.#isResolving = false;
  }

  value(): unknown {
    const { reader } = this;
    const tag = reader.tag();
    if (tag >= SMALL_INT) return tag & MAX_SMALL_INT;
    if (tag >= SHORT_STRING)
      return tag <= SHORT_STRING + MAX_SHORT_STRING ? reader.latin1(tag - SHORT_STRING) : malformed("a tag is unknown");
    switch (tag) {
      case FLOAT64:
        return reader.float64();
      case INT16:
        return reader.int16();
      case INT32:
        return reader.int32();
      case LATIN1:
        return reader.latin1(reader.varint());
      case UTF16:
        return reader.utf16(reader.varint());
      case TRUE:
        return true;
      case FALSE:
        return false;
      case NULL:
        return null;
      case UNDEFINED:
        return undefined;
      case BIGINT64:
        return reader.bigint64();
      case BIGINT:
        return reader.bigint();
      case SYMBOL:
        return Symbol.for(reader.string());
      case REFERENCE:
        return this.#objects[reader.varint()] ?? malformed("an object is referred to that is not there");
      case DEFINITION:
        return this.#resolved(reader.varint());
      default:
        return this.#object(tag);
    }
  }

  #object(tag: number): unknown {
    if (++this.#nesting > MAX_NESTING) malformed("they are nested too deeply");
    const object = this.#made(tag);
    this.#nesting--;
    return object;
  }

  #made(tag: number): unknown {
    switch (tag) {
      case SHAPE:
      case SHAPED:
      case TABLE: {
        const object = this.enrol({});
        this.#fields(object, tag, true);
        return object;
      }
      case ARRAY:
        return readArray(this);
      case HOLEY_ARRAY:
      case NAMED_ARRAY: {
        const array = this.enrol<unknown[]>([]);
        fillArray(array, tag, this);
        return array;
      }
      case MAP: {
        const map = this.enrol(new Map());
        readMap(map, this);
        return map;
      }
      case SET: {
        const set = this.enrol(new Set());
        readSet(set, this);
        return set;
      }
      case DEFERRED:
        return this.#deferred(this.reader.tag());
      default: {
        const read = READERS[tag];
        return read === undefined ? malformed("a tag is unknown") : read(this);
      }
    }
  }

  /** Only what it is; what is in it is read after all that is above it. */
  #deferred(tag: number): object {
    switch (tag) {
      case TABLE: {
        const object = this.enrol({});
        this.#late.push(() => this.properties(object));
        return object;
      }
      case INSTANCE: {
        const instance = this.enrol(makeInstance(readClass(this)));
        this.#late.push(() => this.properties(instance));
        return instance;
      }
      case ARRAY: {
        const array = this.enrol<unknown[]>([]);
        this.#late.push(() => this.#lateArray(array));
        return array;
      }
      case MAP: {
        const map = this.enrol(new Map());
        this.#late.push(() => readMap(map, this));
        return map;
      }
      case SET: {
        const set = this.enrol(new Set());
        this.#late.push(() => readSet(set, this));
        return set;
      }
      default:
        return malformed("what cannot be deferred is deferred");
    }
  }

  #lateArray(array: unknown[]): void {
    const tag = this.reader.tag();
    if (tag !== ARRAY && tag !== HOLEY_ARRAY && tag !== NAMED_ARRAY) malformed("an array is missing");
    fillArray(array, tag, this);
  }

  properties(object: object): void {
    this.#fields(object, this.reader.tag(), false);
  }

  /** Of a bare object, fresh and without a class, fields can be assigned; elsewhere a setter might run. */
  #fields(object: object, tag: number, isBare: boolean): void {
    switch (tag) {
      case SHAPE: {
        const shape = readShape(this.reader);
        this.#shapes.push(shape);
        return this.#shaped(object, shape, isBare);
      }
      case SHAPED: {
        const shape = this.#shapes[this.reader.varint()] ?? malformed("a list of keys is missing");
        return this.#shaped(object, shape, isBare);
      }
      case TABLE: {
        const { reader } = this;
        for (let count = reader.varint(); count > 0; count--) this.#set(object, reader.string(), isBare);
        return;
      }
      default:
        return malformed("the fields of an object are missing");
    }
  }

  #shaped(object: object, { keys, isPlain }: KnownShape, isBare: boolean): void {
    const fields = object as Record<string, unknown>;
    if (isBare && isPlain) {
      for (let index = 0; index < keys.length; index++) fields[keys[index] as string] = this.value();
    } else {
      for (const key of keys) this.#set(object, key, isBare);
    }
  }

  #set(object: object, key: string, isBare: boolean): void {
    const value = this.value();
    if (isBare && key !== "__proto__") (object as Record<string, unknown>)[key] = value;
    else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }

  enrol<T extends object>(object: T): T {
    if (this.hasReferences) this.#objects.push(object);
    return object;
  }

  reserve(): number {
    return this.hasReferences ? this.#objects.push(undefined) - 1 : -1;
  }

  fill(number: number, object: object): void {
    if (number >= 0) this.#objects[number] = object;
  }

  #resolved(id: number): unknown {
    this.#isResolving = true;
    const value = this.context.resolve(id);
    this.#isResolving = false;
    return value;
  }

  attachment(index: number): unknown {
    return index < this.#attachments.length ? this.#attachments[index] : malformed("an attachment is missing");
  }

  buffer(slot: number): ArrayBufferLike {
    return this.#window(slot).buffer;
  }

  view(slot: number, kind: number): ArrayBufferView {
    return makeView(this.#window(slot), kind);
  }

  #window(slot: number): Window {
    return this.#windows?.[slot] ?? malformed("a buffer is missing");
  }
}
