/** By reference: functions that a worker can fetch from a module, or has anyway. */

import { realpathSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { DefinitionBody } from "./definitions.ts";
import type { Insight } from "./insight.ts";
import { FixedParcel } from "./parcel.ts";
import { isInPackage, isLoadable, isSandboxed } from "./sandbox.ts";
import type { Analysis, Script } from "./script.ts";

type Reference = Extract<DefinitionBody, { kind: "module" | "global" }>;

/** Paths from globalThis to everything that every fresh thread has, two steps deep and into prototypes. */
let builtins: Map<unknown, readonly string[]> | undefined;

/** A function of the language or of Node; `script` is where V8 has it from, undefined for native code. */
export function builtinReference(fn: object, script: Script | undefined): Reference | undefined {
  if (script !== undefined && !script.url.startsWith("node:")) return undefined;
  builtins ??= collectBuiltins();
  const path = builtins.get(fn);
  if (path !== undefined) return { kind: "global", path };
  for (const name of loadedBuiltins(script)) {
    const module = process.getBuiltinModule(name);
    const member = memberOf(module, fn) ?? (module && innerMemberOf(module, fn));
    if (member !== undefined) return { kind: "module", url: name, path: member, commonjs: true };
  }
  return undefined;
}

function collectBuiltins(): Map<unknown, readonly string[]> {
  const found = new Map<unknown, readonly string[]>();
  const add = (value: unknown, path: readonly string[]) => {
    if (typeof value === "function" && !found.has(value)) found.set(value, path);
  };
  const globals = [...dataProperties(globalThis)];
  // The shortest names first: `parseInt` is also `Number.parseInt`.
  for (const [name, value] of globals) {
    add(value, [name]);
  }
  for (const [name, value] of globals) {
    if (value === globalThis || (typeof value !== "object" && typeof value !== "function") || value === null) continue;
    for (const [member, inner] of dataProperties(value)) {
      add(inner, [name, member]);
      if (member !== "prototype" || typeof inner !== "object" || inner === null) continue;
      for (const [method, innermost] of dataProperties(inner))
        if (method !== "constructor") add(innermost, [name, member, method]);
    }
  }
  return found;
}

/** Objects that every thread has under this name. */
const NODE_OBJECTS = "globalThis Math JSON Reflect Atomics Intl WebAssembly console process".split(" ");
/** Every module of Node that exports a function at all has one among its first so many names. */
const MOST_LOOKED_AT = 64;

/** Could it be a module? Then it is a plain object with functions of its own. Most captured objects are data. */
function mayBeModule(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  let looked = 0;
  for (const name in value) {
    if (typeof Object.getOwnPropertyDescriptor(value, name)?.value === "function") return true;
    if (++looked === MOST_LOOKED_AT) return false;
  }
  return false;
}

/** Getters are left alone: some of globalThis's load modules or print warnings. */
function* dataProperties(object: object): Iterable<[string, unknown]> {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if ("value" in descriptor) yield [name, descriptor.value];
  }
}

const moduleLoadList = (): readonly string[] =>
  (process as { moduleLoadList?: readonly string[] }).moduleLoadList ?? [];

/** The public modules that may hold a function of this script: its own first. Loading others could print warnings. */
function* loadedBuiltins(script: Script | undefined): Iterable<string> {
  const own = script?.url;
  if (own !== undefined && builtinModules.includes(own.slice("node:".length))) yield own;
  const names = new Set(moduleLoadList().map((entry) => entry.replace(/^NativeModule /, "")));
  for (const name of builtinModules)
    if (!name.startsWith("_") && names.has(name.replace(/^node:/, "")))
      yield name.startsWith("node:") ? name : `node:${name}`;
}

/** The way by way of an object in the exports: `util.types.isDate`, `path.posix.join`. */
function innerMemberOf(exports: object, fn: unknown): readonly string[] | undefined {
  for (const [name, value] of dataProperties(exports)) {
    const path = typeof value === "object" && value !== null ? memberOf(value, fn) : undefined;
    if (path !== undefined && path.length > 0) return [name, ...path];
  }
  return undefined;
}

/** The way to `fn` in a module's exports: itself, or a member. */
function memberOf(exports: unknown, fn: unknown): readonly string[] | undefined {
  if (exports === fn) return [];
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return undefined;
  for (const [name, value] of dataProperties(exports)) if (value === fn) return [name];
  for (const [name, value] of liveBindings(exports)) if (value === fn) return [name];
  return undefined;
}

/** What compilers and bundlers make of `export`: a getter whose whole text is a variable, or a member of one. */
const LIVE_BINDING =
  /^(?:\(\)\s*=>(?:\s*\{\s*return\b)?|(?:get )?(?:function)?\s*[\w$]*\s*\(\)\s*\{\s*return\b)\s*[\w$]+(?:\.[\w$]+|\[[\w$]+\])*\s*;?\s*\}?$/;

/** Exports that are read from a variable. Other getters are left alone: they may load modules or print warnings. */
function* liveBindings(exports: object): Iterable<[string, unknown]> {
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    if (get === undefined || !isLiveBinding(get)) continue;
    const value = readOrUndefined(exports as Readonly<Record<string, unknown>>, name);
    if (value !== undefined) yield [name, value];
  }
}

