/** The exports of a module by a look at its text: nothing is run. For completion, where a name too few does no harm. */

import { readFile } from "node:fs/promises";

const DECLARED = /^export\s+(?:async\s+)?(?:function|const|let|var)\s*\*?\s*([\w$]+)/gm;
const LISTED = /^export\s*\{([^}]*)\}/gm;
const ASSIGNED = /^(?:module\.)?exports\.([\w$]+)\s*=/gm;

/** Empty where there is no such module. */
export async function exportNames(path: string): Promise<string[]> {
  if (!/\.(?:[cm]?[jt]s|[jt]sx)$/.test(path)) return [];
  const text = await readFile(path, "utf8").catch(() => "");
  const names = new Set<string>();
  for (const [, name = ""] of text.matchAll(DECLARED)) names.add(name);
  for (const [, list = ""] of text.matchAll(LISTED)) {
    for (const entry of list.split(",")) {
      const name = /([\w$]+)\s*$/.exec(entry)?.[1];
      if (name !== undefined && !/^\s*type\s/.test(entry)) names.add(name);
    }
  }
  for (const [, name = ""] of text.matchAll(ASSIGNED)) names.add(name);
  names.delete("default"); // what a task without `#export` is
  return [...names];
}
