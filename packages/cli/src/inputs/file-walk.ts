/**
 * Files, folders and globs to paths of files, folder by folder, in the same order every time. A folder means every file
 * below it, hidden ones too; a glob means what it means to a shell. Symbolic links are followed where they are named, not
 * where they are met: a tree stays a tree.
 */

import { readdirSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import picomatch from "picomatch";

/**
 * How long the walk may keep the event loop to itself, ms: while the workers start nobody else wants it, and later they
 * wait for what it has found.
 */
const FIRST_SLICE_MS = 60;
const SLICE_MS = 1;

/**
 * The files that a path or a glob names, as many at a time as lie together.
 * @throws an error of the file system, with its `path`
 */
export async function* filesOf(pattern: string): AsyncGenerator<readonly string[]> {
  const found = await whatIs(pattern);
  if (found === undefined) yield* matching(pattern);
  else if (!found.isDirectory()) yield [pattern];
  else for await (const paths of walk(pattern, Infinity)) yield paths.map(below(pattern));
}

/**
 * The first of them, undefined where a glob matches nothing.
 * @throws where the path leads nowhere
 */
export async function firstFileOf(pattern: string): Promise<string | undefined> {
  if (!picomatch.scan(pattern).isGlob) await stat(pattern);
  for await (const [file] of filesOf(pattern)) return file;
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

async function* matching(pattern: string): AsyncGenerator<readonly string[]> {
  const slashed = process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
  const { base, glob } = picomatch.scan(slashed);
  const matches = picomatch(glob, { nonegate: true });
  // `**` and alternatives may go to any depth; otherwise every slash is one step down.
  const depth = /\*\*|[{(]/.test(glob) ? Infinity : glob.split("/").length;
  const root = base === "" ? "." : base;
  for await (const paths of walk(root, depth)) {
    const found = paths.filter((path) => matches(path)).map(below(root));
    if (found.length > 0) yield found;
  }
}

/** Names of what lies below a folder: to join each with it would take longer than to read the folder. */
function below(folder: string): (path: string) => string {
  const prefix = join(folder, sep);
  return (path) => (prefix === `.${sep}` ? path : prefix + (sep === "/" ? path : path.replaceAll("/", sep)));
}

/** Synchronous reads in slices: a promise for each of thousands of small folders takes several times as long. */
async function* walk(root: string, depth: number): AsyncGenerator<readonly string[]> {
  let sliceEnd = performance.now() + FIRST_SLICE_MS;
  for (const paths of pathsBelow(root, "", depth)) {
    yield paths;
    if (performance.now() < sliceEnd) continue;
    await turn();
    sliceEnd = performance.now() + SLICE_MS;
  }
}

/** Paths from the root, with `/` on every system. */
function* pathsBelow(root: string, folder: string, depth: number): Generator<readonly string[]> {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  let files: string[] = [];
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && depth > 1) {
      if (files.length > 0) yield files;
      files = [];
      yield* pathsBelow(root, path, depth - 1);
    }
  }
  if (files.length > 0) yield files;
}
