/** What was hung on a function after it was made: `f.cache = new Map()`, and the methods of an old-style class. */

/** As data; a worker puts it back by `adorn`. */
export interface OwnProperties {
  readonly own: Readonly<Record<string, unknown>>;
  readonly methods: Readonly<Record<string, unknown>>;
  /** The function whose `prototype` this one's inherits from. */
  readonly parent: unknown;
}

/**
 * The enumerable properties of a function and of its `prototype`; undefined where there are none. A class needs nothing:
 * its text makes its methods, and its statics anew in each worker.
 */
export function ownProperties(fn: object): OwnProperties | undefined {
  const prototype = prototypeOf(fn);
  if (prototype === "class") return undefined;
  const names = Object.keys(fn);
  const parent = parentOf(prototype);
  if (names.length === 0 && parent === undefined && (prototype === undefined || Object.keys(prototype).length === 0))
    return undefined;
  return { own: values(fn), methods: prototype === undefined ? {} : values(prototype), parent };
}

/** Put a function's properties back. */
export function adorn(fn: object, { own, methods, parent }: OwnProperties): void {
  Object.assign(fn, own);
  const prototype = prototypeOf(fn);
  if (prototype === undefined || prototype === "class") return;
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
