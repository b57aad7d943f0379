/**
 * Encoding: a walk over a value, writing as it goes. Primitives, plain objects and arrays are dealt with here; every
 * other kind of object has a row in a table (`kinds.ts`). Objects are numbered in the order in which they are met, so
 * that the second time a number will do.
 */

import { types } from "node:util";
import { FunctionShippingError, SerializationError } from "../errors.ts";
import type { Definition, Shipped } from "../functions/definitions.ts";
import { HANDLE } from "../functions/handle.ts";
import { ARRAYS, namesOf, writeArray } from "./arrays.ts";
import { BufferTable } from "./buffers.ts";
import { MAPS, SETS, writeMap, writeSet } from "./builtins.ts";
import { type Registration, registrationOf } from "./classes.ts";
import type { EncodeContext, Encoding, Kind, Step } from "./codec.ts";
import { ERRORS } from "./error-records.ts";
import { ordinary, warnOfSubclass, writeClass, writeExotic, writeUnregistered } from "./instances.ts";
import { kindOf } from "./kinds.ts";
import { pathText } from "./path.ts";
import { Seen } from "./seen.ts";
import { type Shape, ShapeTree } from "./shapes.ts";
import {
  ARRAY,
  DEFERRED,
  DEFINITION,
  FALSE,
  HAS_BUFFERS,
  HAS_REFERENCES,
  INSTANCE,
  MAGIC,
  MAP,
  MAX_DEPTH,
  NULL,
  REFERENCE,
  SET,
  SHAPE,
  SHAPED,
  SYMBOL,
  TABLE,
  TRUE,
  UNDEFINED,
} from "./tags.ts";
import { OBSTACLES, type Obstacle } from "./thread-objects.ts";
import { Writer } from "./writer.ts";

const PLAIN = Object.prototype;
const LIST = Array.prototype;
const NO_NAMES: readonly string[] = [];

const shapes = new ShapeTree();
/** Numbers the values written, so that a shape knows whether it has been shown in this one. */
let values = 0;

export class Walk implements Encoding {
  readonly writer = new Writer();
  context: EncodeContext;
  transfer: ReadonlySet<object> | undefined;
  readonly attached = new Map<object, number>();
  /** Those of them that are copies made here, which change owner. */
  readonly handedOver = new Set<object>();
  readonly needs = new Map<number, Definition>();
  readonly #seen = new Seen();
  readonly #buffers = new BufferTable();
  /** The shapes shown in this value, by number; what is behind the count is left over from others. */
  readonly #shown: Shape[] = [];
  #shownCount = 0;
  #number = 0;
  #hasReferences = false;
  /** Of the path: the context's word, and the item's number where there are many. */
  #item = -1;
  #isLate = false;
  /** The way to the value at hand is `#steps[0 … #depth - 1]`. An error does not unwind it: it then says where that was. */
  readonly #steps: Step[] = [];
  #depth = 0;
  /** Containers this deep are deferred, or refused where they must be complete at once. */
  #limit = MAX_DEPTH;
  #isAtOnce = false;
  /** Writes the contents of what was deferred. */
  readonly #late: (() => void)[] = [];
  /** Numbers of the objects whose `encode` gave what is being written. */
  readonly #closed = new Set<number>();
  /** Shipping something: what that throws is for the user as it is. */
  #isDefining = false;

  constructor(context: EncodeContext) {
    this.context = context;
  }

