/** A failed input: where it was found, what it was, what went wrong, and where in the task. */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describeError } from "../complaint.ts";
import { inOneLine } from "../inputs/shown.ts";
import type { Item } from "../inputs/source.ts";

export interface Failure {
  readonly item: Item;
  readonly key: string;
  /** What the task threw, or what became of its worker. */
  readonly error: unknown;
}

const SHOWN_LENGTH = 60;

/** `tag` is the input in one line: `line 2 "bad one" (key 3f2a…): RangeError: no bad one (task.mjs:3:9)`. */
export function failureLine({ item, key, error }: Failure, tag: string, file: string): string {
  const place = inOneLine(item.place);
  const found = place === tag ? tag : `${place} ${shown(tag)}`;
  const frame = taskFrame(error, file);
  return `${found} (key ${shownKey(key)}): ${describeError(error)}${frame === undefined ? "" : ` (${frame})`}`;
}

/** Quoted as JSON, so that no control character reaches the terminal. */
export const shown = (input: string): string =>
  JSON.stringify(input.length > SHOWN_LENGTH ? `${input.slice(0, SHOWN_LENGTH - 1)}…` : input);

/** Whole, as the job log has it. */
const shownKey = (key: string): string => (/^[\w.:@/-]+$/.test(key) ? key : JSON.stringify(key));

const FRAME = /^\s+at (?:.*\()?(?:async )?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?):(\d+)(?::(\d+))?\)?$/;

/** `task.mjs:3:9`: the innermost line of the stack in the task's module, else the innermost that is no package's. */
export function taskFrame(error: unknown, file: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frames = stack.split("\n").flatMap((line) => {
    const [, name = "", row = "", column] = FRAME.exec(line) ?? [];
    if (name === "") return [];
    const path = pathOf(name);
    return [{ path, position: column === undefined ? row : `${row}:${column}` }];
  });
  const own = frames.find(({ path }) => path === file) ?? frames.find(({ path }) => !isOthers(path));
  return own === undefined ? undefined : `${relative(process.cwd(), own.path)}:${own.position}`;
}

/** A task may have written its stack itself: what is no path on this machine stays as it stands. */
function pathOf(name: string): string {
  try {
    return name.startsWith("file:") ? fileURLToPath(name.replace(/[?#].*$/, "")) : name;
  } catch {
    return name;
  }
}

/** Packages, and this program itself. */
const HERE = fileURLToPath(new URL(".", import.meta.url));
const isOthers = (path: string): boolean => /[\\/]node_modules[\\/]/.test(path) || path.startsWith(HERE);
