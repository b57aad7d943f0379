/**
 * Where the captured variables of shipped code came from. In a worker they are parameters, plain values: a task that
 * ships the code on, or a function made in it, would have to send a whole library by value. So a worker writes on the
 * line above the code which of them are imports, and the same text tells it to whoever ships next. V8 keeps the text as
 * long as the code, and every copy of this library in the thread can read it.
 */

import type { Binding } from "./definitions.ts";

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
