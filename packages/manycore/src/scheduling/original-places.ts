/**
 * Stacks of tasks, as source maps have them. Code that goes by value is compiled under its file's name, but a worker has
 * never loaded that file, nor its map: the host has, where source maps are switched on (`--enable-source-maps`, tsx).
 */

import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** `file:///app/bundle.mjs:5:28` at the end of a line of a stack. */
const PLACE = /((?:file:\/\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)(?=\)?$)/;

/** The line with its place in the file that was compiled; unchanged where no map leads there. */
export function originalLine(line: string): string {
  return line.replace(PLACE, (place, file: string, row: string, column: string) => {
    const entry = findSourceMap(file)?.findEntry(Number(row) - 1, Number(column) - 1);
    if (entry === undefined || !("originalSource" in entry)) return place;
    const { originalSource, originalLine, originalColumn } = entry;
    return `${pathOf(originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
  });
}

const pathOf = (source: string): string => (source.startsWith("file:") ? fileURLToPath(source) : source);
