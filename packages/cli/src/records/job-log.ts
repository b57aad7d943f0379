/**
 * The job log: one line of JSON for every input that has ended, in the order of the results. It is what a later run
 * believes: a result counts when its line is in the log, whole.
 */

import { createReadStream } from "node:fs";
import { Complaint, systemReason } from "../complaint.ts";
import { type Identity, Past } from "./past.ts";

export type JobOutcome = "ok" | "error" | "timeout" | "lost";

export interface LogEntry extends Identity {
  /** Its run, in the log's own words. */
  readonly ran: string;
  readonly outcome: JobOutcome;
  /** Message of a failure. */
  readonly error: string | undefined;
  /** It had failed in an earlier run. */
  readonly again: boolean;
  /** Bytes of the output up to and with this result; undefined where that is no file. */
  readonly end: number | undefined;
}

/** Put together by hand: `JSON.stringify` of the whole would cost the host more than all else it does for an input. */
export function logLine({ key, nth, ran, outcome, error, again, end }: LogEntry): string {
  const name = nth === undefined ? `"${key}"` : `${JSON.stringify(key)},"nth":${nth}`;
  const message = error === undefined ? "" : `,"error":${JSON.stringify(error)}`;
  return `{"key":${name},${ran},"outcome":"${outcome}"${message}${again ? ',"again":true' : ""}${end === undefined ? "" : `,"end":${end}`}}`;
}

/** What a log holds. */
export interface ReadLog {
  readonly past: Past;
  /** Were inputs named by a field? Undefined where there are none. */
  readonly isKeyed: boolean | undefined;
  /** How much of the output its lines cover; undefined where they tell of no file. */
  readonly outputBytes: number | undefined;
  /** Bytes of its whole lines: behind them may be one that a kill has torn. */
  readonly length: number;
}

/**
 * Reads a log.
 * @returns undefined where there is none
 * @throws Complaint where it cannot be read, or is something else
 */
export async function readLog(path: string): Promise<ReadLog | undefined> {
  const past = new Past();
  let outputBytes: number | undefined;
  let isKeyed: boolean | undefined;
  let number = 0;
  let length = 0;
  try {
    for await (const { line, end } of wholeLines(path)) {
      const { identity, isOk, again, bytes } = parsed(line, `${path} line ${++number}`);
      past.record(identity, isOk, again);
      isKeyed ??= identity.nth !== undefined;
      outputBytes = bytes ?? outputBytes;
      length = end;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error instanceof Complaint ? error : new Complaint(`cannot read ${path}: ${systemReason(error)}`);
  }
  return { past, isKeyed, outputBytes, length };
}

function parsed(line: string, place: string) {
  const entry = parseObject(line);
  const { key, nth, outcome, end, again } = entry ?? {};
  if (typeof key !== "string" || typeof outcome !== "string" || !isCount(nth, 1) || !isCount(end, 0))
    throw new Complaint(`${place} is no line of a job log: give --joblog another name, or remove that file`);
  return { identity: { key, nth }, isOk: outcome === "ok", again: again === true, bytes: end };
}

const isCount = (value: unknown, least: number): value is number | undefined =>
  value === undefined || (Number.isSafeInteger(value) && (value as number) >= least);

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const NEWLINE = 0x0a;

/** Lines that end, and the byte behind each. */
async function* wholeLines(path: string): AsyncGenerator<{ readonly line: string; readonly end: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let start = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      yield { line: bytes.toString("utf8", from, to), end: start + to + 1 };
      from = to + 1;
    }
    start += from;
    rest = bytes.subarray(from);
  }
}
