/**
 * Stacks of tasks, as source maps have them. Code that goes by value is compiled under its file's name, but a worker has
 * never loaded that file, nor its map: the host has, where source maps are switched on (`--enable-source-maps`, tsx).
 *
 * A module that the worker has loaded with its map is there already as it was written. With loaders that compile in
 * memory both texts have one name, so the worker says which lines those are: by a space at their end.
 */

import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** `file:///app/bundle.mjs:5:28` at the end of a line of a stack. */
const PLACE = /((?:file:\/\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)(?=\)?$)/;

/** In a worker: mark what is in its place already. */
export function markPlaces(error: unknown): void {
  rewrite(error, (line) => {
    const file = PLACE.exec(line)?.[1];
    return file !== undefined && findSourceMap(file) !== undefined ? `${line} ` : line;
  });
}

/** On the host: every other line with its place in the file that was compiled, where a map leads there. */
export function findPlaces(error: unknown): void {
  rewrite(error, (line) => (line.endsWith(" ") ? line.trimEnd() : originalLine(line)));
}

function rewrite(error: unknown, change: (line: string) => string): void {
  if (!process.sourceMapsEnabled || !(error instanceof Error) || typeof error.stack !== "string") return;
  const stack = error.stack
    .split("\n")
    .map((line) => (/^ {4}at /.test(line) ? change(line) : line))
    .join("\n");
  if (stack === error.stack) return;
  try {
    Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
  } catch {
    // a frozen error keeps the stack it has
  }
}

function originalLine(line: string): string {
  return line.replace(PLACE, (place, file: string, row: string, column: string) => {
    const entry = findSourceMap(file)?.findEntry(Number(row) - 1, Number(column) - 1);
    if (entry === undefined || !("originalSource" in entry)) return place;
    const { originalSource, originalLine, originalColumn } = entry;
    return `${pathOf(originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
  });
}

const pathOf = (source: string): string => (source.startsWith("file:") ? fileURLToPath(source) : source);
