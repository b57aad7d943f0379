/**
 * Errors as data: rebuilding one runs no code of the user's, and an error always arrives. What cannot be sent of it (a
 * property that holds a socket, a getter that throws) is replaced by its description.
 *
 *   class:        kind, then a name, or a registered class, or a definition's id
 *   texts:        which of message and stack there are, and these
 *   more:         which of `cause` and `errors` there are, and these
 *   properties:   count, then key and value of each own enumerable one
 */

import { inspect, types } from "node:util";
import { RemoteError } from "../errors.ts";
import type { Decoding, Encoding, Kind, ReadKind } from "./codec.ts";
import {
  BUILTIN,
  builtinPrototype,
  DEFINED,
  DOM,
  type ErrorIdentity,
  identify,
  OURS,
  ourPrototype,
  REGISTERED,
  read,
  UNKNOWN,
} from "./error-classes.ts";
import { readClass, writeClass } from "./instances.ts";
import { malformed } from "./reader.ts";
import { ERROR } from "./tags.ts";

const MESSAGE = 1;
const STACK = 2;
const CAUSE = 4;
const AGGREGATED = 8;

/** Fields of an error that are not enumerable, and have places of their own. */
const OWN_PLACES: readonly string[] = ["message", "stack", "cause", "errors"];

/** How an object is described where it cannot be sent. */
export function description(value: unknown): string {
  try {
    return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  } catch {
    return "[a value that cannot be described]";
  }
}

function isError(value: object): boolean {
  return types.isNativeError(value) || value instanceof Error;
}

function writeError(error: object, to: Encoding): void {
  const { writer } = to;
  writer.tag(ERROR);
  const identity = identify(error, to);
  writeIdentity(identity, to);
  const has = (key: string) => Object.hasOwn(error, key);
  const message = has("message") || !hasClass(identity) ? read(error, "message") : undefined;
  const stack = read(error, "stack");
  // Unlike other own fields, an error's may be accessors that Node made: ask for the value, not for what kind it is.
  const texts = (message === undefined ? 0 : MESSAGE) | (typeof stack === "string" ? STACK : 0);
  writer.tag(texts | (has("cause") ? CAUSE : 0) | (has("errors") ? AGGREGATED : 0));
  if (message !== undefined) writer.string(typeof message === "string" ? message : description(message));
  if (typeof stack === "string") writer.string(stack);
  to.atOnce(() => {
    const field = (key: string) => to.attempt(fieldOf(error, key), key, description);
    if (has("cause")) field("cause");
    if (has("errors")) field("errors");
    const keys = Object.keys(error).filter((key) => !OWN_PLACES.includes(key));
    writer.varint(keys.length);
    for (const key of keys) {
      writer.string(key);
      field(key);
    }
  });
}

function fieldOf(error: object, key: string): unknown {
  try {
    const value = (error as Record<string, unknown>)[key];
    return typeof value === "function" ? description(value) : value;
  } catch (thrown) {
    return `[its getter threw: ${description(thrown)}]`;
  }
}

/** Where its class comes along, a message that is the prototype's does so too. */
const hasClass = ({ kind }: ErrorIdentity): boolean => kind !== UNKNOWN && kind !== DOM;

function writeIdentity(identity: ErrorIdentity, to: Encoding): void {
  const { writer } = to;
  writer.tag(identity.kind);
  switch (identity.kind) {
    case REGISTERED:
      return writeClass(identity.registration, to);
    case DEFINED:
      return writer.varint(identity.id);
    default:
      return writer.string(identity.name);
  }
}

export const ERRORS: Kind = { test: isError, write: writeError };

/** An error without a stack of its own: where it is rebuilt is of no interest, and finding out is dear. */
function blankError(): Error {
  const limit = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit");
  if (limit?.writable !== true) return new Error();
  Error.stackTraceLimit = 0;
  try {
    return new Error();
  } finally {
    Error.stackTraceLimit = limit.value;
  }
}

function readError(from: Decoding): Error {
  const { reader } = from;
  const kind = reader.tag();
  const { prototype, name } = readIdentity(kind, from);
  const flags = reader.tag();
  const message = (flags & MESSAGE) !== 0 ? reader.string() : undefined;
  const stack = (flags & STACK) !== 0 ? reader.string() : undefined;
  const error = from.enrol(kind === DOM ? new DOMException(message ?? "", name) : blankError());
  if (prototype !== undefined) Object.setPrototypeOf(error, prototype);
  if (message !== undefined && kind !== DOM) hide(error, "message", message);
  hide(error, "stack", stack);
  if ((flags & CAUSE) !== 0) hide(error, "cause", from.value());
  if ((flags & AGGREGATED) !== 0) hide(error, "errors", from.value());
  for (let count = reader.varint(); count > 0; count--) show(error, reader.string(), from.value());
  if (kind === UNKNOWN) show(error, "remoteName", name);
  return error;
}

function readIdentity(kind: number, from: Decoding): { prototype?: object | undefined; name: string } {
  switch (kind) {
    case BUILTIN: {
      const name = from.reader.string();
      return { prototype: builtinPrototype(name) ?? malformed("an error's class is unknown"), name };
    }
    case OURS: {
      const name = from.reader.string();
      return { prototype: ourPrototype(name) ?? malformed("an error's class is unknown"), name };
    }
    case REGISTERED: {
      const { cls, key } = readClass(from);
      return { prototype: cls.prototype as object, name: key };
    }
    case DEFINED: {
      const cls = from.context.resolve(from.reader.varint());
      if (typeof cls !== "function" || typeof cls.prototype !== "object") malformed("an error's class is no class");
      return { prototype: cls.prototype as object, name: cls.name };
    }
    case DOM:
      return { name: from.reader.string() };
    case UNKNOWN:
      return { prototype: RemoteError.prototype, name: from.reader.string() };
    default:
      return malformed("an error's class is of no known kind");
  }
}

const hide = (error: Error, key: string, value: unknown): void => {
  Object.defineProperty(error, key, { value, enumerable: false, writable: true, configurable: true });
};

const show = (error: Error, key: string, value: unknown): void => {
  Object.defineProperty(error, key, { value, enumerable: true, writable: true, configurable: true });
};

export const READ_ERRORS: readonly (readonly [tag: number, read: ReadKind])[] = [[ERROR, readError]];
