/**
 * Files, folders and globs to paths of files, folder by folder, in the same order every time. A folder means every file
 * below it, hidden ones too; a glob means what it means to a shell. Symbolic links are followed where they are named, not
 * where they are met: a tree stays a tree.
 */

import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import picomatch from "picomatch";

/**
 * The files that a path or a glob names.
 * @throws an error of the file system, with its `path`
 */
export async function* filesOf(pattern: string): AsyncGenerator<string> {
  const found = await whatIs(pattern);
  if (found === undefined) yield* matching(pattern);
  else if (!found.isDirectory()) yield pattern;
  else for await (const path of pathsBelow(pattern, "", Infinity)) yield join(pattern, path);
}

/**
 * The first of them, undefined where a glob matches nothing.
 * @throws where the path leads nowhere
 */
export async function firstFileOf(pattern: string): Promise<string | undefined> {
  if (!picomatch.scan(pattern).isGlob) await stat(pattern);
  for await (const file of filesOf(pattern)) return file;
  return undefined;
}

/** A name that exists is that file, whatever it looks like: `[id].tsx` is a usual name. */
async function whatIs(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (picomatch.scan(path).isGlob) return undefined;
    throw error;
  }
}

async function* matching(pattern: string): AsyncGenerator<string> {
  const slashed = process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
  const { base, glob } = picomatch.scan(slashed);
  const matches = picomatch(glob, { nonegate: true });
  // `**` and alternatives may go to any depth; otherwise every slash is one step down.
  const depth = /\*\*|[{(]/.test(glob) ? Infinity : glob.split("/").length;
  const root = base === "" ? "." : base;
  for await (const path of pathsBelow(root, "", depth)) if (matches(path)) yield join(root, path);
}

/** Paths from the root, with `/` on every system. */
async function* pathsBelow(root: string, folder: string, depth: number): AsyncGenerator<string> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && depth > 1) yield* pathsBelow(root, path, depth - 1);
  }
}
