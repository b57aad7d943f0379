/** What the user can mend: said in one line, without a stack. */

import { getSystemErrorMap, inspect } from "node:util";

/** Wrong usage: nothing has run. */
export const EXIT_USAGE = 2;
/** The run had to stop in the middle: an input that cannot be read, a full disk. */
export const EXIT_STOPPED = 1;

/** Ends the program with its message, on one line of stderr, and its exit code. */
export class Complaint extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = EXIT_USAGE) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** An error of the system in the system's words, without the path and the call that Node puts around them. */
export function systemReason(error: unknown): string {
  const errno = (error as { errno?: unknown } | null)?.errno;
  const known = typeof errno === "number" ? getSystemErrorMap().get(errno) : undefined;
  return known?.[1] ?? describeError(error);
}

/** By default in the middle of the run. */
export const cannotRead = (path: string, error: unknown, exitCode: number = EXIT_STOPPED): Complaint =>
  new Complaint(`cannot read ${path}: ${systemReason(error)}`, exitCode);

/** Anything thrown, in one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(`threw ${inspect(error, { breakLength: Infinity })}`);
  return oneLine(error.message === "" ? error.name : `${error.name}: ${error.message}`);
}

/** The first line of a message that may go on for pages. */
export function oneLine(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? "";
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
