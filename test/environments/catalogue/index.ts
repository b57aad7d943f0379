/** Every group. Those that not every environment can load are imported on demand. */

import { algorithms } from "./algorithms.ts";
import { asynchronous } from "./asynchronous.ts";
import { builtins } from "./builtins.ts";
import type { Group } from "./case.ts";
import { classes } from "./classes.ts";
import { closures } from "./closures.ts";
import { data } from "./data.ts";
import { errors } from "./errors.ts";
import { functions } from "./functions.ts";
import { modules } from "./modules.ts";
import { packages } from "./packages.ts";
import { refused } from "./refused.ts";
import type { Facts } from "./run.ts";
import { syntax } from "./syntax.ts";

/** What Node can run with its types stripped, and every other environment too. */
export const groups: readonly Group[] = [
  closures,
  functions,
  modules,
  packages,
  builtins,
  classes,
  asynchronous,
  syntax,
  data,
  errors,
  algorithms,
  refused,
];

/** Also those that need a compiler (enums, namespaces, decorators), and those that need a module. */
export async function groupsFor({ compiles = true, decorators = true, importMeta = true }: Facts): Promise<Group[]> {
  const all = [...groups];
  if (importMeta) all.push((await import("./import-meta.ts")).importMeta);
  if (compiles) {
    all.push((await import("./compiled/declarations.ts")).declarations);
    if (decorators) all.push((await import("./compiled/decorators.ts")).decorators);
  }
  return all;
}
