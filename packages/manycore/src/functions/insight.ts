/** What V8 knows of a function: its place, its captured variables as live values, or what it is bound to. */

import { type Inspector, REACH_BOX, type RemoteObject } from "./inspector.ts";

/** One level of a closure's captured variables. */
export interface CapturedScope {
  /** As V8 describes it: `Closure (outer)`, `Block (outer)`, `Module`, `Script`. */
  readonly description: string;
  /** The variables. On newer Nodes reading one that is not initialised yet throws. */
  readonly object: Readonly<Record<string, unknown>>;
}

/** Where V8 has the function from. */
export interface Location {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}

/** What `f.bind(self, ...args)` was made of. */
export interface Bound {
  readonly target: object;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** Valid until the inspector is released. */
export class Insight {
  /** Start of the parameter list (of a class: its constructor's, or its own); undefined for native and bound functions. */
  readonly location: Location | undefined;
  readonly bound: Bound | undefined;
  readonly #inspector: Inspector;
  readonly #scopesName: RemoteObject | undefined;
  #scopes: readonly CapturedScope[] | undefined;

  constructor(inspector: Inspector, fn: object) {
    this.#inspector = inspector;
    const internal = inspector.internalProperties(inspector.name(fn));
    const target = internal.get("[[TargetFunction]]");
    this.bound = target && boundOf(inspector, target, internal.get("[[BoundThis]]"), internal.get("[[BoundArgs]]"));
    this.location = locationOf(internal.get("[[FunctionLocation]]"));
    this.#scopesName = internal.get("[[Scopes]]");
  }

  /** The captured variables as they are now, the innermost first; globals are left out, but for another context's. */
  get scopes(): readonly CapturedScope[] {
    this.#scopes ??= this.#readScopes();
    return this.#scopes;
  }

  #readScopes(): readonly CapturedScope[] {
    if (this.#scopesName === undefined) return [];
    const { box } = this.#inspector;
    this.#inspector.call(this.#scopesName, `function () { ${REACH_BOX}.keep(this); }`);
    const scopes = box.held as CapturedScope[];
    box.held = undefined;
    return scopes.filter(({ description, object }) => description !== "Global" || object !== globalThis);
  }
}

function boundOf(inspector: Inspector, ...parts: readonly (RemoteObject | undefined)[]): Bound {
  // Strict, so that primitives stay primitives.
  inspector.callOnBox("function (target, self, args) { 'use strict'; this.held = [target, self, ...args]; }", ...parts);
  const [target, self, ...args] = inspector.box.held as [object, unknown, ...unknown[]];
  return { target, self, args };
}

function locationOf(remote: RemoteObject | undefined): Location | undefined {
  if (remote === undefined) return undefined;
  const {
    scriptId,
    lineNumber: line,
    columnNumber: column,
  } = remote.value as { scriptId: string; lineNumber: number; columnNumber: number };
  return { scriptId, line, column };
}
