/** Modules as a worker fetches them: imported or required from where the user's own module stands. */

import Module, { createRequire } from "node:module";
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compileFunction, constants } from "node:vm";
import { FunctionShippingError } from "../errors.ts";
import type { Binding } from "../functions/definitions.ts";
import { viteImport } from "../functions/vite.ts";
import { nearest } from "../options.ts";

type Import = Extract<Binding, { from: "import" }>;
type Require = Extract<Binding, { from: "require" }>;
type Namespace = Readonly<Record<string, unknown>>;
type Importer = (specifier: string, options: object | undefined) => Promise<Namespace>;

const importers = new Map<string, Importer>();
const loaded = new Map<string, Namespace>();
const loading = new Map<string, Promise<void>>();

const keyOf = ({ url, specifier, attributes }: ImportRequest): string => JSON.stringify([url, specifier, attributes]);

/** What to import, and on behalf of which module. */
export type ImportRequest = Pick<Import, "url" | "specifier" | "attributes">;

/** Starts an import; undefined when the module is there. A module that fails to load is tried again at the next call. */
export function load(request: ImportRequest): Promise<void> | undefined {
  const key = keyOf(request);
  if (loaded.has(key)) return undefined;
  let promise = loading.get(key);
  if (promise === undefined) {
    const { url, specifier, attributes } = request;
    promise = importer(url)(specifier, attributes && { with: attributes }).then(
      (namespace) => {
        loaded.set(key, namespace);
        loading.delete(key);
      },
      (error) => {
        loading.delete(key);
        throw error;
      },
    );
    loading.set(key, promise);
  }
  return promise;
}

/** An imported binding's value; its module must have been loaded. */
export function importedValue(request: ImportRequest, imported: string | undefined): unknown {
  const namespace = loaded.get(keyOf(request));
  if (namespace === undefined) throw new Error(`The module ${request.specifier} is not loaded.`);
  return imported === undefined ? namespace : namespace[imported];
}

/** `import()` resolves against the file that its code claims to be from. */
function importer(url: string): Importer {
  let found = importers.get(url);
  if (found === undefined) {
    silenceLoaderWarning();
    const options = { filename: url, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
    found = compileFunction("return import(specifier, options)", ["specifier", "options"], options) as Importer;
    importers.set(url, found);
  }
  return found;
}

const LOADER_WARNING = "vm.USE_MAIN_CONTEXT_DEFAULT_LOADER";
let isQuiet = false;

/** The loader constant earns an ExperimentalWarning, once a thread. It is our use, not the user's: that one is dropped. */
export function silenceLoaderWarning(): void {
  if (isQuiet) return;
  isQuiet = true;
  const { emitWarning } = process;
  const filter = (warning: string | Error, ...rest: never[]) => {
    if (typeof warning !== "string" || !warning.startsWith(LOADER_WARNING))
      Reflect.apply(emitWarning, process, [warning, ...rest]);
    else if (process.emitWarning === filter) process.emitWarning = emitWarning;
  };
  process.emitWarning = filter as typeof emitWarning;
}

/** A required module's value, as the compiled `import` around it would have made it. */
export function requiredValue({
  url,
  specifier,
  path,
  interop,
}: Pick<Require, "url" | "specifier" | "path" | "interop">): unknown {
  const exports = requireOf(url)(specifier) as unknown;
  return at(interop === "none" ? exports : asNamespace(exports, interop), path);
}

/** TypeScript's and Babel's helpers agree on this. */
function asNamespace(exports: unknown, interop: "default" | "star"): unknown {
  if (typeof exports === "object" && exports !== null && "__esModule" in exports) return exports;
  if (interop === "default") return { default: exports };
  return { ...(exports as object), default: exports };
}

/**
 * What a module has under a name.
 * @throws FunctionShippingError, with the nearest name that it does have
 */
export function exportedValue(exports: unknown, path: readonly string[], url: string): unknown {
  const value = member(exports, path);
  if (value !== undefined) return value;
  // What Node has not seen a CommonJS module export by name is on its `default`.
  const whole = member(member(exports, ["default"]), path);
  if (whole !== undefined) return whole;
  const name = path.join(".");
  const names = Object.keys(exports as object);
  const near = nearest(name, names);
  const hint =
    near === undefined ? `It exports ${names.length === 0 ? "nothing" : names.join(", ")}` : `Did you mean "${near}"?`;
  throw new FunctionShippingError(`The module ${url} has no export "${name}" in the worker. ${hint}`, {
    functionName: name,
  });
}

function member(value: unknown, path: readonly string[]): unknown {
  let result = value;
  for (const name of path) result = (result as Namespace | null | undefined)?.[name];
  return result;
}

export function at(value: unknown, path: readonly string[]): unknown {
  let result = value;
  for (const name of path) result = (result as Namespace)[name];
  return result;
}

/** What Node gives a module to load others with. */
export function nodeObject({ what, url }: Extract<Binding, { from: "node" }>): unknown {
  switch (what) {
    case "require":
      return requireOf(url);
    case "import.meta":
      return metaOf(url);
    case "import":
      return viteImport((specifier) => importer(url)(specifier, undefined));
    default:
      throw new Error(`Unknown object of Node's: ${what satisfies never}`);
  }
}

/** `require` as the module at this URL or path has it. */
function requireOf(url: string): NodeJS.Require {
  return createRequire(isFile(url) ? url : pathToFileURL(process.execPath));
}

const isFile = (url: string): boolean => url.startsWith("file:") || isAbsolute(url);

/** `import.meta` as the module at this URL has it, as far as it can be made from outside. */
function metaOf(url: string): object {
  const meta: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  if (url.startsWith("file:")) {
    meta.filename = fileURLToPath(url);
    meta.dirname = fileURLToPath(new URL(".", url)).replace(/(?<=.)[/\\]$/, "");
  }
  meta.url = url;
  meta.resolve = (specifier: string) => {
    if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, url).href;
    if (URL.canParse(specifier)) return specifier;
    if (Module.isBuiltin(specifier)) return `node:${specifier}`;
    return pathToFileURL(requireOf(url).resolve(specifier)).href;
  };
  return meta;
}
