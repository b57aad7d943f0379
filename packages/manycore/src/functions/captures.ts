/** A captured variable becomes a binding: the same import, the same built-in, a function, or data. */

import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { counterParcel } from "./coverage-counter.ts";
import { DataParcel } from "./data-parcel.ts";
import type { Binding, Primitive } from "./definitions.ts";
import type { FreeName } from "./function-text.ts";
import { isHandle } from "./handle.ts";
import type { CapturedScope } from "./insight.ts";
import type { Journey, Parcel } from "./parcel.ts";
import { commonjsModules, fileOf, isEntry, moduleObjectReference } from "./reference.ts";
import { capitalised } from "./refusal.ts";
import { refusals } from "./refusals.ts";
import { importInit, isRequired } from "./require-init.ts";
import { isPath, isSandboxed, isSharedModule, mainGlobal } from "./sandbox.ts";
import type { Variable } from "./scope-tree.ts";
import type { Analysis, Script } from "./script.ts";
import { isNamespace, membersOf, metaBinding, seeOthers } from "./stand-ins.ts";
import { viteImportBinding, viteModule } from "./vite.ts";

/** The function whose variables are captured. */
export interface Capturer {
  /** As messages call it. */
  label(): string;
  readonly script: Script | undefined;
  readonly analysis: Analysis;
  readonly byValue: boolean;
  /** Data of this one closure, by variable. */
  readonly own: Map<string, DataParcel>;
}

export interface Capture {
  readonly binding: Binding;
  readonly parcel: Parcel | undefined;
  /** The variable is never assigned again: no later reading can differ. */
  readonly settled: boolean;
  /** It is at the top level of its script, where there is only one of it. */
  readonly isTop: boolean;
}

/** What a variable is bound to, before it is said where the variable is. */
type Bound = Omit<Capture, "isTop">;

/** What a free name stands for; undefined for globals, and for names that are declared nowhere. */
export function capture(
  free: FreeName,
  scopes: readonly CapturedScope[],
  by: Capturer,
  journey: Journey,
): Capture | undefined {
  const { name } = free;
  const { script, analysis } = by;
  const variable = script && analysis.start !== undefined ? script.variable(analysis.start, name) : undefined;
  const level = scopes.find(({ object }) => Object.hasOwn(object, name)) ?? globalScope(name, script, variable);
  if (level === undefined) {
    // A declared variable that no function reads, only the class's own making does.
    if (variable !== undefined && !free.onlyTypeof) throw refusals.unkept(name);
    refuseForeignGlobal(free);
    return undefined;
  }
  if (level.description === "Global") {
    // Every context has the language's own names, and the worker has them too.
    if (name in globalThis || free.onlyTypeof) return undefined;
    throw refusals.global(name);
  }
  const value = read(level, name);
  const isTop = variable ? variable.scope.parent === undefined : level.description === "Module";
  return { ...bind(free, value, variable, isTop, by, journey), isTop };
}

function bind(
  free: FreeName,
  value: unknown,
  variable: Variable | undefined,
  isTop: boolean,
  by: Capturer,
  journey: Journey,
): Bound {
  const { name } = free;
  const { script } = by;
  const fixed = (binding: Binding): Bound => ({ binding, parcel: undefined, settled: true });
  if (isHandle(value)) return byDefinition(free, journey.parcelOf(value, false), isSettled(variable, value));
  const counter = counterParcel(name, value, script);
  if (counter !== undefined) return byDefinition(free, counter, true);
  const elsewhere = script && elsewhereBinding(free, value, script, variable, isTop);
  if (elsewhere) return fixed(elsewhere);
  if (script && isRequire(value)) return fixed({ name, from: "node", what: "require", url: placeOf(value, script) });
  if (value instanceof Module) throw refusals.module(name);
  if (free.written || (isTop && script?.cells.has(name))) return cell(free, value, isTop, by, journey);
  const settled = isSettled(variable, value);
  if (typeof value === "function") {
    return byDefinition(free, journey.parcelOf(value, by.byValue && isTop), settled);
  }
  if (typeof value === "object" && value !== null) return object(free, value, variable, by, journey);
  if (typeof value === "symbol") return { ...fixed(symbolBinding(name, value)), settled };
  if (settled) return fixed({ name, from: "value", value: value as Primitive });
  const parcel = dataCell(name, value, isTop ? by.script : undefined, by);
  return byDefinition(free, parcel, false);
}

