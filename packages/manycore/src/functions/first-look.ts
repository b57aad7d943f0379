/**
 * Which script a function is from, in a program that has just started. The debugger knows, but when it is first enabled
 * it makes a digest of every script there is: about as long as a worker takes to start. The profiler names the scripts
 * for a fraction of that, and their sources are the files.
 *
 * In a program that is under way the debugger still has to be asked only for what it has not told of before: with ten
 * thousand scripts loaded, each question costs a good part of a second.
 *
 * A file is taken for the source only where it is as long as what was compiled, is older than the program, and has the
 * function's own text at the function's own place (script.ts). TypeScript, instrumented code, large heaps (the profiler
 * walks them), and everything else that is not plain is left to the debugger.
 */

import { readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { types } from "node:util";
import { getHeapStatistics } from "node:v8";
import { initSync, parse } from "es-module-lexer";
import type { Location } from "./insight.ts";
import type { Inspector, ParsedScript, SeenScript } from "./inspector.ts";
import { commonjsModules, fileOf } from "./reference.ts";

/** Beyond this the profiler is no faster than the debugger. */
const MOST_HEAP = 64 << 20;
/** Each look sees the scripts that are there then. After that the program is past its start. */
const MOST_LOOKS = 2;

let looks = 0;
const seen = new Map<string, SeenScript>();

/** What the debugger told of scripts that were not asked for: their files can be read when they are. */
export function notice(scripts: readonly (SeenScript & { readonly scriptId: string })[]): void {
  for (const { scriptId, url, length } of scripts) seen.set(scriptId, { url, length });
}

/** The script and its source; undefined where the debugger must be asked. */
export function firstLook(
  inspector: Inspector,
  { scriptId }: Location,
): { readonly script: ParsedScript; readonly source: string } | undefined {
  if (!seen.has(scriptId)) {
    if (looks >= MOST_LOOKS || getHeapStatistics().used_heap_size > MOST_HEAP) return undefined;
    looks++;
    notice(inspector.runScripts());
  }
  const { url, length } = seen.get(scriptId) ?? {};
  if (url === undefined) return undefined;
  const script = { scriptId, url, length, startLine: 0, startColumn: 0 };
  if (url.startsWith("node:")) return { script: { ...script, isModule: false }, source: "" };
  const file = url.includes("?") || url.includes("#") ? undefined : fileOf(url);
  const source = file === undefined ? undefined : unchangedText(file);
  if (file === undefined || source === undefined || source.length !== length) return undefined;
  const isModule = moduleKind(file, source);
  return isModule === undefined ? undefined : { script: { ...script, isModule }, source };
}

/** Undefined for what is not JavaScript as it stands in its file. */
function moduleKind(file: string, source: string): boolean | undefined {
  switch (extname(file)) {
    case ".mjs":
      return true;
    case ".cjs":
      return false;
    case ".js": {
      const loaded = commonjsModules()[file];
      if (loaded !== undefined) return types.isModuleNamespaceObject(loaded.exports);
      // A CommonJS file may have been taken out of the cache, or been run by `vm`.
      return hasModuleSyntax(source) ? true : undefined;
    }
    default:
      return undefined;
  }
}

function hasModuleSyntax(source: string): boolean {
  initSync();
  try {
    return parse(source)[3];
  } catch {
    return false; // syntax that the lexer does not know
  }
}

function unchangedText(file: string): string | undefined {
  try {
    const { mtimeMs, ctimeMs } = statSync(file);
    if (Math.max(mtimeMs, ctimeMs) >= performance.timeOrigin) return undefined;
    const text = readFileSync(file, "utf8");
    return text.startsWith("\uFEFF") ? undefined : text;
  } catch {
    return undefined;
  }
}
