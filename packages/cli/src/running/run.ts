/**
 * The run: items are drawn at one end while outcomes are read at the other, in the order of the inputs or as they come.
 *
 *   source ── feed ──▶ starmap ── outcomes ──▶ ledger, report
 *
 * The map draws no more than its window ahead of what was read, so memory stays flat. It ends
 *   by itself   at the end of the inputs
 *   by `stop`   what has not started never does, what runs is waited for and recorded
 *   by `halt`   what runs is aborted too
 */

import type { Executor, MapOutcome, MapStream } from "manycore";
import { Complaint, describeError, EXIT_STOPPED } from "../complaint.ts";
import type { Item } from "../inputs/source.ts";
import { keyOf } from "../keys.ts";
import type { JobOutcome } from "../records/job-log.ts";
import type { Ledger } from "../records/ledger.ts";
import { isItemFailure, type Ran, type Result, ranText, unpacked } from "../worker/job.ts";
import type { Entry, Feed } from "./feed.ts";
import type { Halt } from "./halt.ts";

export interface RunSetup {
  readonly executor: Pick<Executor, "starmap">;
  /** The worker's side of an item. */
  readonly task: (input: string, header?: string) => Result | Promise<Result>;
  readonly feed: Feed;
  readonly isOrdered: boolean;
  readonly chunkSize: number | undefined;
  readonly ledger: Ledger;
  readonly halt: Halt | undefined;
  /** What stands before each result and a TAB. */
  readonly tag: ((item: Item) => string) | undefined;
  readonly report: RunReport;
}

export interface RunReport {
  succeeded(): void;
  failed(failure: { readonly item: Item; readonly key: string; readonly error: unknown }): void;
  notice(text: string): void;
}

export class Run {
  readonly #setup: RunSetup;
  readonly #abort = new AbortController();
  #stream: MapStream<Result> | undefined;
  #failures = 0;
  /** Why it cannot go on: said when what runs has ended. */
  #complaint: Complaint | undefined;
  #isStopped = false;

  constructor(setup: RunSetup) {
    this.#setup = setup;
  }

  /**
   * Resolves when every input has ended, or after `stop()` when every one that had started has.
   * @throws OutputClosed, Complaint; what ended before is recorded
   */
  async toEnd(): Promise<void> {
    const { ledger, feed } = this.#setup;
    this.#stream = this.#open();
    await Promise.race([this.#readAll(this.#stream), ledger.failure]).catch((error: unknown) => {
      this.halt();
      throw error;
    });
    const complaint = this.#complaint ?? feed.failure;
    if (complaint !== undefined) throw complaint;
  }

