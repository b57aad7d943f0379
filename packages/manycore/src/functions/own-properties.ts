/** What was hung on a function after it was made: `f.cache = new Map()`, the methods of an old-style class, decorators. */

import { addedMembers, type ClassMember, putMember, type Statics } from "./class-members.ts";

/** As data; a worker puts it back by `adorn`. */
export interface OwnProperties {
  readonly own: Readonly<Record<string, unknown>>;
  readonly methods: Readonly<Record<string, unknown>>;
  /** The function whose `prototype` this one's inherits from. */
  readonly parent: unknown;
  /** Of a class: what its text does not make. */
  readonly members: readonly ClassMember[];
}

/**
 * The enumerable properties of a function and of its `prototype`; undefined where there are none. The text of a class
 * makes its methods, and `statics` anew in each worker: what others have added or replaced goes along.
 */
export function ownProperties(fn: object, statics: Statics): OwnProperties | undefined {
  const prototype = prototypeOf(fn);
  if (prototype === "class") {
    const members = addedMembers(fn as { readonly prototype: object }, statics);
    return members.length === 0 ? undefined : { own: {}, methods: {}, parent: undefined, members };
  }
  const names = Object.keys(fn);
  const parent = parentOf(prototype);
  if (names.length === 0 && parent === undefined && (prototype === undefined || Object.keys(prototype).length === 0))
    return undefined;
  return { own: values(fn), methods: prototype === undefined ? {} : values(prototype), parent, members: [] };
}

/** Put a function's properties back. */
export function adorn(fn: object, { own, methods, parent, members }: OwnProperties): void {
  const prototype = prototypeOf(fn);
  if (prototype === "class") {
    for (const member of members) putMember(fn as { readonly prototype: object }, member);
    return;
  }
  Object.assign(fn, own);
  if (prototype === undefined) return;
  Object.assign(prototype, methods);
  if (typeof parent === "function") Object.setPrototypeOf(prototype, parent.prototype as object);
}

/** A class's `prototype` cannot be replaced, a function's can; arrow functions and methods have none. */
function prototypeOf(fn: object): object | "class" | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(fn, "prototype");
  if (descriptor === undefined || typeof descriptor.value !== "object" || descriptor.value === null) return undefined;
  return descriptor.writable === true ? (descriptor.value as object) : "class";
}

function parentOf(prototype: object | undefined): unknown {
  const above = prototype && (Object.getPrototypeOf(prototype) as { constructor?: unknown } | null);
  if (!above || above === Object.prototype) return undefined;
  const { constructor: maker } = above;
  return typeof maker === "function" && maker.prototype === above ? maker : undefined;
}

/** `constructor` leads back to the function itself, which it has anyway. */
function values(object: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== "constructor"));
}
