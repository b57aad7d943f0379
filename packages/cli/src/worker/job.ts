/** What the host and a worker of `manycore map` tell each other. */

import type { TaskModule } from "../task/import-task.ts";
import type { Reading } from "./reading.ts";

/** What every worker is told at its start. */
export interface Job {
  readonly module: TaskModule;
  readonly name: string;
  /** Export that runs once in each worker, before its first item. */
  readonly init: string | undefined;
  readonly reading: Reading;
  /** Results come with what the job log says of them. */
  readonly isLogged: boolean;
}

/** When, where and at which try an item ran. */
export interface Ran {
  /** Ms since 1970. */
  readonly start: number;
  /** Ms. */
  readonly run: number;
  readonly worker: number;
  /** 1 for the first try. */
  readonly attempt: number;
}

/**
 * A result as a line of JSON; with a job log, a newline and what the log says of its run behind it. One string, since that
 * is what costs the host least: it has to take 100,000 of them a second, while a worker makes its own share alone.
 */
export type Result = string;

/** Members of a job log's line, as JSON without braces. */
export const ranText = ({ start, run, worker, attempt }: { readonly [name in keyof Ran]: number | null }): string =>
  `"start":${start},"run":${run},"worker":${worker},"attempt":${attempt}`;

export const packed = (json: string, ran: Ran): Result => `${json}\n${ranText(ran)}`;

export function unpacked(result: Result): { readonly json: string; readonly ran: string } {
  const end = result.indexOf("\n"); // JSON escapes its own
  return { json: result.slice(0, end), ran: result.slice(end + 1) };
}

/** What a worker throws: what the task threw is its `cause`. */
export interface ItemFailure extends Error {
  readonly kind: "task failed" | "bad input";
  readonly ran: Ran | undefined;
}

export function isItemFailure(error: unknown): error is ItemFailure {
  const { kind } = error as Partial<ItemFailure>;
  return error instanceof Error && (kind === "task failed" || kind === "bad input");
}