  /** Nothing is begun any more. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
    this.#setup.feed.close();
    this.#stream?.cancel();
  }

  halt(): void {
    this.stop();
    this.#abort.abort();
  }

  /** What cannot be sent to a worker cannot be for any item. */
  #open(): MapStream<Result> {
    const { executor, task, feed, isOrdered, chunkSize } = this.#setup;
    return executor.starmap(task, feed, {
      ordered: isOrdered,
      signal: this.#abort.signal,
      ...(chunkSize !== undefined && { chunkSize }),
    });
  }

  async #readAll(stream: MapStream<Result>): Promise<void> {
    const outcomes = stream.outcomes({ onFailure: ({ index, reason }) => this.#hasFailed(index, reason) });
    for await (const outcome of outcomes) {
      const full = this.#record(outcome);
      if (full !== undefined) await full;
    }
  }

  /** It is told and counted when it happens: in input order an input before it may take for ever. */
  #hasFailed(index: number, reason: unknown): void {
    const entry = this.#setup.feed.at(index);
    const meaning = meaningOf(reason);
    if (entry === undefined || meaning.kind !== "failed") return;
    const { report, halt } = this.#setup;
    const { item, key = keyOf(item) } = entry;
    report.failed({ item, key, error: meaning.error });
    this.#failures++;
    if (halt === undefined || this.#failures !== halt.failures || this.#isStopped) return;
    report.notice(`halting: ${this.#failures} ${this.#failures === 1 ? "input" : "inputs"} failed`);
    if (halt.when === "now") this.halt();
    else this.stop();
  }

  #record(outcome: MapOutcome<Result>): Promise<void> | undefined {
    const entry = this.#setup.feed.take(outcome.index);
    if (outcome.status === "fulfilled") return this.#succeeded(entry as Entry, outcome.value);
    const { reason } = outcome;
    if (entry === undefined) return this.#brokenOff(reason);
    const meaning = meaningOf(reason);
    switch (meaning.kind) {
      case "not ended":
        return undefined;
      case "failed":
        return this.#failed(entry, meaning);
      case "bad input":
        return this.#giveUp(`${entry.item.place}: ${meaning.why}`);
      case "broken":
        return this.#giveUp(meaning.why);
    }
  }

  #succeeded(entry: Entry, result: Result): Promise<void> | undefined {
    const { report, ledger, tag } = this.#setup;
    report.succeeded();
    const { item, key = "", nth, again } = entry; // a log has had its key made
    const { json, ran } = ledger.isLogged ? unpacked(result) : { json: result, ran: "" };
    const line = tag === undefined ? json : `${tag(item)}\t${json}`;
    return ledger.add({ key, nth, again, result: line, ran, outcome: "ok", error: undefined });
  }

  #failed(entry: Entry, { error, outcome, known }: Failed): Promise<void> | undefined {
    const { item, key = keyOf(item), nth, again } = entry;
    const { start = null, run = null, worker = null, attempt = null } = known;
    const ran = ranText({ start, run, worker, attempt });
    return this.#setup.ledger.add({ key, nth, again, result: undefined, ran, outcome, error: describeError(error) });
  }

  /** The failure of something that was never an item: the map's own. */
  #brokenOff(reason: unknown): undefined {
    if (this.#isStopped) return undefined;
    return this.#giveUp(describeError(reason));
  }

  #giveUp(why: string): undefined {
    this.#complaint ??= new Complaint(why, EXIT_STOPPED);
    if (!this.#isStopped) this.stop();
    return undefined;
  }
}

interface Failed {
  readonly kind: "failed";
  readonly error: unknown;
  readonly outcome: JobOutcome;
  /** What is known of its run: a worker that was lost could not tell. */
  readonly known: Partial<Ran>;
}

/** What a rejected outcome says of its item. */
type Meaning =
  | Failed
  /** By stop or halt: it runs another time. */
  | { readonly kind: "not ended" }
  | { readonly kind: "bad input"; readonly why: string }
  | { readonly kind: "broken"; readonly why: string };

function meaningOf(reason: unknown): Meaning {
  switch ((reason as { code?: unknown } | null | undefined)?.code) {
    case "MANYCORE_CANCELLED":
    case "MANYCORE_ABORT":
      return { kind: "not ended" };
    case "MANYCORE_BROKEN_EXECUTOR":
      return { kind: "broken", why: brokenReason(reason) };
    case "MANYCORE_TIMEOUT":
      return { kind: "failed", error: reason, outcome: "timeout", known: attemptOf(reason as Attempted) };
    case "MANYCORE_WORKER_LOST":
      return { kind: "failed", error: reason, outcome: "lost", known: attemptOf(reason as Attempted) };
  }
  if (!isItemFailure(reason)) return { kind: "failed", error: reason, outcome: "error", known: {} };
  if (reason.kind === "bad input") return { kind: "bad input", why: describeCause(reason.cause) };
  return { kind: "failed", error: reason.cause, outcome: "error", known: reason.ran ?? {} };
}

interface Attempted {
  readonly workerId?: number;
  readonly attempt?: number;
}

const attemptOf = ({ workerId, attempt }: Attempted): Partial<Ran> => ({
  ...(workerId !== undefined && { worker: workerId }),
  ...(attempt !== undefined && { attempt }),
});

const describeCause = (cause: unknown): string => (cause instanceof Error ? cause.message : describeError(cause));

/** An initializer that throws is the user's to mend: its own words. */
function brokenReason(error: unknown): string {
  const { cause } = error as Error;
  return `no worker can start: ${describeCause(cause ?? error)}`;
}
