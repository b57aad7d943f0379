/** `path#export`: the function that the inputs go to. It runs in the workers, which import the same module. */

import { stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Complaint, describeError, systemReason } from "./complaint.ts";

export interface Task {
  readonly fn: (input: string) => unknown;
  /** As it was asked for, for messages. */
  readonly spec: string;
  /** The module's `file:` URL: how stacks name it. */
  readonly url: string;
}

/**
 * Imports the module and finds the export; without `#export` the default one.
 * @throws Complaint
 */
export async function loadTask(spec: string): Promise<Task> {
  const hash = spec.lastIndexOf("#");
  const path = hash < 0 ? spec : spec.slice(0, hash);
  const name = hash < 0 ? "default" : spec.slice(hash + 1);
  if (path === "" || name === "") throw new Complaint(`${spec} is no task: write it as path/to/module.mjs#export`);

  const file = resolve(path);
  await checkFile(path, file);
  const { href: url } = pathToFileURL(file);
  const exports = await importModule(path, url);
  if (!Object.hasOwn(exports, name)) throw new Complaint(`${path} has no export "${name}"; ${listExports(exports)}`);
  const fn = exports[name];
  if (typeof fn !== "function") throw new Complaint(`${path}#${name} is ${kindOf(fn)}, not a function`);
  return { fn: fn as (input: string) => unknown, spec, url };
}

/** Before the import: a missing file and a missing import inside it are the same error to Node. */
async function checkFile(path: string, file: string): Promise<void> {
  try {
    if ((await stat(file)).isDirectory()) throw new Complaint(`${path} is a folder; a task is a module's export`);
  } catch (error) {
    throw error instanceof Complaint ? error : new Complaint(`cannot read ${path}: ${systemReason(error)}`);
  }
}

async function importModule(path: string, url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(url);
  } catch (error) {
    throw new Complaint(`cannot import ${path}: ${importReason(path, error)}`);
  }
}

function importReason(path: string, error: unknown): string {
  if ((error as { code?: unknown } | null)?.code !== "ERR_UNKNOWN_FILE_EXTENSION") return describeError(error);
  const extension = extname(path);
  if (!/^\.[cm]?ts$/.test(extension)) return `Node runs no ${extension || "such"} files; compile it to .mjs`;
  return `this Node (${process.version}) does not run TypeScript; use Node 22.18 or newer, or compile it to .mjs`;
}

function listExports(exports: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(exports);
  return names.length === 0 ? "it exports nothing" : `it exports ${names.join(", ")}`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return `${/^[aeiou]/.test(typeof value) ? "an" : "a"} ${typeof value}`;
}
