/** How far a stream is drawn ahead of what was read, where `bufferSize` is left out. */

/** Work ahead of each lane, ms, within bounds in items. */
const WINDOW_MS = 20;
const LEAST = 16;
/** For the smallest tasks: eight times this is no faster, and takes 20 MB more, let go late. */
const MOST = 4096;
/** Small inputs may wait in greater number, a lane. */
const MOST_SMALL = 2048;
const SMALL_BYTES = 2 ** 18;

/**
 * Items, for all lanes. Enough work to hide that inputs come in bursts, little enough to keep memory flat. Small inputs
 * cost little while they wait, and are worth it: in input order one long task holds back what was done behind it, and the
 * other lanes would soon have nothing to do.
 */
export function windowFor(taskMs: number | undefined, inputBytes: number, lanes: number): number {
  const byTime = taskMs === undefined ? 0 : WINDOW_MS / Math.max(taskMs, WINDOW_MS / MOST);
  const bySize = Math.min(MOST_SMALL, SMALL_BYTES / Math.max(1, inputBytes));
  return Math.ceil(Math.min(MOST, lanes * Math.max(LEAST, byTime, bySize)));
}