/**
 * What a classic script declares at its top (as in `node -e`) is on globalThis, and captured all the same. In the REPL
 * every line is a script, and the lines before it have declared the rest.
 */
function globalScope(
  name: string,
  script: Script | undefined,
  variable: Variable | undefined,
): CapturedScope | undefined {
  if (script === undefined || script.isModule) return undefined;
  const isOwn = variable !== undefined && variable.scope.parent === undefined && Object.hasOwn(globalThis, name);
  const isLineBefore = /^REPL\d+$/.test(script.url) && !STANDARD.has(name) && isEnumerable(globalThis, name);
  return isOwn || isLineBefore ? { description: "Script", object: globalThis as never } : undefined;
}

/** Before its initialiser has run, a variable reads as undefined (or refuses to be read, on newer Nodes). */
function isSettled(variable: Variable | undefined, value: unknown): boolean {
  return variable !== undefined && variable.writes === 0 && value !== undefined;
}

function read({ object }: CapturedScope, name: string): unknown {
  try {
    return object[name];
  } catch {
    throw refusals.unset(name);
  }
}

function byDefinition({ name, eager }: FreeName, parcel: Parcel, settled: boolean): Bound {
  return { binding: { name, from: "definition", id: parcel.id, eager }, parcel, settled };
}

/** What the worker has from elsewhere than here, or makes anew. */
function elsewhereBinding(
  free: FreeName,
  value: unknown,
  script: Script,
  variable: Variable | undefined,
  isTop: boolean,
): Binding | undefined {
  return (
    importedBinding(free, script, variable, isTop) ??
    metaBinding(free, value, script) ??
    viteImportBinding(free.name, value, script)
  );
}

/** What an import or a `require` gave: the same import there. The entry module alone cannot be imported again. */
function importedBinding(
  { name }: FreeName,
  script: Script,
  variable: Variable | undefined,
  isTop: boolean,
): Binding | undefined {
  const { url } = script;
  // Declared nowhere in its text: of code that was itself shipped that is a captured variable.
  const origin = variable === undefined ? script.origins.get(name) : undefined;
  if (origin !== undefined) return origin;
  const imported =
    isTop && (variable === undefined || variable.kind === "import") ? script.imports.get(name) : undefined;
  const found: Binding | undefined = imported
    ? { name, from: "import", url, ...imported }
    : importInit(name, script, variable);
  if (found === undefined || !("specifier" in found)) return found;
  if (!isSharedModule(found.specifier, script.base)) return undefined;
  // In `node -e` and the REPL `require` looks from the working directory, and a worker from nowhere.
  if (found.from === "require" && !URL.canParse(script.base)) return undefined;
  return leadsToEntry(found, script.base) ? undefined : found;
}

function leadsToEntry({ from, specifier }: Extract<Binding, { specifier: string }>, base: string): boolean {
  if (!isPath(specifier)) return false;
  try {
    // `require("./main")` may mean main.js.
    return isEntry(from === "require" ? createRequire(base).resolve(specifier) : new URL(specifier, base).href);
  } catch {
    return false; // of code that is from no file, or mocked
  }
}

/** Where a `require` looks from, which `createRequire` may have set. */
function placeOf({ resolve }: NodeJS.Require, { url }: Script): string {
  const folder = resolve.paths?.("./")?.[0];
  const file = fileOf(url);
  return folder === undefined || (file !== undefined && dirname(file) === folder) ? url : join(folder, "index.js");
}

