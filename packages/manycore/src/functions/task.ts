/** `task` and `tasks`: exports of a module, by name: nothing is found out, and nothing but the name is sent. */

import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { importOf } from "../worker/edges.ts";
import { exportedValue, importedValue, load } from "../worker/modules.ts";
import type { Definition } from "./definitions.ts";
import { PARCEL, type Parcel, revise } from "./parcel.ts";
import { isEntry } from "./reference.ts";
import { describeFunction } from "./refusal.ts";
import { refusals } from "./refusals.ts";
import { newId } from "./registry.ts";

/** A function that a module exports, to be run in a worker. Called here, it imports the module first. */
export type Task<F extends (...args: never[]) => unknown> = (...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>>;

/** Every function that a module exports, as a task. */
export type Tasks<Exports> = {
  readonly [Name in keyof Exports as Exports[Name] extends (...args: never[]) => unknown
    ? Name
    : never]: Exports[Name] extends (...args: never[]) => unknown ? Task<Exports[Name]> : never;
};

const known = new Map<string, Task<(...args: unknown[]) => unknown>>();

/**
 * The function that the module at `url` exports as `name`: `task<typeof area>(import.meta.url, "area")`. Workers import
 * the module; nothing has to be read from the function, so this works in every runtime, and in bundles where `url` names
 * a file that is there when the program runs. In CommonJS `url` is `__filename`, or `require.resolve("./shapes.js")`.
 *
 * A task that is called, not submitted, imports the module and calls the export here.
 *
 * @throws TypeError where `url` is not absolute or `name` is empty. Submitting throws `FunctionShippingError` for the
 * program's entry module; the future fails with it where the module has no such export
 */
export function task<F extends (...args: never[]) => unknown = (...args: unknown[]) => unknown>(
  url: string | URL,
  name: string,
): Task<F> {
  if (typeof name !== "string" || name === "") throw new TypeError("task takes the name of an export after the URL.");
  const href = absolute(url);
  const key = `${href} ${name}`;
  let found = known.get(key);
  if (found === undefined) {
    found = create(href, name);
    known.set(key, found);
  }
  return found as unknown as Task<F>;
}

/**
 * All functions that the module at `url` exports: `const { area } = tasks<typeof import("./shapes.js")>(new
 * URL("./shapes.js", import.meta.url))`, then `pool.submit(area, 3)`. As `task` for each.
 *
 * @throws TypeError where `url` is not absolute
 */
export function tasks<Exports extends object>(url: string | URL): Tasks<Exports> {
  const href = absolute(url);
  return new Proxy(Object.create(null) as Tasks<Exports>, {
    // A module that exports `then` could not be imported either; everything that awaits would ask for it.
    get: (_target, name) => (typeof name === "symbol" || name === "then" ? undefined : task(href, name)),
    has: (_target, name) => typeof name === "string" && name !== "then",
    set: () => false,
  });
}

function create(url: string, name: string): Task<(...args: unknown[]) => unknown> {
  const request = importOf(url);
  const call = async (...args: unknown[]) => {
    await load(request);
    return (exportedValue(importedValue(request, undefined), [name], url) as (...args: unknown[]) => unknown)(...args);
  };
  return Object.defineProperties(call, {
    name: { value: name, configurable: true },
    [PARCEL]: { value: () => new TaskParcel(call, url, name) },
  });
}

function absolute(url: unknown): string {
  if (url instanceof URL) return url.href;
  if (typeof url === "string") {
    if (isAbsolute(url)) return pathToFileURL(url).href;
    if (URL.canParse(url)) return url;
  }
  const shown = typeof url === "string" ? JSON.stringify(url) : String(url);
  const fix = /^\.{1,2}\//.test(String(url))
    ? `new URL(${shown}, import.meta.url)`
    : 'import.meta.url, new URL("./tasks.js", import.meta.url), or __filename in CommonJS';
  throw new TypeError(`The URL of a task's module must be absolute, not ${shown}. Write ${fix}.`);
}

class TaskParcel implements Parcel {
  readonly id = newId();
  readonly label: string;
  readonly definition: Definition;
  readonly children = [];
  readonly needs = [];
  readonly codeSize = 0;
  readonly settled = true;
  readonly #url: string;
  readonly #name: string;

  constructor(original: object, url: string, name: string) {
    this.#url = url;
    this.#name = name;
    this.label = describeFunction(original, url, undefined);
    this.definition = revise(undefined, this.id, { kind: "module", url, path: [name], commonjs: false }, original);
  }

  pack(): void {
    if (isEntry(this.#url)) throw refusals.entry(this.#name);
  }
}