  /** Write one value with all that belongs to it, so that it can be decoded alone. A list has no named properties. */
  write(value: unknown, isList: boolean, item: number): void {
    const { writer } = this;
    const header = writer.length;
    this.#item = item;
    this.#number = ++values;
    writer.tag(MAGIC);
    try {
      if (isList) this.#list(value as readonly unknown[]);
      else this.value(value);
      if (this.#late.length > 0) this.#writeLate();
      let flags = this.#hasReferences ? HAS_REFERENCES : 0;
      if (!this.#buffers.isEmpty) {
        this.#buffers.write(this, header);
        flags |= HAS_BUFFERS;
      }
      if (flags !== 0) writer.patch(header, MAGIC | flags);
    } catch (error) {
      throw this.#explained(error);
    } finally {
      this.#forget();
    }
  }

  #forget(): void {
    this.#seen.truncate(0);
    if (!this.#buffers.isEmpty) this.#buffers.truncate(0);
    // Each of these costs more than all of a small payload, so it is asked first whether there is anything to do.
    if (this.#late.length > 0) this.#late.length = 0;
    if (this.#closed.size > 0) this.#closed.clear();
    this.#shownCount = 0;
    this.#hasReferences = false;
    this.#depth = 0;
    this.#limit = MAX_DEPTH;
    this.#isAtOnce = false;
    this.#isLate = false;
    this.#isDefining = false;
  }

  /** Getters, `encode` functions and the engine throw what they like; the user gets to know where. */
  #explained(error: unknown): unknown {
    if (this.#isDefining || error instanceof SerializationError || error instanceof FunctionShippingError) return error;
    const path = this.path();
    const what = error instanceof Error ? error.message : String(error);
    return new SerializationError(`${path} cannot be read: ${what}`, { path, cause: error });
  }

  path(): string {
    const root = this.#item < 0 ? this.context.root : `${this.context.root}[${this.#item}]`;
    // Of what is written late, the hundreds of levels above are left out.
    return pathText(this.#isLate ? `${root}…` : root, this.#steps, this.#depth);
  }

  refuse(obstacle: Obstacle | string): never {
    const { what, fix } = typeof obstacle === "string" ? { what: obstacle, fix: undefined } : obstacle;
    const path = this.path();
    throw new SerializationError(`${path} is ${what}.${fix === undefined ? "" : ` ${fix}.`}`, { path, fix });
  }

  value(value: unknown): void {
    const { writer } = this;
    switch (typeof value) {
      case "number":
        return writer.number(value);
      case "string":
        return writer.string(value);
      case "boolean":
        return writer.tag(value ? TRUE : FALSE);
      case "undefined":
        return writer.tag(UNDEFINED);
      case "object":
        return value === null ? writer.tag(NULL) : this.#object(value);
      case "bigint":
        return writer.bigint(value);
      case "function":
        return this.define(value);
      case "symbol":
        return this.#symbol(value);
    }
  }

  #symbol(value: symbol): void {
    const key = Symbol.keyFor(value);
    if (key === undefined) this.refuse(OBSTACLES.symbol);
    this.writer.tag(SYMBOL);
    this.writer.string(key);
  }

  child(value: unknown, step: Step): void {
    this.#steps[this.#depth++] = step;
    this.value(value);
    this.#depth--;
  }

  #list(list: readonly unknown[]): void {
    this.#seen.meet(list);
    writeArray(list, NO_NAMES, this);
  }

  #object(object: object): void {
    const prototype: object | null = Object.getPrototypeOf(object);
    const isPlain = prototype === PLAIN || prototype === LIST;
    if (!isPlain && HANDLE in object) {
      this.define(object);
      return;
    }
    const number = this.#seen.meet(object);
    if (number >= 0) this.#refer(number);
    else if (this.#depth >= this.#limit) this.#deep(object, prototype);
    else if (!isPlain) this.#special(object, prototype);
    else if (prototype === PLAIN) this.#plain(object);
    else if (Array.isArray(object)) writeArray(object, namesOf(object), this);
    else this.#special(object, prototype);
  }

  #plain(object: object): void {
    this.properties(object, Object.keys(object));
  }

  properties(object: object, keys: readonly string[]): void {
    const { writer } = this;
    const shape = keys.length === 0 ? undefined : shapes.find(keys);
    if (shape === undefined) {
      writer.tag(TABLE);
      writer.varint(keys.length);
    } else if (shape.shownIn === this.#number) {
      writer.tag(SHAPED);
      writer.varint(shape.number);
    } else {
      shape.shownIn = this.#number;
      shape.number = this.#shownCount;
      this.#shown[this.#shownCount++] = shape;
      writer.tag(SHAPE);
      writer.raw(shape.record);
    }
    const depth = this.#depth;
    let index = 0;
    try {
      for (; index < keys.length; index++) {
        const key = keys[index] as string;
        if (shape === undefined) writer.string(key);
        const value = (object as Record<string, unknown>)[key];
        if (typeof value === "number") writer.number(value);
        else if (typeof value === "string") writer.string(value);
        else this.child(value, key);
      }
    } catch (error) {
      // A getter threw: no step has been made yet that would lead to it.
      if (this.#depth === depth) this.#steps[this.#depth++] = keys[index] as string;
      throw error;
    }
  }

  #refer(number: number): void {
    if (this.#closed.has(number))
      this.refuse("the very instance that is being encoded: what its encode gives must not refer to it");
    this.#hasReferences = true;
    this.writer.tag(REFERENCE);
    this.writer.varint(number);
  }

  /** Anything but a plain object or array of this realm. */
  #special(object: object, prototype: object | null): void {
    const registration = prototype === null ? undefined : registrationOf(prototype);
    const kind = kindOf(object, prototype);
    if (registration !== undefined) {
      this.#registered(object, registration, kind);
    } else if (kind !== undefined) {
      if (prototype !== null && kind !== ERRORS) warnOfSubclass(prototype, this);
      kind.write(object as never, this);
    } else if (!writeUnregistered(object, prototype, this)) {
      this.#plain(object);
    }
  }

  #registered(object: object, registration: Registration, kind: Kind | undefined): void {
    if (kind === ERRORS && registration.encode === undefined) {
      kind.write(object as never, this);
    } else if (!writeExotic(object, registration, kind, this)) {
      this.writer.tag(INSTANCE);
      writeClass(registration, this);
      this.#plain(object);
      ordinary.add(registration.cls.prototype as object);
    }
  }

