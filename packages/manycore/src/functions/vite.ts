/**
 * Vite's module runner, in which Vitest runs tests: `import x from "y"` has become
 * `const __vite_ssr_import_0__ = await __vite_ssr_import__("/@fs/home/me/node_modules/y/index.js")`, and `import()` a
 * function of that kind. Modules of the project are Vite's own, and go by value; packages and Node's modules are Node's.
 */

import { isBuiltin } from "node:module";
import { pathToFileURL } from "node:url";
import { FunctionShippingError } from "../errors.ts";
import type { Binding } from "./definitions.ts";
import type { Variable } from "./scope-tree.ts";
import type { Script } from "./script.ts";
import { nameOf, nodeOf, nodesOf } from "./syntax.ts";

const FILES = "/@fs/";

/** What Node calls the module; undefined for one that is in Vite alone. */
function nodeSpecifier(specifier: string): string | undefined {
  if (isBuiltin(specifier)) return specifier;
  if (specifier.startsWith(FILES)) {
    const path = specifier.slice(FILES.length - 1).replace(/^\/(?=[A-Za-z]:)/, "");
    return pathToFileURL(path).href;
  }
  return /^[./]/.test(specifier) ? undefined : specifier;
}

/** The module that a variable is the namespace of, as Node calls it. */
export function viteModule(variable: Variable | undefined): string | undefined {
  const awaited = variable?.init?.node;
  if (awaited?.type !== "AwaitExpression") return undefined;
  const call = nodeOf(awaited, "argument");
  if (call.type !== "CallExpression" || nameOf(nodeOf(call, "callee")) !== "__vite_ssr_import__") return undefined;
  const specifier = nodesOf(call, "arguments")[0]?.value;
  return typeof specifier === "string" ? nodeSpecifier(specifier) : undefined;
}

/** The function that stands for `import()`. */
export function viteImportBinding(name: string, value: unknown, script: Script): Binding | undefined {
  if (name !== "__vite_ssr_dynamic_import__" || typeof value !== "function") return undefined;
  return { name, from: "node", what: "import", url: script.base };
}

/** In a worker: Node's own import of what Vite has named, from this module. */
export function viteImport(
  load: (specifier: string, options?: object) => Promise<unknown>,
): (specifier: unknown) => Promise<unknown> {
  return async (specifier) => {
    const name = nodeSpecifier(String(specifier));
    if (name !== undefined) return load(name);
    throw new FunctionShippingError(
      `A task cannot import(${JSON.stringify(specifier)}): it is a module of the project, which Vite has compiled for the thread of the test alone. Import it at the top of the file.`,
      { fix: "Import it at the top of the file." },
    );
  };
}
