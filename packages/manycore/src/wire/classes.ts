/**
 * The classes that keep their identity across the wall. One table in the process, however many copies of this library
 * are loaded. A class that arrives in a worker as a definition enters the worker's table under the same name, so that
 * instances come back as what they were.
 */

import { FunctionShippingError } from "../errors.ts";
import type { Definition, DefinitionBody, Shipped } from "../functions/definitions.ts";
import { callable, checkOptions, text } from "../options.ts";
import type { EncodeContext } from "./codec.ts";
import { hasPrivateState } from "./private-state.ts";

/** A class, abstract ones included: only its prototype is needed. */
export type Class<T extends object> = abstract new (...args: never[]) => T;

/** How instances of a registered class cross. */
export interface ClassOptions<T extends object, Encoded> {
  /** Unique in the program. Default: the class's own name. */
  name?: string;
  /** What is sent for an instance. Default: its own enumerable fields. Needed, with `decode`, for private state. */
  encode?: (instance: T) => Encoded;
  /** Makes the instance of what `encode` gave. Default: an object with the class's prototype and these fields; no constructor runs. */
  decode?: (encoded: Encoded) => T;
}

export interface Registration {
  readonly key: string;
  readonly cls: Class<object>;
  readonly encode: ((instance: object) => unknown) | undefined;
  readonly decode: ((encoded: unknown) => object) | undefined;
  /** It came as a definition: the side that it came from has it. */
  readonly adopted: boolean;
}

interface ClassTable {
  readonly byKey: Map<string, Registration>;
  readonly byPrototype: WeakMap<object, Registration>;
  /** What all of them were shipped as; undefined after a change. */
  all: readonly Definition[] | undefined;
  /** What was shipped for a registration, and the parts it was made of. */
  readonly shipped: WeakMap<
    Registration,
    { readonly parts: readonly (Shipped | undefined)[]; readonly whole: Shipped }
  >;
}

const TABLE = Symbol.for("manycore.classes");
const global = globalThis as { [TABLE]?: ClassTable };
global[TABLE] ??= { byKey: new Map(), byPrototype: new WeakMap(), all: undefined, shipped: new WeakMap() };
const table = global[TABLE];

/**
 * Let instances of a class cross to workers and back as instances: with its prototype and own fields, or by way of
 * `encode` and `decode`. The class, and both functions, are shipped like any function before their first use; workers
 * need no call of their own.
 * Python: `copyreg.pickle`.
 *
 * @throws TypeError if the name is missing or taken by another class, if only one of `encode` and `decode` is given, or
 *   if the class has private state (`#field`) and neither is
 */
export function registerClass<T extends object, Encoded = unknown>(
  cls: Class<T>,
  options?: ClassOptions<T, Encoded>,
): void {
  const { name, encode, decode } = checkOptions("registerClass", options, {
    name: text,
    encode: callable,
    decode: callable,
  });
  register("registerClass", cls, name, encode as Registration["encode"], decode as Registration["decode"]);
}

/**
 * Let errors of a class arrive as instances of it, with their message, stack, `cause` and own properties; no constructor
 * runs. The errors of the language, of `node:assert` and of this library need no registration.
 * Python: nothing; an exception that `pickle` cannot rebuild there breaks the pool.
 *
 * @throws TypeError if the name is missing or taken by another class, or if instances are not errors
 */
export function registerError<T extends Error>(cls: Class<T>, options?: { name?: string }): void {
  const { name } = checkOptions("registerError", options, { name: text });
  if (typeof cls === "function" && !(cls.prototype instanceof Error)) {
    throw new TypeError(`registerError(${cls.name}): the class does not extend Error. Use registerClass.`);
  }
  register("registerError", cls, name, undefined, undefined);
}

