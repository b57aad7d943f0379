/**
 * Where the captured variables of shipped code came from. In a worker they are parameters, plain values: a task that
 * ships the code on, or a function made in it, would have to send a whole library by value. So a worker writes on the
 * line above the code which of them are imports, and the same text tells it to whoever ships next. V8 keeps the text as
 * long as the code, and every copy of this library in the thread can read it.
 */

import type { Binding, CodeBody } from "./definitions.ts";

/** A binding that says by itself where its value is from. */
type Origin = Extract<Binding, { from: "import" | "require" | "node" }>;

const isOrigin = (binding: Binding): binding is Origin =>
  binding.from === "import" || binding.from === "require" || binding.from === "node";

/** A comment of one line; empty where there is nothing to say. */
export function writeOrigins(bindings: readonly Binding[]): string {
  const origins = bindings.filter(isOrigin);
  if (origins.length === 0) return "";
  const json = JSON.stringify(origins)
    .replaceAll("*/", "*\\/")
    .replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
  return `/*manycore ${json}*/`;
}

/** What was written on a script's text, by name. */
export function readOrigins(source: string): ReadonlyMap<string, Binding> {
  const json = /^(?:"use strict";)?\/\*manycore (\[.*?\])\*\//.exec(source)?.[1];
  if (json === undefined) return new Map();
  return new Map((JSON.parse(json) as Origin[]).map((origin) => [origin.name, origin]));
}

/** Before the URL of code that coverage is not to count. */
const UNCOUNTED = "manycore:";

/**
 * What V8 is told as the code's file: the user's own, so that stacks lead there. While coverage is taken
 * (`NODE_V8_COVERAGE`: c8, `node --test`) that would be a second text under the file's name, whose positions fit no line
 * of it. Only code with `import()` keeps the name: that is resolved from there.
 */
export function reportedUrl({ url, importsDynamically }: CodeBody): string {
  const isCovered = process.env.NODE_V8_COVERAGE !== undefined && !importsDynamically;
  return isCovered ? UNCOUNTED + url : url;
}

/** The user's file behind a URL that V8 reports. */
export const originalUrl = (url: string): string => (url.startsWith(UNCOUNTED) ? url.slice(UNCOUNTED.length) : url);
