/** What the codec's parts are to each other: types only. */

import type { Shipped } from "../functions/definitions.ts";
import type { Reader } from "./reader.ts";
import type { Obstacle } from "./thread-objects.ts";
import type { Writer } from "./writer.ts";

/** What encoding asks of its surroundings. */
export interface EncodeContext {
  /** How the value is called in error messages: `args`, `result`. */
  readonly root: string;
  /** The function that captured the value, as messages call it. */
  by?(): string | undefined;
  /** Ship a function, a class or a handle; throws what the user is to see. */
  define(value: unknown, path: string): Shipped;
  /**
   * A new host-global definition id, for a registered class that is to follow its instances. Left out where nothing
   * can be shipped: the other side then has to know the class by its registered name.
   */
  nextId?(): number;
  /** The definition id under which the other side knows this class, if it does. */
  classId?(cls: unknown): number | undefined;
  /** Objects that change owner instead of being copied. */
  readonly transfer?: ReadonlySet<object>;
  /**
   * Buffers of so many bytes are not copied into the payload but, once, into memory that goes to the other side as it is.
   * Such a payload can be sent once only.
   */
  readonly handOverFrom?: number;
  /** On the way back: the other side made the definitions, so registered classes go by name alone. */
  readonly returning?: boolean;
  /** The other side is another process: nothing rides beside the bytes, so memory is neither shared nor moved. */
  readonly bytesOnly?: boolean;
}

/** What decoding asks of its surroundings. */
export interface DecodeContext {
  /** The function, class or handle with this definition id; throws if there is none. */
  resolve(id: number): unknown;
}

/** One step of the path to a value: a key, an index, or a text such as `.get("k")`. */
export type Step = string | number | { readonly text: string };

/** An encoding under way, as the kinds of objects see it. */
export interface Encoding {
  readonly writer: Writer;
  readonly context: EncodeContext;
  /** What changes owner: the context's, or that of a `move`. */
  readonly transfer: ReadonlySet<object> | undefined;
  /** Write a value that `step` leads to from the object at hand. */
  child(value: unknown, step: Step): void;
  /** Write keys and values of these own properties, each read once, in order. */
  properties(object: object, keys: readonly string[]): void;
  /** Write a value; where it cannot be written, a text in its place. */
  attempt(value: unknown, step: Step, instead: (value: unknown) => string): void;
  /** What is inside must be complete when this object is decoded: containers in it cannot be deferred. */
  atOnce(write: () => void): void;
  /** The same, and nothing inside may refer to the object itself. */
  closed(object: object, write: () => void): void;
  /** The number of this value among those that ride beside the bytes. */
  attach(value: object): number;
  /** The same for a copy of memory, which changes owner. */
  handOver(copy: ArrayBuffer): number;
  /** Write the number of the definition, and note what it needs. */
  define(value: unknown): void;
  need(shipped: Shipped): void;
  /** The slot of a buffer, or of a view on one, in the table at the payload's end. */
  buffer(value: ArrayBufferLike): number;
  view(value: ArrayBufferView): number;
  path(): string;
  /** Give up on the value at hand: `args[0].socket is <what>. <fix>.` */
  refuse(obstacle: Obstacle | string): never;
}

/** A decoding under way, as the kinds of objects see it. */
export interface Decoding {
  readonly reader: Reader;
  readonly context: DecodeContext;
  value(): unknown;
  /** Some objects are referred to, so all have numbers. */
  readonly hasReferences: boolean;
  /** Give an object its number; every object, before anything inside it is read. */
  enrol<T extends object>(object: T): T;
  /** Reserve the next number for an object that exists only when its contents do. */
  reserve(): number;
  fill(number: number, object: object): void;
  /** Read what `properties` wrote. */
  properties(object: object): void;
  attachment(index: number): unknown;
  buffer(slot: number): ArrayBufferLike;
  view(slot: number, kind: number): ArrayBufferView;
}

/** How one kind of object is written. */
export interface Kind {
  readonly test: (value: object) => boolean;
  readonly write: (value: never, to: Encoding) => void;
}

/** How what a tag announces is read. */
export type ReadKind = (from: Decoding) => unknown;
