/** How much a lane is given at a time. */

/** Work in flight per lane, ms: enough to hide a round trip to the host, little enough to be balanced and cancelled. */
export const TARGET_MS = 1;
/**
 * The same in items of one call. Nothing is lost by a longer one: its results come one by one, and what its worker has not
 * begun can be taken back to the item. It keeps the worker from waiting for a host that has no core to itself.
 */
export const RANGE_MS = 4;
/** A batch this short is not divided further, ms: waking another worker costs as much. */
const LEAST_MS = 0.1;
/** Below this a task's time is noise, ms. */
const MIN_TASK_MS = 0.000_05;
/** A task not yet measured is taken for this long, ms. A guess too low costs nothing lasting: what waits can be stolen. */
export const UNKNOWN_TASK_MS = 0.05;
/** Tasks shorter than this get one call behind the running one, so that the worker need not wait for the host, ms. */
export const PREFETCH_BELOW_MS = 10;

/**
 * A lane's credit: how many items it will hold at once. A fixed number would be wrong both ways: tiny tasks would spend
 * their time in messages, long ones would wait behind each other while other lanes idle. So: as many as fill `TARGET_MS`,
 * never more than a fair share of what remains (guided self-scheduling, Polychronopoulos and Kuck 1987), so that the
 * tail is left to whoever is free; but not in crumbs of less than `LEAST_MS`. At least one, and never more than `most`,
 * what the lane has room for.
 */
export function creditFor(
  taskMs: number | undefined,
  remaining: number,
  lanes: number,
  most: number,
  targetMs = TARGET_MS,
): number {
  const ms = Math.max(taskMs ?? UNKNOWN_TASK_MS, MIN_TASK_MS);
  const fill = Math.ceil(targetMs / ms);
  const fairShare = Math.ceil(remaining / (2 * lanes));
  return Math.min(most, Math.max(1, Math.min(fill, Math.max(fairShare, Math.floor(LEAST_MS / ms)))));
}

/** Are so many items not worth a batch of their own, while more are to come? */
export function isCrumb(taskMs: number | undefined, count: number): boolean {
  return count * Math.max(taskMs ?? UNKNOWN_TASK_MS, MIN_TASK_MS) < LEAST_MS;
}

/** A running mean that follows change: each new sample of `count` items weighs by its count, at most a half. */
export function blend(mean: number | undefined, sampleMs: number, count: number): number {
  if (mean === undefined) return sampleMs;
  const weight = Math.min(0.5, count / 8);
  return mean + (sampleMs - mean) * weight;
}