  /** A container deeper than recursion may go: its contents follow when all above is written. */
  #deep(object: object, prototype: object | null): void {
    const kind = prototype === PLAIN ? undefined : kindOf(object, prototype);
    const registration = prototype === null || prototype === PLAIN ? undefined : registrationOf(prototype);
    if (registration !== undefined ? registration.encode === undefined && kind === undefined : kind === undefined) {
      if (registration === undefined && prototype !== PLAIN && writeUnregistered(object, prototype, this)) return;
      this.#defer(registration === undefined ? TABLE : INSTANCE, () => this.#plain(object));
      if (registration !== undefined) writeClass(registration, this);
    } else if (registration === undefined && kind === ARRAYS) {
      this.#defer(ARRAY, () => ARRAYS.write(object as never, this));
    } else if (registration === undefined && kind === MAPS) {
      this.#defer(MAP, () => writeMap(object as Map<unknown, unknown>, this));
    } else if (registration === undefined && kind === SETS) {
      this.#defer(SET, () => writeSet(object as Set<unknown>, this));
    } else {
      if (this.#isAtOnce) this.#tooDeep();
      this.#special(object, prototype);
    }
  }

  #defer(tag: number, write: () => void): void {
    if (this.#isAtOnce) this.#tooDeep();
    this.writer.tag(DEFERRED);
    this.writer.tag(tag);
    this.#late.push(write);
  }

  #tooDeep(): never {
    this.refuse(`nested more than ${MAX_DEPTH} levels deep in an error or in what a registered class encodes`);
  }

  #writeLate(): void {
    this.#isLate = true;
    for (let next = 0; next < this.#late.length; next++) (this.#late[next] as () => void)();
  }

  atOnce(write: () => void): void {
    const isAtOnce = this.#isAtOnce;
    const limit = this.#limit;
    if (!isAtOnce) this.#limit = this.#depth + MAX_DEPTH;
    this.#isAtOnce = true;
    write();
    this.#isAtOnce = isAtOnce;
    this.#limit = limit;
  }

  closed(object: object, write: () => void): void {
    const number = this.#seen.meet(object);
    this.#closed.add(number);
    this.atOnce(write);
    this.#closed.delete(number);
  }

  attempt(value: unknown, step: Step, instead: (value: unknown) => string): void {
    const { writer } = this;
    const { length } = writer;
    const seen = this.#seen.count;
    const shown = this.#shownCount;
    const buffers = this.#buffers.size;
    const depth = this.#depth;
    const limit = this.#limit;
    const closed = [...this.#closed];
    try {
      this.child(value, step);
    } catch {
      writer.rewind(length);
      this.#seen.truncate(seen);
      while (this.#shownCount > shown) (this.#shown[--this.#shownCount] as Shape).shownIn = -1;
      this.#buffers.truncate(buffers);
      this.#depth = depth;
      this.#limit = limit;
      this.#closed.clear();
      for (const number of closed) this.#closed.add(number);
      this.#isDefining = false;
      writer.string(instead(value));
    }
  }

  define(value: unknown): void {
    this.#isDefining = true;
    const shipped = this.context.define(value, this.path());
    this.#isDefining = false;
    this.need(shipped);
    this.writer.tag(DEFINITION);
    this.writer.varint(shipped.definition.id);
  }

  need(shipped: Shipped): void {
    for (const definition of shipped.needs) this.needs.set(definition.id, definition);
    this.needs.set(shipped.definition.id, shipped.definition);
  }

  attach(value: object): number {
    const known = this.attached.get(value);
    if (known !== undefined) return known;
    const index = this.attached.size;
    this.attached.set(value, index);
    return index;
  }

  handOver(copy: ArrayBuffer): number {
    this.handedOver.add(copy);
    return this.attach(copy);
  }

  buffer(value: ArrayBufferLike): number {
    return this.#buffers.add(value, undefined, this.#attachment(value));
  }

  view(value: ArrayBufferView): number {
    return this.#buffers.add(value.buffer, value, this.#attachment(value.buffer));
  }

  /** Shared and moved memory rides beside the bytes. */
  #attachment(buffer: ArrayBufferLike): number {
    const isShared = types.isSharedArrayBuffer(buffer);
    if (this.context.bytesOnly === true) return isShared ? this.refuse(OBSTACLES.shared) : -1;
    const isAttached = isShared || this.transfer?.has(buffer) === true;
    return isAttached ? this.attach(buffer) : -1;
  }
}
