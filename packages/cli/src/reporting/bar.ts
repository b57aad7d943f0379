/** The bar on a terminal: one row of numbers, one of workers, never wider than the terminal. */

import type { Busy } from "./pace.ts";
import { count, duration, rate } from "./words.ts";

export interface BarState {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly fraction: number | undefined;
  /** A second. */
  readonly rate: number;
  /** Ms. */
  readonly left: number | undefined;
  readonly elapsed: number;
  readonly workers: readonly Busy[];
}

const BAR_WIDTH = 24;
/** Of a worker's activity. */
const LEVELS = " ▁▂▃▄▅▆▇█";
/** Above this it counts as busy. */
const BUSY = 0.5;

/** @param columns of the terminal */
export function barText(state: BarState, columns: number): string {
  const rows = [numbers(state), workers(state.workers, columns)];
  return rows
    .filter((row) => row !== "")
    .map((row) => row.slice(0, Math.max(0, columns - 1)))
    .join("\n");
}

function numbers({ done, failed, skipped, fraction, rate: perSecond, left, elapsed }: BarState): string {
  const known = fraction === undefined ? [] : [bar(fraction), `${Math.floor(fraction * 100)} %`];
  const time = left === undefined ? duration(elapsed / 1000) : `${duration(left / 1000)} left`;
  return [...known, ...counts(done, failed, skipped), rate(perSecond), time].join("  ");
}

export function counts(done: number, failed: number, skipped: number): string[] {
  const parts = [`${count(done)} done`];
  if (failed > 0) parts.push(`${count(failed)} failed`);
  if (skipped > 0) parts.push(`${count(skipped)} done before`);
  return parts;
}

function bar(fraction: number): string {
  const full = Math.round(fraction * BAR_WIDTH);
  return "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
}

/** A character a worker; where they do not fit, their number alone. */
function workers(all: readonly Busy[], columns: number): string {
  if (all.length === 0) return "";
  const busy = `${all.filter((worker) => worker.busy > BUSY).length}/${all.length} busy`;
  const row = all.map((worker) => LEVELS[Math.round(worker.busy * (LEVELS.length - 1))]).join("");
  return row.length + busy.length + 5 > columns ? `workers  ${busy}` : `workers ▕${row}▏ ${busy}`;
}
