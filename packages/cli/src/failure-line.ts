/** A failed item in one line: where it was found, what it was, what went wrong, and where in the task. */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describeError } from "./complaint.ts";
import type { Item } from "./inputs.ts";
import type { Task } from "./task-module.ts";

const SHOWN_LENGTH = 60;

export function failureLine({ place, input }: Item, error: unknown, task: Task): string {
  const found = place === input ? place : `${place} ${shown(input)}`;
  const frame = taskFrame(error, task);
  return `${found}: ${describeError(error)}${frame === undefined ? "" : ` (${frame})`}`;
}

/** Quoted as JSON, so that no control character reaches the terminal. */
function shown(input: string): string {
  return JSON.stringify(input.length > SHOWN_LENGTH ? `${input.slice(0, SHOWN_LENGTH - 1)}…` : input);
}

/** `task.mjs:3:9`: the innermost line of the stack that lies in the task's module. */
function taskFrame(error: unknown, { url }: Task): string | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  const file = fileURLToPath(url);
  for (const line of stack?.split("\n") ?? []) {
    for (const name of [url, file]) {
      const at = line.indexOf(`${name}:`);
      const position = at < 0 ? undefined : /^:\d+(?::\d+)?/.exec(line.slice(at + name.length))?.[0];
      if (position !== undefined) return relative(process.cwd(), file) + position;
    }
  }
  return undefined;
}
