/** By reference: functions that a worker can fetch from a module, or has anyway. */

import { realpathSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { DefinitionBody } from "./definitions.ts";
import type { Insight } from "./insight.ts";
import { FixedParcel } from "./parcel.ts";
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
    const member = memberOf(process.getBuiltinModule(name), fn);
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
    if (isNodeObject(name)) found.set(value, [name]);
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
const isNodeObject = (name: string): boolean =>
  /^(?:globalThis|Math|JSON|Reflect|Atomics|Intl|WebAssembly|console)$/.test(name);

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

/** The way to `fn` in a module's exports: itself, or a member, never through a getter. */
function memberOf(exports: unknown, fn: unknown): readonly string[] | undefined {
  if (exports === fn) return [];
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return undefined;
  for (const [name, value] of dataProperties(exports)) if (value === fn) return [name];
  return undefined;
}

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
  if (isEntry(script.url)) return undefined;
  if (!script.isModule) return commonjsReference(fn, script.url);
  if (!/^(file|data):/.test(script.url)) return undefined;
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
  builtins ??= collectBuiltins();
  const path = builtins.get(value);
  if (path !== undefined) return { kind: "global", path };
  if (builtinsLoaded !== moduleLoadList().length) {
    builtinsLoaded = moduleLoadList().length;
    builtinObjects = new Map([...loadedBuiltins(undefined)].map((name) => [process.getBuiltinModule(name), name]));
  }
  const url = builtinObjects.get(value);
  return url === undefined ? undefined : { kind: "module", url, path: [], commonjs: true };
}

function commonjsObject(value: object): Reference | undefined {
  for (const [file, module] of Object.entries(commonjsModules())) {
    if (module?.exports === value && !isEntry(file)) return { kind: "module", url: file, path: [], commonjs: true };
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