function isRequire(value: unknown): value is NodeJS.Require {
  if (typeof value !== "function") return false;
  const { cache, resolve } = value as { cache?: unknown; resolve?: unknown };
  // A sandbox makes a cache object for each.
  const isCache = isSandboxed ? typeof cache === "object" && cache !== null : cache === commonjsModules();
  return isCache && typeof resolve === "function";
}

/** A symbol that every thread has. */
export function symbolBinding(name: string, value: symbol): Binding {
  const key = Symbol.keyFor(value);
  if (key !== undefined) return { name, from: "symbol", key, isWellKnown: false };
  const wellKnown = Object.getOwnPropertyNames(Symbol).find(
    (each) => (Symbol as unknown as Record<string, unknown>)[each] === value,
  );
  if (wellKnown !== undefined) return { name, from: "symbol", key: wellKnown, isWellKnown: true };
  throw refusals.symbol(name, value.description);
}

function object(free: FreeName, value: object, variable: Variable | undefined, by: Capturer, journey: Journey): Bound {
  const { name, members } = free;
  // Whether an object is a module matters where the source could not be asked: in bundles, and in code from another thread.
  const isKnown = variable !== undefined && variable.kind !== "parameter";
  const reference = moduleObjectReference(value, { commonjs: !isKnown || isRequired(variable) });
  const settled = isSettled(variable, value);
  if (reference !== undefined) return byDefinition(free, reference, settled);
  const isImported = by.script !== undefined && importInit(name, by.script, variable) !== undefined;
  if (members !== undefined && ((isImported && !seeOthers(value, members)) || isNamespace(value))) {
    const used = membersOf(value, members, viteModule(variable));
    return byDefinition(free, dataCell(name, used, undefined, by), false);
  }
  return byDefinition(free, journey.dataOf(value, name), settled);
}

/** A variable that a task assigns to. At the top of a script, all functions of that script share it within a worker. */
function cell(free: FreeName, value: unknown, isTop: boolean, by: Capturer, journey: Journey): Bound {
  const { name } = free;
  const { script } = by;
  if (free.written) warnOfAssignment(name, by);
  if (!isTop || script === undefined) return byDefinition(free, dataCell(name, value, undefined, by), false);
  if (!script.cells.has(name)) {
    script.cells.add(name);
    journey.renew();
  }
  const parcel = dataCell(name, value, script, by);
  return { binding: { name, from: "cell", id: parcel.id }, parcel, settled: false };
}

/** The definition that carries an assigned variable's value: one for a top-level variable, else one for each closure. */
function dataCell(name: string, value: unknown, script: Script | undefined, by: Capturer): DataParcel {
  const cells = script?.variables ?? by.own;
  let parcel = cells.get(name) as DataParcel | undefined;
  if (parcel === undefined) {
    parcel = new DataParcel(name, value);
    cells.set(name, parcel);
  }
  parcel.value = value;
  return parcel;
}

const warned = new Set<string>();

function warnOfAssignment(name: string, { label, analysis }: Capturer): void {
  const key = `${analysis.codeId} ${name}`;
  if (warned.has(key)) return;
  warned.add(key);
  process.emitWarning(
    `${capitalised(label())} assigns to the captured variable \`${name}\`. A worker has its own copy: the variable here does not change. Return the value instead.`,
    { type: "ManycoreWarning", code: "MANYCORE_CAPTURE_ASSIGNED" },
  );
}

/** Enumerable properties that Node itself puts on globalThis; everything else of its own there is not enumerable. */
const STANDARD = new Set(
  "global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout queueMicrotask structuredClone atob btoa performance fetch navigator crypto localStorage sessionStorage".split(
    " ",
  ),
);

function refuseForeignGlobal({ name, onlyTypeof }: FreeName): void {
  if (onlyTypeof || STANDARD.has(name) || !isEnumerable(globalThis, name)) return;
  // A sandbox copies what Node's own context has.
  if (isSandboxed && name in mainGlobal && !isEnumerable(mainGlobal, name)) return;
  throw refusals.global(name);
}

const isEnumerable = (object: object, name: string): boolean =>
  Object.getOwnPropertyDescriptor(object, name)?.enumerable === true;
