/** How far the run has come: a bar on a terminal, one line at the end anywhere. */

import { createLogUpdate } from "log-update";

const BAR_WIDTH = 24;
const REDRAW_MS = 100;

export interface ProgressSetup {
  /** A terminal shows a bar. */
  readonly stream: NodeJS.WriteStream;
  /** Neither bar nor line; what is told is still told. */
  readonly quiet: boolean;
  /** Which part is done, 0 to 1, where it can be known. */
  readonly fraction: () => number | undefined;
}

export class Progress {
  readonly #setup: ProgressSetup;
  readonly #started = performance.now();
  readonly #bar: ReturnType<typeof createLogUpdate> | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  done = 0;
  failed = 0;

  constructor(setup: ProgressSetup) {
    this.#setup = setup;
    if (setup.quiet || !setup.stream.isTTY) return;
    this.#bar = createLogUpdate(setup.stream, { showCursor: true });
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS).unref();
    this.#draw();
  }

  /** A line of its own, above the bar. */
  tell(line: string): void {
    this.#bar?.clear();
    this.#setup.stream.write(`${line}\n`);
  }

  /** Takes the bar away. */
  clear(): void {
    clearInterval(this.#timer);
    this.#bar?.clear();
  }

  /** Leaves one line in the place of the bar. */
  end(): void {
    this.clear();
    if (!this.#setup.quiet) this.#setup.stream.write(`manycore: ${this.#summary()}\n`);
  }

  #draw(): void {
    const seconds = this.#seconds();
    const fraction = this.#setup.fraction();
    const known = fraction === undefined ? [] : [bar(fraction), `${Math.floor(fraction * 100)} %`];
    const left = fraction === undefined || fraction === 0 ? undefined : (seconds * (1 - fraction)) / fraction;
    const time = left === undefined ? duration(seconds) : `${duration(left)} left`;
    this.#bar?.([...known, ...this.#counts(), this.#rate(seconds), time].join("  "));
  }

  #summary(): string {
    const seconds = this.#seconds();
    return [...this.#counts(), duration(seconds), this.#rate(seconds)].join(", ");
  }

  #counts(): string[] {
    const done = `${count(this.done)} done`;
    return this.failed === 0 ? [done] : [done, `${count(this.failed)} failed`];
  }

  #rate(seconds: number): string {
    const rate = (this.done + this.failed) / Math.max(seconds, 0.001);
    return `${rate < 10 ? rate.toFixed(1) : count(Math.round(rate))}/s`;
  }

  #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }
}

function bar(fraction: number): string {
  const full = Math.round(fraction * BAR_WIDTH);
  return "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
}

const count = (number: number): string => number.toLocaleString("en");

/** `0.4 s`, `12 s`, `3 min 20 s`, `5 h 8 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