const SOURCE = Function.prototype.toString;

/** Does this getter do nothing but read a variable? */
export const isLiveBinding = (getter: () => unknown): boolean => LIVE_BINDING.test(SOURCE.call(getter));

/**
 * A function that an importable module exports. Never the program's entry module: importing that would start the
 * program again in every worker.
 */
export function moduleReference(
  fn: object,
  script: Script,
  { scopes }: Insight,
  { start }: Analysis,
): Reference | undefined {
  if (isEntry(script.url) || (isSandboxed && !isInPackage(script.url))) return undefined;
  if (!script.isModule) return commonjsReference(fn, script.url);
  if (!/^(file|data):/.test(script.url) || !isLoadable(script.url)) return undefined;
  const scope = scopes.at(-1);
  const variables = scope?.description === "Module" ? scope.object : undefined;
  for (const { name, local, end } of script.exports) {
    const isNamed = local !== undefined && readOrUndefined(variables, local) === fn;
    if (isNamed || (name === "default" && follows(script, end, start))) {
      return { kind: "module", url: script.url, path: [name], commonjs: false };
    }
  }
  return undefined;
}

/** `export default` and then the function itself: it has no variable to compare with. */
function follows({ source }: Script, end: number, start: number | undefined): boolean {
  return start !== undefined && end < start && /^\s*$/.test(source.slice(end, start));
}

function readOrUndefined(variables: Readonly<Record<string, unknown>> | undefined, name: string): unknown {
  try {
    return variables?.[name];
  } catch {
    return undefined; // not initialised yet
  }
}

const requireHere = createRequire(pathToFileURL(process.execPath));

/** Modules and built-in objects that were captured as a whole. */
const wholes = new WeakMap<object, FixedParcel>();

/** A built-in module, or one of the language's own objects; with `commonjs`, also any CommonJS module's exports. */
export function moduleObjectReference(value: object, { commonjs }: { commonjs: boolean }): FixedParcel | undefined {
  let parcel = wholes.get(value);
  if (parcel === undefined) {
    const body = builtinObject(value) ?? (commonjs ? commonjsObject(value) : undefined);
    if (body === undefined) return undefined;
    parcel = new FixedParcel(body, value);
    wholes.set(value, parcel);
  }
  return parcel;
}

let builtinObjects = new Map<unknown, string>();
let builtinsLoaded = -1;

function builtinObject(value: object): Reference | undefined {
  const name = NODE_OBJECTS.find((each) => (globalThis as Record<string, unknown>)[each] === value);
  if (name !== undefined) return { kind: "global", path: [name] };
  if (!mayBeModule(value)) return undefined;
  if (builtinsLoaded !== moduleLoadList().length) {
    builtinsLoaded = moduleLoadList().length;
    builtinObjects = new Map([...loadedBuiltins(undefined)].map((name) => [process.getBuiltinModule(name), name]));
  }
  const url = builtinObjects.get(value);
  return url === undefined ? undefined : { kind: "module", url, path: [], commonjs: true };
}

function commonjsObject(value: object): Reference | undefined {
  for (const [file, module] of Object.entries(commonjsModules())) {
    if (module?.exports === value && !isEntry(file) && (!isSandboxed || isInPackage(file)))
      return { kind: "module", url: file, path: [], commonjs: true };
  }
  return undefined;
}

/** Every CommonJS module of this thread, by file name. */
export const commonjsModules = (): Readonly<Record<string, { readonly exports: unknown } | undefined>> =>
  requireHere.cache as never;

function commonjsReference(fn: object, url: string): Reference | undefined {
  const file = fileOf(url);
  const module = file === undefined ? undefined : commonjsModules()[file];
  const path = module === undefined ? undefined : memberOf(module.exports, fn);
  return path && { kind: "module", url: file as string, path, commonjs: true };
}

/** The path in a `file:` URL, or the path that it is already. */
export function fileOf(url: string): string | undefined {
  if (url.startsWith("file:")) return fileURLToPath(url);
  return isAbsolute(url) ? url : undefined;
}

/** Is this the module that the program was started with, or the file of the `Worker` this thread is? */
export function isEntry(url: string): boolean {
  let known = entries.get(url);
  if (known === undefined) {
    const file = fileOf(url);
    const [, started] = process.argv;
    known =
      file !== undefined && (file === started || file === requireHere.main?.filename || file === realPath(started));
    entries.set(url, known);
  }
  return known;
}

const entries = new Map<string, boolean>();

function realPath(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : realpathSync(path);
  } catch {
    return undefined; // as with `node -`, it is no file
  }
}
