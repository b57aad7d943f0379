/** Opens output and job log: new ones, or those of an earlier run where it ended. */

import { open, stat, truncate } from "node:fs/promises";
import { Complaint, systemReason } from "../complaint.ts";
import { type ReadLog, readLog } from "./job-log.ts";
import { Ledger } from "./ledger.ts";
import type { Past } from "./past.ts";
import { fileSink, type Sink } from "./sink.ts";

export interface LedgerFlags {
  readonly output: string | undefined;
  /** Where the results go without `output`. */
  readonly standardOutput: Sink;
  readonly joblog: string | undefined;
  /** Go on where the job log ends. */
  readonly isResumed: boolean;
  /** Inputs are named by a field. */
  readonly isKeyed: boolean;
  /** Files that must be neither: they would be overwritten. */
  readonly inputs: readonly string[];
}

/**
 * A new run empties the log first: killed between the two, its output is covered by nothing and is cut by the next one.
 * @throws Complaint
 */
export async function openLedger(flags: LedgerFlags): Promise<{ ledger: Ledger; past: Past | undefined }> {
  const { output, joblog, isResumed, isKeyed, inputs } = flags;
  for (const file of [output, joblog]) await checkNoInput(file, inputs);
  if (await isSameFile(output, joblog)) throw new Complaint(`${output} cannot be both --output and --joblog`);
  const earlier = isResumed ? await readLog(joblog as string) : undefined;
  if (isResumed) await checkCovered(output, joblog as string, earlier);
  if (earlier?.isKeyed === !isKeyed)
    throw new Complaint(
      isKeyed
        ? `the job log ${joblog} was written without --key, and names no input by a field: leave --key out, or give --joblog another name`
        : `the job log ${joblog} was written with --key: give it again, or give --joblog another name`,
    );
  const log = joblog === undefined ? undefined : await openSink(joblog, earlier?.length ?? 0);
  const sink = output === undefined ? flags.standardOutput : await openSink(output, earlier?.outputBytes ?? 0);
  return { ledger: new Ledger(sink, log), past: earlier?.past };
}

/** Nobody's results are thrown away: what is cut off is covered by the log's own last line, or was never covered. */
async function checkCovered(output: string | undefined, joblog: string, log: ReadLog | undefined): Promise<void> {
  if (output === undefined) return;
  const size = await stat(output).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => 0,
  );
  if (size === undefined) return;
  if (log === undefined && size > 0)
    throw new Complaint(
      `${output} has results, but there is no job log ${joblog} to go on from; remove one, or name the other`,
    );
  if (log !== undefined && log.past.inputs > 0 && log.outputBytes === undefined)
    throw new Complaint(`the results in the job log ${joblog} went to standard output, not to ${output}`);
  if (size < (log?.outputBytes ?? 0))
    throw new Complaint(
      `${output} has ${size} bytes, but ${log?.outputBytes} by the job log ${joblog}: is it the output of that run?`,
    );
}

/** A file is cut to this length. */
async function openSink(path: string, length: number): Promise<Sink> {
  try {
    const file = await open(path, "a");
    if (!(await file.stat()).isFile()) return fileSink(path, file, undefined);
    await truncate(path, length);
    return fileSink(path, file, length);
  } catch (error) {
    throw new Complaint(`cannot write ${path}: ${systemReason(error)}`);
  }
}

async function checkNoInput(file: string | undefined, inputs: readonly string[]): Promise<void> {
  for (const input of inputs.length === 0 ? ["/dev/stdin"] : inputs)
    if (await isSameFile(file, input)) throw new Complaint(`${file} is an input: writing there would empty it`);
}

async function isSameFile(a: string | undefined, b: string | undefined): Promise<boolean> {
  const [left, right] = await Promise.all(
    [a, b].map((path) => (path === undefined ? undefined : stat(path).catch(() => undefined))),
  );
  return left !== undefined && right !== undefined && left.isFile() && left.dev === right.dev && left.ino === right.ino;
}
