/** What the soak asks workers to do. */

import { currentTask, sleep } from "manycore";
import { check, payload } from "./payload.mjs";

function spin(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Checks what it got, works for a while, and answers with something else of another size. */
export function exchange(value, { seed, size, answerSize, ms }) {
  check(value, seed, size);
  spin(ms);
  return payload(seed + 1, answerSize);
}

export async function exchangeLater(value, plan) {
  await sleep(plan.ms);
  return exchange(value, { ...plan, ms: 0 });
}

export function fail(text) {
  throw new RangeError(text);
}

/** Ends its worker, after output that has to arrive all the same. */
export function die(code, ms) {
  spin(ms);
  process.exit(code);
}

/** Hears of nothing. */
export function deaf(ms) {
  spin(ms);
  return "deaf";
}

/** Stops when it is asked to. */
export async function patient(ms) {
  await sleep(ms);
  return "patient";
}

/** Too slow the first time, in time the second. */
export async function slowAtFirst(ms) {
  if (currentTask().attempt === 1) await sleep(ms);
  return "in time";
}

export function talk(lines) {
  for (let line = 0; line < lines; line++) currentTask().reportProgress(line);
  return lines;
}

export const square = (x) => x * x;

export function evenOnly(x) {
  if (x % 2 === 1) throw new RangeError(`odd ${x}`);
  return { x };
}
