/**
 * Source text into functions: compiled once a text, made into a function once a closure, with positions that are the
 * user's own. The text is a parenthesised expression in a factory whose parameters are the captured variables:
 *
 *     "use strict";return[(            ← the wrapper's own text, on the line before the user's first
 *             (x) => x + k + helper(x)
 *     ),(i,v)=>{switch(i){case 1:helper=v}}]
 *
 * The second value sets captured variables later: functions that need each other cannot all be there first, and data
 * changes. Only definitions can be set; a variable that nothing sets is a constant to V8's optimiser, so numbers and
 * imports that a hot loop reads cost nothing.
 */

import { compileFunction, constants } from "node:vm";
import type { Binding, CodeBody } from "../functions/definitions.ts";
import { reportedUrl, writeOrigins } from "../functions/origins.ts";
import { silenceLoaderWarning } from "./modules.ts";

/** Sets the captured variable at an index of the bindings. */
export type SetVariable = (index: number, value: unknown) => void;

type Factory = (...values: unknown[]) => [value: unknown, set: SetVariable];

/** Factories beyond this many are compiled again when they are needed again. */
const MOST_FACTORIES = 1000;

const factories = new Map<string, Factory>();

/** The variables of a script that tasks assign to, each in the object that code finds it in. */
export type Cell = Record<string, unknown>;

/** The function, class or method, with these values for its bindings; those of cells are ignored. */
export function instantiate(
  code: CodeBody,
  bindings: readonly Binding[],
  values: readonly unknown[],
  cells: readonly Cell[],
): [value: unknown, set: SetVariable] {
  const parameters = bindings.filter(({ from }) => from !== "cell");
  // A cell is one object for ever, so a factory compiled around some serves every closure that captures the same.
  const key = `${code.codeId} ${bindings.map((each) => (each.from === "cell" ? `cell${each.id}` : each.from)).join()}`;
  let factory = factories.get(key);
  if (factory === undefined) {
    factory = compile(code, bindings, parameters, cells);
    if (factories.size >= MOST_FACTORIES) factories.delete(factories.keys().next().value as string);
    factories.set(key, factory);
  }
  const [held, set] = factory(...parameters.map((each) => values[bindings.indexOf(each)]));
  return [named(unwrap(code, held), code.name), set];
}

function compile(
  code: CodeBody,
  bindings: readonly Binding[],
  parameters: readonly Binding[],
  cells: readonly Cell[],
): Factory {
  const { source, line, column, strict, wrap, importsDynamically } = code;
  const [before, after] = wrap === "none" ? ["(", ")"] : ["{__proto__:null,", "}"];
  if (importsDynamically) silenceLoaderWarning();
  const text = `${strict ? '"use strict";' : ""}${writeOrigins(bindings)}return[${before}\n${" ".repeat(column)}${source}\n${after},${setter(bindings)}]`;
  return compileFunction(
    text,
    parameters.map(({ name }) => name),
    {
      filename: reportedUrl(code),
      lineOffset: line - 1,
      ...(cells.length > 0 && { contextExtensions: [...cells] }),
      // The loader's price is a warning (silenced) and an entry in a table of Node's: only where it is needed.
      ...(importsDynamically && { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }),
    },
  ) as Factory;
}

/** Its parameters must not hide a captured variable. */
function setter(bindings: readonly Binding[]): string {
  const names = new Set(bindings.map(({ name }) => name));
  const [index, value] = [unused("$index", names), unused("$value", names)];
  const cases = bindings.flatMap(({ name, from }, at) =>
    from === "definition" ? [`case ${at}:${name}=${value};break;`] : [],
  );
  return `(${index},${value})=>{switch(${index}){${cases.join("")}}}`;
}

function unused(name: string, names: ReadonlySet<string>): string {
  let free = name;
  while (names.has(free)) free += "$";
  return free;
}

function unwrap({ wrap }: CodeBody, held: unknown): unknown {
  if (wrap === "none") return held;
  const [key] = Reflect.ownKeys(held as object);
  const { value, get, set } = Object.getOwnPropertyDescriptor(held, key as PropertyKey) ?? {};
  return wrap === "getter" ? get : wrap === "setter" ? set : value;
}

/** An arrow function has its name from the variable it was put into, which is not part of its text. */
function named(value: unknown, name: string): unknown {
  if (typeof value === "function" && value.name !== name)
    Object.defineProperty(value, "name", { value: name, configurable: true });
  return value;
}
