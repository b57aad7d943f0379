/** Why something cannot be shipped, before it is known on which way it was reached. */

import { relative } from "node:path";
import { fileOf } from "./reference.ts";

/** `problem` completes "it ...": `uses "this" of the function around it`. */
export class Refusal extends Error {
  readonly problem: string;
  readonly variable: string | undefined;
  readonly fix: string;

  constructor(problem: string, fix: string, { variable, cause }: { variable?: string; cause?: unknown } = {}) {
    super(problem, { cause });
    this.problem = problem;
    this.variable = variable;
    this.fix = fix;
  }
}

/** `"area" (src/shapes.ts:12)`, or `the function at src/shapes.ts:12`; `line` is zero-based, as V8 counts. */
export function describeFunction(fn: object, url: string | undefined, line: number | undefined): string {
  const place =
    url === undefined || url === "" ? undefined : `${shortPath(url)}${line === undefined ? "" : `:${line + 1}`}`;
  const name = nameOf(fn);
  if (name === "") return place === undefined ? "the anonymous function" : `the function at ${place}`;
  return place === undefined ? `"${name}"` : `"${name}" (${place})`;
}

/** A function's `name`, where it is what it should be: a class may have a static member of that name. */
export function nameOf(fn: object): string {
  const { name } = fn as { readonly name?: unknown };
  return typeof name === "string" ? name : "";
}

/** At the start of a sentence. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A file is shown as it would be typed here. */
function shortPath(url: string): string {
  const file = fileOf(url);
  if (file === undefined) return url;
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
