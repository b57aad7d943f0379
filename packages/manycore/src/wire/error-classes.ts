/** The classes of errors that both sides know, each by a word. */

import { errorClasses } from "../errors.ts";
import { type Registration, registrationOf } from "./classes.ts";
import type { Encoding } from "./codec.ts";
import { isNativeClass } from "./thread-objects.ts";

/** How an error's class is named: numbers on the wire. */
export const BUILTIN = 0;
export const OURS = 1;
export const REGISTERED = 2;
export const DEFINED = 3;
export const DOM = 4;
export const UNKNOWN = 5;

export type ErrorIdentity =
  | { readonly kind: typeof BUILTIN | typeof OURS | typeof UNKNOWN; readonly name: string }
  | { readonly kind: typeof REGISTERED; readonly registration: Registration }
  | { readonly kind: typeof DEFINED; readonly id: number }
  | { readonly kind: typeof DOM; readonly name: string };

const LANGUAGE = [
  "Error",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "ReferenceError",
  "EvalError",
  "URIError",
  "AggregateError",
];
/** Errors of this library carry their class's name here, the same in every copy of it. */
const BRAND = Symbol.for("manycore.error");

/** The prototype of a class of the language or of Node; undefined for an unknown name. */
export function builtinPrototype(name: string): object | undefined {
  if (name === "AssertionError") return process.getBuiltinModule("node:assert").AssertionError.prototype;
  if (!LANGUAGE.includes(name)) return undefined;
  return (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name]?.prototype;
}

/** The prototype of one of this library's own. */
export function ourPrototype(name: string): object | undefined {
  return errorClasses.find(({ prototype }) => prototype.name === name)?.prototype;
}

export function identify(error: object, to: Encoding): ErrorIdentity {
  const prototype: object = Object.getPrototypeOf(error) ?? Error.prototype;
  const registration = registrationOf(prototype);
  if (registration !== undefined) return { kind: REGISTERED, registration };
  if (Object.hasOwn(prototype, BRAND)) return { kind: OURS, name: String((prototype as { [BRAND]?: unknown })[BRAND]) };
  const cls = read(prototype, "constructor");
  if (typeof cls === "function") {
    const { name } = cls;
    if (name === "DOMException" && error instanceof DOMException)
      return { kind: DOM, name: textOf(read(error, "name")) };
    // Node derives its own errors from the language's, each from a prototype of its own without a cls.
    if (LANGUAGE.includes(name) && isNativeClass(cls)) return { kind: BUILTIN, name };
    if (name === "AssertionError" && prototype === builtinPrototype(name)) return { kind: BUILTIN, name };
    const id = to.context.classId?.(cls);
    if (id !== undefined) return { kind: DEFINED, id };
  }
  return { kind: UNKNOWN, name: nameOf(error, cls) };
}

/** What the error calls itself, or else its class. */
function nameOf(error: object, cls: unknown): string {
  const name = textOf(read(error, "name"));
  if (name !== "" && name !== "Error") return name;
  return typeof cls === "function" && cls.name !== "" ? cls.name : "Error";
}

/** A property; undefined where its getter throws. */
export function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
