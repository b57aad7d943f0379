/** Instances of classes: of registered ones as such, of others as their fields, and not silently. */

import { types } from "node:util";
import { SerializationError } from "../errors.ts";
import { classDefinition, type Registration, registrationNamed } from "./classes.ts";
import type { Decoding, Encoding, Kind, ReadKind } from "./codec.ts";
import { writePlatformObject } from "./platform.ts";
import { hasPrivateState } from "./private-state.ts";
import { malformed } from "./reader.ts";
import { CONVERTED, EXTENDED, INSTANCE } from "./tags.ts";
import { isNativeClass, OBSTACLES, obstacle } from "./thread-objects.ts";

const NO_DEFINITION = 0;

/**
 * Write an instance of a registered class that is converted, or that extends a built-in (`base` says how that is
 * written). False for the others: the caller writes their fields, which may have to wait.
 */
export function writeExotic(value: object, registration: Registration, base: Kind | undefined, to: Encoding): boolean {
  const { encode } = registration;
  if (encode !== undefined) {
    to.writer.tag(CONVERTED);
    writeClass(registration, to);
    to.closed(value, () => to.child(encode(value), { text: "" }));
    return true;
  }
  if (base === undefined) return false;
  to.writer.tag(EXTENDED);
  writeClass(registration, to);
  base.write(value as never, to);
  // Of arrays the names are written with the elements, and the indices of a typed array are its contents.
  to.properties(value, Array.isArray(value) || ArrayBuffer.isView(value) ? [] : Object.keys(value));
  return true;
}

/** The class: the number of its definition, if it has to be told, and its name. */
export function writeClass(registration: Registration, to: Encoding): void {
  const shipped = classDefinition(registration, to.context, to.path());
  if (shipped !== undefined) to.need(shipped);
  to.writer.varint(shipped === undefined ? NO_DEFINITION : shipped.definition.id + 1);
  to.writer.string(registration.key);
}

export function readClass(from: Decoding): Registration {
  const id = from.reader.varint();
  const key = from.reader.string();
  if (id !== NO_DEFINITION && registrationNamed(key) === undefined) from.context.resolve(id - 1); // which enters it
  const registration = registrationNamed(key);
  if (registration !== undefined) return registration;
  throw new SerializationError(
    `An instance of ${key} came back, and no class is registered under that name here: call registerClass where the result is used, too.`,
  );
}

export function makeInstance(registration: Registration): object {
  return Object.create(registration.cls.prototype as object);
}

function readInstance(from: Decoding): object {
  const instance = from.enrol(makeInstance(readClass(from)));
  from.properties(instance);
  return instance;
}

function readConverted(from: Decoding): object {
  const { key, decode } = readClass(from);
  const number = from.reserve();
  const encoded = from.value();
  if (decode === undefined) return malformed(`the class ${key} has no decode`);
  let instance: object;
  try {
    instance = decode(encoded);
  } catch (cause) {
    throw new SerializationError(
      `decode of the registered class ${key} threw: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  from.fill(number, instance);
  return instance;
}

function readExtended(from: Decoding): object {
  const registration = readClass(from);
  const value = from.value();
  if (typeof value !== "object" || value === null) return malformed("an instance is no object");
  Object.setPrototypeOf(value, registration.cls.prototype as object);
  from.properties(value);
  return value;
}

export const READ_INSTANCES: readonly (readonly [tag: number, read: ReadKind])[] = [
  [INSTANCE, readInstance],
  [CONVERTED, readConverted],
  [EXTENDED, readExtended],
];

/** Prototypes whose instances are their fields and nothing else. */
export const ordinary = new WeakSet<object>();
/** Prototypes of subclasses that were warned of. */
const warned = new WeakSet<object>();

/** An object of a class that is nobody's special case: true when it has been written, false when its fields will do. */
export function writeUnregistered(value: object, prototype: object | null, to: Encoding): boolean {
  if (prototype === null ? isStrange(value) : !ordinary.has(prototype)) return examine(value, prototype, to);
  return to.transfer?.has(value) === true && writePlatformObject(value, to);
}

/** Among objects without a prototype, those that are not their fields. */
const isStrange = (value: object): boolean =>
  Object.prototype.toString.call(value) === "[object Module]" || types.isExternal(value);

function examine(value: object, prototype: object | null, to: Encoding): boolean {
  const against = obstacle(value, () => to.path());
  if (against !== undefined) to.refuse(against);
  if (prototype === null) return false;
  if (writePlatformObject(value, to)) return true;
  const { constructor: cls } = prototype as { constructor?: unknown };
  if (typeof cls === "function" && !isObjectClass(cls)) {
    if (isNativeClass(cls)) to.refuse(OBSTACLES.native(cls.name));
    if (hasPrivateState(cls)) to.refuse(OBSTACLES.secret(cls.name));
    const hidden = hiddenField(value);
    if (hidden !== undefined) to.refuse(OBSTACLES.hidden(cls.name, hidden));
    warn(cls.name, "as a plain object with its fields", to);
  }
  ordinary.add(prototype);
  return false;
}

/** Data that is not enumerable: without it the instance would arrive broken. */
function hiddenField(value: object): string | undefined {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(value));
  return fields.find(([, { enumerable, value }]) => enumerable !== true && value !== undefined)?.[0];
}

/** `Object` of this realm or of another one (vm contexts, Jest). */
const isObjectClass = (cls: { readonly name: string }): boolean => cls.name === "Object" && isNativeClass(cls);

/** A subclass of a built-in goes as the built-in. */
export function warnOfSubclass(prototype: object, to: Encoding): void {
  if (warned.has(prototype)) return;
  warned.add(prototype);
  const { constructor: cls } = prototype as { constructor?: unknown };
  if (typeof cls !== "function" || isNativeClass(cls)) return;
  const isGlobal = (globalThis as Record<string, unknown>)[cls.name] === cls;
  if (!isGlobal) warn(cls.name, "as the built-in that its class extends", to);
}

function warn(name: string, how: string, to: Encoding): void {
  const by = to.context.by?.();
  const captured = by === undefined ? "" : `, which ${by} captures,`;
  const cls = name === "" ? "an anonymous class" : name;
  const fix = name === "" ? "Give the class a name and call registerClass with it" : `Call registerClass(${name})`;
  process.emitWarning(
    `${to.path()}${captured} is an instance of ${cls}. It arrives ${how}, without its methods. ${fix} once to keep its class, or pass plain data.`,
    { type: "SerializationWarning", code: "MANYCORE_UNREGISTERED_CLASS" },
  );
}
