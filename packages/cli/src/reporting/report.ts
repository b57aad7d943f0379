/** What the run says on stderr: a bar on a terminal, one line at its end elsewhere, or all of it as lines of JSON. */

import { fileURLToPath } from "node:url";
import type { WorkerStats } from "manycore";
import { describeError } from "../complaint.ts";
import type { Item } from "../inputs/source.ts";
import { type BarState, barText, counts } from "./bar.ts";
import { type Failure, failureLine, taskFrame } from "./failure-text.ts";
import { Pace } from "./pace.ts";
import { duration, rate } from "./words.ts";

export interface ReportSetup {
  readonly stream: NodeJS.WriteStream;
  /** `quiet`: failures and nothing else. */
  readonly mode: "bar" | "line" | "quiet" | "json";
  /** Which part of the inputs has ended when so many have, 0 to 1, where that can be known. */
  readonly fraction: (ended: number) => number | undefined;
  readonly workers: () => readonly WorkerStats[];
  /** `file:` URL of the task's module. */
  readonly url: string;
  /** An input in one line. */
  readonly tag: (item: Item) => string;
}

const REDRAW_MS = 100;
/** Of the pace, and of events of JSON. */
const LOOK_MS = 1000;

type Bar = ((text: string) => void) & { clear(): void };

export class Report {
  readonly #setup: ReportSetup;
  readonly #file: string;
  readonly #started = performance.now();
  readonly #pace = new Pace();
  #timer: NodeJS.Timeout | undefined;
  #bar: Bar | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #skipped = 0;
  #waiting = "";
  done = 0;
  failures = 0;

  constructor(setup: ReportSetup) {
    this.#setup = setup;
    this.#file = fileURLToPath(setup.url);
    setup.stream.on("error", () => {}); // whoever read it has left
    if (setup.mode === "bar") this.#timer = setInterval(() => void this.#draw(), REDRAW_MS).unref();
    if (setup.mode !== "json") return;
    this.#timer = setInterval(() => this.#event("progress", this.#progress()), LOOK_MS).unref();
    this.#event("progress", this.#progress());
  }

  /** Inputs that an earlier run has done. */
  skipped(inputs: number): void {
    this.#skipped += inputs;
  }

  succeeded(): void {
    this.done++;
  }

  failed(failure: Failure): void {
    this.failures++;
    if (this.#setup.mode !== "json")
      return this.#say(`manycore: ${failureLine(failure, this.#setup.tag(failure.item), this.#file)}`);
    const { item, key, error } = failure;
    const at = taskFrame(error, this.#file);
    this.#event("failure", { key, place: item.place, input: this.#setup.tag(item), error: describeError(error), at });
  }

  notice(message: string): void {
    if (this.#setup.mode === "json") this.#event("notice", { message });
    else this.#say(`manycore: ${message}`);
  }

  /** Takes the bar away, and says nothing more. */
  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#flush();
    this.#bar?.clear();
  }

  /** Leaves one line in the place of the bar. */
  end(): void {
    this.clear();
    const { mode, stream } = this.#setup;
    if (mode === "json") this.#event("end", this.#progress());
    else if (mode !== "quiet") stream.write(`manycore: ${this.#summary()}\n`);
    this.#flush();
  }

  /** Lines of one turn go together: failures may come by the thousand. */
  #say(line: string): void {
    if (this.#waiting === "") setImmediate(() => this.#flush());
    this.#waiting += `${line}\n`;
  }

  #flush(): void {
    if (this.#waiting === "") return;
    const lines = this.#waiting;
    this.#waiting = "";
    this.#bar?.clear();
    this.#setup.stream.write(lines);
  }

  #event(event: string, content: object): void {
    this.#say(JSON.stringify({ event, ...content }));
  }

  /** The library is loaded for the first bar: most runs have none, and short ones are over before it. */
  async #draw(): Promise<void> {
    if (this.#bar === undefined) {
      const { createLogUpdate } = await import("log-update");
      if (this.#timer === undefined) return; // it is over
      this.#bar ??= createLogUpdate(this.#setup.stream, { showCursor: true });
    }
    this.#bar(barText(this.#state(), this.#setup.stream.columns || 80));
  }

  #state(): BarState {
    const elapsed = performance.now() - this.#started;
    const ended = this.done + this.failures;
    const fraction = this.#setup.fraction(ended + this.#skipped);
    if (elapsed - this.#lookedAt >= LOOK_MS) {
      this.#lookedAt = elapsed;
      this.#pace.look({ at: elapsed, ended, fraction, workers: this.#setup.workers() });
    }
    const { rate: perSecond, left, workers } = this.#pace;
    return {
      done: this.done,
      failed: this.failures,
      skipped: this.#skipped,
      fraction,
      rate: perSecond,
      left,
      elapsed,
      workers,
    };
  }

  #progress(): object {
    const { left, elapsed, fraction = null, rate: perSecond, ...state } = this.#state();
    const etaMs = left === undefined ? null : Math.round(left);
    return { ...state, fraction, rate: Math.round(perSecond * 10) / 10, etaMs, elapsedMs: Math.round(elapsed) };
  }

  #summary(): string {
    const seconds = (performance.now() - this.#started) / 1000;
    const all = (this.done + this.failures) / Math.max(seconds, 0.001);
    return [...counts(this.done, this.failures, this.#skipped), duration(seconds), rate(all)].join(", ");
  }
}