function register(
  where: string,
  cls: Class<object>,
  name: string | undefined,
  encode: Registration["encode"],
  decode: Registration["decode"],
): void {
  if (typeof cls !== "function" || typeof cls.prototype !== "object")
    throw new TypeError(`${where} takes a class, not ${describe(cls)}.`);
  const key = name ?? cls.name;
  if (key === "") throw new TypeError(`${where}: an anonymous class needs a name: ${where}(cls, { name: "..." }).`);
  if ((encode === undefined) !== (decode === undefined))
    throw new TypeError(`${where}(${key}): encode and decode belong together; one is missing.`);
  if (encode === undefined && where === "registerClass" && hasPrivateState(cls)) {
    throw new TypeError(
      `registerClass(${key}): its private fields can only be read by its own code: pass { encode, decode }.`,
    );
  }
  const taken = table.byKey.get(key);
  if (taken !== undefined && taken.cls !== cls && !taken.adopted) {
    throw new TypeError(`${where}: the name "${key}" is taken by another class: pass { name } to tell them apart.`);
  }
  enter({ key, cls, encode, decode, adopted: false });
}

const describe = (value: unknown): string =>
  value === null ? "null" : typeof value === "function" ? "an arrow function" : `a value of type ${typeof value}`;

/** Enter a class that came as a definition, unless this side's own code has registered it. */
export function adoptClass(
  key: string,
  cls: Class<object>,
  encode?: Registration["encode"],
  decode?: Registration["decode"],
): void {
  if (table.byPrototype.get(cls.prototype as object)?.adopted === false) return;
  enter({ key, cls, encode, decode, adopted: true });
}

function enter(registration: Registration): void {
  table.all = undefined;
  table.byKey.set(registration.key, registration);
  table.byPrototype.set(registration.cls.prototype as object, registration);
}

/** The registration of the class that has this prototype: of itself, not of a class it extends. */
export function registrationOf(prototype: object): Registration | undefined {
  return table.byPrototype.get(prototype);
}

export function registrationNamed(key: string): Registration | undefined {
  return table.byKey.get(key);
}

/** The definition that tells a worker of this class; undefined where the other side knows it. */
export function classDefinition(registration: Registration, context: EncodeContext, path: string): Shipped | undefined {
  if (context.returning === true || context.nextId === undefined) return undefined;
  const { key, cls, encode, decode } = registration;
  const parts = [cls, encode, decode].map((part) => (part === undefined ? undefined : context.define(part, path)));
  const known = table.shipped.get(registration);
  if (known?.parts.every((part, index) => part === parts[index])) return known.whole;
  const [target, encoder, decoder] = parts.map((part) => part?.definition.id);
  const before = known?.whole.definition;
  const body = { kind: "class", key, target: target as number, encode: encoder, decode: decoder } as const;
  // The parts may be spoken of in more than one way; the class is another only if they are others.
  const definition: Definition =
    before !== undefined && isSameClass(before.body, body)
      ? before
      : { id: before?.id ?? context.nextId(), version: (before?.version ?? 0) + 1, body, original: registration };
  const needs = new Set(parts.flatMap((part) => part?.needs ?? []));
  const whole = { definition, needs: [...needs, definition] };
  table.shipped.set(registration, { parts, whole });
  return whole;
}

function isSameClass(a: DefinitionBody, b: Extract<DefinitionBody, { kind: "class" }>): boolean {
  return a.kind === "class" && a.target === b.target && a.encode === b.encode && a.decode === b.decode;
}

/** The definitions of all classes that this side has registered or been told of, and what they need. */
export function classDefinitions(context: EncodeContext): readonly Definition[] {
  table.all ??= [...new Set([...table.byKey.values()].flatMap((each) => tellOf(each, context)?.needs ?? []))];
  return table.all;
}

/** Whoever submits something else has to hear what this class has to do with it. */
function tellOf(registration: Registration, context: EncodeContext): Shipped | undefined {
  const { key } = registration;
  try {
    return classDefinition(registration, context, key);
  } catch (cause) {
    if (!(cause instanceof FunctionShippingError)) throw cause;
    // Registered by whoever this thread works for: its own code may have nothing to do with it.
    if (registration.adopted) return undefined;
    const { functionName, variable, fix, message } = cause;
    const text = `Every worker is told of the class ${key}, which is registered. ${message}`;
    throw new FunctionShippingError(text, { functionName, variable, fix, cause });
  }
}
