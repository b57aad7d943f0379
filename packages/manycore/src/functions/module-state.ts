/** A function that goes by reference meets its module's variables as the module makes them, not as they are here. */

import type { Insight } from "./insight.ts";
import { capitalised, describeFunction } from "./refusal.ts";
import type { Variable } from "./scope-tree.ts";
import type { Analysis, Script } from "./script.ts";

/**
 * Warns, once for each function, when it reads a variable of its module that this thread has assigned: a connection
 * that `init()` opened, a setting that was changed. A variable that the function assigns itself is its own cache.
 */
export function warnOfModuleState(
  fn: object,
  script: Script,
  { scopes }: Insight,
  { text, start, line }: Analysis,
): void {
  if (text === undefined || start === undefined) return;
  const here = scopes.at(-1)?.object ?? {};
  const reassigned = text.free.find(({ name, written }) => {
    // Parsing a module for nothing is dear; most have no variables at all.
    if (written || !Object.hasOwn(here, name) || !mayDeclare(script.source, name)) return false;
    const variable = script.variable(start, name);
    return variable !== undefined && variable.scope.parent === undefined && hasChanged(variable, here[name]);
  });
  if (reassigned === undefined) return;
  process.emitWarning(
    `${capitalised(describeFunction(fn, script.url, line))} reads \`${reassigned.name}\`, which has been assigned here. A worker imports the module afresh and has its own: ` +
      `pass the value as an argument, or ship the function with its variables: pool.with({ ship: "value" }).`,
    { type: "ManycoreWarning", code: "MANYCORE_MODULE_STATE" },
  );
}

const mayDeclare = (source: string, name: string): boolean =>
  new RegExp(`\\b(?:let|var)\\s+${name.replaceAll("$", "\\$")}(?![\\w$])`).test(source);

/** Is the value another than the module's own text gives the variable? Only where that text is plain enough to tell. */
function hasChanged({ writes, init }: Variable, value: unknown): boolean {
  if (writes === 0) return false;
  if (init === undefined) return value !== undefined;
  return init.node.type === "Literal" && init.node.value !== value;
}
