/** What compilers, bundlers and test runners put in the place of a module's namespace, of `import.meta`, of a function. */

import { types } from "node:util";
import type { Binding, Definition, Shipped } from "./definitions.ts";
import type { FreeName, MemberPath } from "./function-text.ts";
import { HANDLE, type Handle } from "./handle.ts";
import { FixedParcel } from "./parcel.ts";
import { isLiveBinding, moduleObjectReference } from "./reference.ts";
import type { Script } from "./script.ts";

/** An object that stands for a module: a namespace, what a compiler makes of one, or a proxy around one (Vitest). */
export function isNamespace(value: object): boolean {
  try {
    return (
      (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === "Module" ||
      Object.getOwnPropertyDescriptor(value, "__esModule")?.value === true ||
      isOfBindings(value)
    );
  } catch {
    return false; // a proxy of another kind
  }
}

/** Every property reads a variable, as bundlers make the namespace of a module inside; of CommonJS `default` is the whole. */
function isOfBindings(value: object): boolean {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(([name]) => name !== "default");
  return properties.length > 0 && properties.every(([, { get }]) => get !== undefined && readsBinding(get));
}

/** Rolldown binds the name to read to a getter that all of them share. */
const readsBinding = (get: () => unknown): boolean => get.name.startsWith("bound ") || isLiveBinding(get);

/**
 * The members of a namespace that are used; those that are modules themselves by name: `default` of a CommonJS module,
 * and a namespace that the module at `url` exports. Where nobody can name that one, the members that are used of it in turn.
 */
export function membersOf(
  namespace: object,
  paths: readonly MemberPath[],
  url: string | undefined,
): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(paths.map(([name]) => name as string))].map((name) => {
      const value = (namespace as Record<string, unknown>)[name];
      const parcel = typeof value === "object" && value !== null ? moduleParcel(value, name, url) : undefined;
      if (parcel !== undefined) return [name, new ModuleHandle(parcel.definition)];
      if (typeof value !== "object" || value === null || !isNamespace(value)) return [name, value];
      const deeper = paths.flatMap(([first, ...rest]) => (first === name ? [rest] : []));
      return [name, deeper.every((path) => path.length > 0) ? membersOf(value, deeper, undefined) : { ...value }];
    }),
  );
}

/** Is one of these members a method, which finds the others by `this`? Of CommonJS: what an ES module exports has no `this`. */
export function seeOthers(exports: object, paths: readonly MemberPath[]): boolean {
  return paths.some(([name]) => {
    const member = (exports as Record<string, unknown>)[name as string];
    return typeof member === "function" && /^(?!class\b)[\s\S]*\bthis\b/.test(Function.prototype.toString.call(member));
  });
}

/** Namespaces that some module exports. */
const inner = new WeakMap<object, FixedParcel>();

function moduleParcel(value: object, name: string, url: string | undefined): FixedParcel | undefined {
  const whole = moduleObjectReference(value, { commonjs: true });
  if (whole !== undefined || url === undefined || !types.isModuleNamespaceObject(value)) return whole;
  let parcel = inner.get(value);
  if (parcel === undefined) {
    parcel = new FixedParcel({ kind: "module", url, path: [name], commonjs: false }, value);
    inner.set(value, parcel);
  }
  return parcel;
}

/** A module among data: the encoder asks a handle for its definition. */
class ModuleHandle implements Handle {
  readonly #definition: Definition;

  constructor(definition: Definition) {
    this.#definition = definition;
  }

  [HANDLE](): Shipped {
    return { definition: this.#definition, needs: [this.#definition] };
  }
}

const META_MEMBERS = new Set(["url", "dirname", "filename", "resolve"]);

/** `import.meta`, where that has become an object in a variable: made anew, as for code that says it itself. */
export function metaBinding({ name, members }: FreeName, value: unknown, script: Script): Binding | undefined {
  if (!/import_?meta/i.test(name) || typeof value !== "object" || value === null) return undefined;
  if ((value as { url?: unknown }).url !== script.base) return undefined;
  if (members?.some(([member]) => !META_MEMBERS.has(member as string))) return undefined;
  return { name, from: "node", what: "import.meta", url: script.base };
}

/** A mock of Jest, Vitest or Sinon. */
export function isMock(fn: object): boolean {
  const { _isMockFunction: mocked, isSinonProxy } = fn as { _isMockFunction?: unknown; isSinonProxy?: unknown };
  return mocked === true || isSinonProxy === true;
}
