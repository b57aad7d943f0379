/** What the exports of a module are, in words: plain data, so that one thread can tell another. */

import type { Exports } from "./import-task.ts";

export const FUNCTION = "a function";
export const GENERATOR = "a generator function";
export const CLASS = "a class";

/** By name; in words that go between "is" and a full stop. */
export type ExportKinds = Readonly<Record<string, string>>;

export function kindsOf(exports: Exports): ExportKinds {
  return Object.fromEntries(Object.keys(exports).map((name) => [name, kindOf(exports[name])]));
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return kindOfFunction(value);
  return `${/^[aeiou]/.test(typeof value) ? "an" : "a"} ${typeof value}`;
}

function kindOfFunction(fn: object): string {
  if (/Generator/.test(Object.prototype.toString.call(fn))) return GENERATOR;
  return /^class\b/.test(Function.prototype.toString.call(fn)) ? CLASS : FUNCTION;
}
