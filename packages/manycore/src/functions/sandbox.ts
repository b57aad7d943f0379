/**
 * Is this library inside a vm context, as Jest makes one for every test file? Modules are then not Node's own: they are
 * transformed, perhaps mocked, and a file may be nothing that a worker could load. Installed packages alone are named;
 * whatever the program's own modules export goes by value, as it is here.
 */

import { isAbsolute } from "node:path";
import { runInThisContext } from "node:vm";

/** The globalThis of the thread's main context, which is what a worker starts with. */
export const mainGlobal = runInThisContext("globalThis") as { readonly process: NodeJS.Process };

export const isSandboxed = mainGlobal !== globalThis;

/** Does it say where the file is, other than a package's name? */
export const isPath = (specifier: string): boolean =>
  /^(?:\.{0,2}(?:\/|$)|file:)/.test(specifier) || isAbsolute(specifier);

/** Node's own resolver: the sandbox gives another one to those inside it. */
function canResolve(specifier: string, base: string): boolean {
  const { createRequire } = mainGlobal.process.getBuiltinModule("node:module");
  try {
    createRequire(base).resolve(specifier);
    return true;
  } catch {
    return false; // an alias of the test runner's
  }
}

/** Does a worker that loads this from there get what is here? */
export function isSharedModule(specifier: string, base: string): boolean {
  if (isPath(specifier) && !isLoadable(base)) return false;
  if (!isSandboxed) return true;
  return isPath(specifier) ? isInPackage(specifier) : canResolve(specifier, base);
}

/**
 * Can a worker load this file as a module? Until Node 22 a loader of TypeScript (tsx) works in the main thread alone, and
 * what a TypeScript file imports is named in ways that only the loader understands.
 */
export const isLoadable = (url: string): boolean => READS_TYPESCRIPT || !/\.[cm]?tsx?$/.test(url);

const READS_TYPESCRIPT = Number.parseInt(process.versions.node, 10) >= 22;

/** Is this file part of an installed package? */
export const isInPackage = (url: string): boolean => /[\\/]node_modules[\\/]/.test(url);
