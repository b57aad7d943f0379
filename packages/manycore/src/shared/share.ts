/** `share`: a big value that goes to every worker once. */

import { Contents } from "../functions/contents.ts";
import type { Definition, Shipped } from "../functions/definitions.ts";
import { HANDLE } from "../functions/handle.ts";
import { type Journey, PARCEL, type Parcel, revise } from "../functions/parcel.ts";
import { newId } from "../functions/registry.ts";
import { shipValue } from "../functions/ship.ts";

/** A handle on an immutable value that is encoded once and sent to each worker once. Made by `share`. */
export class Shared<T> {
  readonly #value: T;
  readonly #parcel: Parcel;

  constructor(value: T) {
    this.#value = inSharedMemory(value) as T;
    this.#parcel = new SharedParcel(this, this.#value);
  }

  /** The value: on the host the original (a typed array or Buffer in shared memory), in a task the worker's copy. */
  get value(): T {
    return this.#value;
  }

  /** @internal */
  [PARCEL](): Parcel {
    return this.#parcel;
  }

  /** @internal */
  [HANDLE](): Shipped {
    return shipValue(this);
  }
}

/**
 * A handle on a big value that does not change: capture it, or pass it, and read `.value` in the task. The value is
 * encoded when it is first sent, and each worker gets it once. Typed arrays and Buffers, alone or inside arrays and
 * plain objects, are copied into shared memory here: threads read them in place, and so does the host through `.value`;
 * an ArrayBuffer becomes a SharedArrayBuffer.
 * Python: `multiprocessing.shared_memory`, for any value.
 */
export function share(value: ArrayBuffer): Shared<SharedArrayBuffer>;
export function share<T>(value: T): Shared<T>;
export function share(value: unknown): Shared<unknown> {
  return new Shared(value);
}

type View = Exclude<ArrayBufferView, DataView>;
type ViewClass = new (buffer: ArrayBufferLike, offset: number, length: number) => View;

/** The same value with its typed arrays in shared memory. Class instances, Maps and Sets are left as they are. */
function inSharedMemory(value: unknown, seen = new Map<object, unknown>()): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (value instanceof ArrayBuffer) return remembered(seen, value, sharedCopy(value, 0, value.byteLength));
  if (ArrayBuffer.isView(value)) return remembered(seen, value, sharedView(value));
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype === Array.prototype) return inner(value, [], seen);
  if (prototype === Object.prototype) return inner(value, {}, seen);
  return value;
}

/** A copy of the container where something in it moved, else the container itself. */
function inner(value: object, copy: object, seen: Map<object, unknown>): unknown {
  seen.set(value, copy);
  let moved = false;
  const entries = Object.entries(Object.getOwnPropertyDescriptors(value)).map(([name, descriptor]) => {
    if (!("value" in descriptor)) return [name, descriptor] as const;
    const replaced = inSharedMemory(descriptor.value, seen);
    moved ||= replaced !== descriptor.value;
    return [name, { ...descriptor, value: replaced }] as const;
  });
  if (!moved) return remembered(seen, value, value);
  for (const [name, descriptor] of entries) Object.defineProperty(copy, name, descriptor);
  return copy;
}

function remembered<T>(seen: Map<object, unknown>, value: object, result: T): T {
  seen.set(value, result);
  return result;
}

function sharedView(view: ArrayBufferView): ArrayBufferView {
  if (view.buffer instanceof SharedArrayBuffer || view.byteLength === 0) return view;
  const memory = sharedCopy(view.buffer, view.byteOffset, view.byteLength);
  if (Buffer.isBuffer(view)) return Buffer.from(memory);
  if (view instanceof DataView) return new DataView(memory);
  const typed = view as View & { readonly length: number };
  return new (typed.constructor as ViewClass)(memory, 0, typed.length);
}

function sharedCopy(buffer: ArrayBufferLike, offset: number, length: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(length);
  new Uint8Array(memory).set(new Uint8Array(buffer, offset, length));
  return memory;
}

class SharedParcel implements Parcel {
  readonly id = newId();
  readonly label = "the shared value";
  readonly codeSize = 0;
  readonly settled = true;
  readonly #handle: object;
  readonly #value: unknown;
  readonly #contents = new Contents("share(value)", { isVariable: false });
  #definition: Definition | undefined;

  constructor(handle: object, value: unknown) {
    this.#handle = handle;
    this.#value = value;
  }

  get definition(): Definition | undefined {
    return this.#definition;
  }

  get children(): readonly Parcel[] {
    return this.#contents.children;
  }

  get needs(): readonly Definition[] {
    return this.#contents.needs;
  }

  pack(journey: Journey): void {
    if (this.#definition !== undefined) return;
    this.#contents.update(this.#value, journey);
    this.#definition = revise(undefined, this.id, { kind: "share", payload: this.#contents.payload }, this.#handle);
  }
}
