/**
 * Results and job log, written so that a kill at any moment can be made good:
 *
 *   1 results of a batch go to the output, whole        killed before 2: the output is longer than the log says
 *   2 then their lines to the log                       killed within 2: the last line is torn
 *
 * A log line says how long the output is with its result. So a later run reads the log, cuts off its torn line, cuts the
 * output to what the last whole line says, and goes on there: what was cut runs again, nothing else. (The system keeps
 * what was written when a process is killed, in order or not; a machine that loses its power is another matter.)
 */

import { type LogEntry, logLine } from "./job-log.ts";
import type { Sink } from "./sink.ts";

/** Writes come no closer than this, ms: each is a system call or two, and a turn of the event loop may bring a single line. */
const PAUSE_MS = 25;
/** Lines that wait beyond this make the run wait. */
const MOST_WAITING = 1 << 20;

export interface LedgerEntry extends Omit<LogEntry, "end"> {
  /** The line of the result, without its end; undefined for a failure. */
  readonly result: string | undefined;
}

export class Ledger {
  readonly #output: Sink;
  readonly #log: Sink | undefined;
  #results = "";
  #logged = "";
  #end: number | undefined;
  #writing: Promise<void> | undefined;
  /** Runs before a write that is put off; nobody puts off the last. */
  #pause: NodeJS.Timeout | undefined;
  #beginNow: () => void = () => {};
  /** When the last write ended. */
  #written = Number.NEGATIVE_INFINITY;
  #fail: (error: unknown) => void = () => {};
  /** Rejects as soon as something could not be written. */
  readonly failure = new Promise<never>((_, reject) => {
    this.#fail = reject;
  });

  get isLogged(): boolean {
    return this.#log !== undefined;
  }

  constructor(output: Sink, log: Sink | undefined) {
    this.#output = output;
    this.#log = log;
    this.#end = output.length;
    this.failure.catch(() => {}); // it may come when nobody waits any more
  }

  /** Takes an entry; a promise where so much waits that the caller should too. */
  add({ result, ...entry }: LedgerEntry): Promise<void> | undefined {
    if (result !== undefined) {
      this.#results += `${result}\n`;
      if (this.#end !== undefined) this.#end += Buffer.byteLength(result) + 1;
    }
    if (this.#log !== undefined) this.#logged += `${logLine({ ...entry, end: this.#end })}\n`;
    if (this.#writing === undefined) {
      this.#writing = new Promise((resolve) => {
        const begin = (): void => {
          clearTimeout(this.#pause);
          this.#pause = undefined;
          resolve(this.#writeAll());
        };
        const pause = this.#written + PAUSE_MS - performance.now();
        this.#beginNow = begin;
        if (pause > 0) this.#pause = setTimeout(begin, pause);
        else setImmediate(begin);
      });
      this.#writing.catch(() => {}); // told by `failure`
    }
    return this.#results.length + this.#logged.length > MOST_WAITING ? this.#writing : undefined;
  }

  /** Writes what waits, and closes both. */
  async close(): Promise<void> {
    if (this.#pause !== undefined) this.#beginNow();
    await this.#writing;
    await this.#output.close();
    await this.#log?.close();
  }

  /** Goes on until nothing waits. */
  async #writeAll(): Promise<void> {
    try {
      while (this.#results !== "" || this.#logged !== "") {
        const [results, logged] = [this.#results, this.#logged];
        this.#results = this.#logged = "";
        if (results !== "") await this.#output.write(results);
        if (logged !== "") await this.#log?.write(logged);
      }
      this.#writing = undefined;
      this.#written = performance.now();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }
}
