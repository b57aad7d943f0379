/** A lane with nothing to do takes the unclaimed half of what the fullest other lane has. */

import type { LaneState } from "./lane-state.ts";
import type { Work } from "./work.ts";

/** Items of a lane that its worker has not begun and that may go elsewhere. */
export function unclaimed(lane: LaneState): number {
  let items = 0;
  for (const work of lane.works) items += unclaimedOf(lane, work);
  return items;
}

function unclaimedOf(lane: LaneState, work: Work): number {
  if (work.exclusive || work.pinned !== undefined) return 0;
  const claimed = lane.lane.claimed(work);
  // Half of a gated work elsewhere would run beside the other half, and only one of them may.
  if (work.policy.gate !== undefined && claimed > 0) return 0;
  return Math.max(0, work.end - claimed);
}

/**
 * A worker that has not begun what it was sent after this long is busy with something nobody knows of, ms. Or it is still
 * reading: large arguments take their time, in every other worker too, so each move of a call doubles its patience.
 */
const PATIENCE_MS = 5;
/** Bytes that a worker surely reads in a ms. */
const READ_BYTES_MS = 32_768;

/**
 * Items that another lane could do sooner: all of a starting lane's, and all that wait behind one. The first item of a
 * ready lane is about to be claimed, unless it has been for a while: then its worker does not get to it.
 */
function stealable(lane: LaneState): number {
  const items = unclaimed(lane);
  const waits = lane.standing === "starting" || isRunning(lane) || performance.now() - lane.sentAt > patience(lane);
  return waits ? items : items - 1;
}

function patience(lane: LaneState): number {
  let moves = 0;
  let bytes = 0;
  for (const work of lane.works) {
    moves = Math.max(moves, work.moves);
    if (work.items.kind === "one" || work.items.kind === "many") bytes += work.items.payload.size;
  }
  return PATIENCE_MS * 2 ** moves + bytes / READ_BYTES_MS;
}

/** Has its worker claimed something that it has not replied to? */
function isRunning(lane: LaneState): boolean {
  for (const work of lane.works) if (lane.lane.claimed(work) > work.end - work.left) return true;
  return false;
}

/** Who has most to give, and how much of it another lane should take: half, or all of what waits for a worker to start. */
export function richest(lanes: Iterable<LaneState>): { victim: LaneState; share: number } | undefined {
  let victim: LaneState | undefined;
  let most = 0;
  for (const lane of lanes) {
    if (lane.works.size === 0) continue;
    const items = stealable(lane);
    if (items > most) {
      most = items;
      victim = lane;
    }
  }
  return victim && { victim, share: victim.standing === "starting" ? most : Math.ceil(most / 2) };
}

/**
 * Takes up to `want` unclaimed items back from a lane, the last ones first, and returns them as works of their own, in
 * order. `taken` is told of every work that lost items. What was taken is inside its gate before the work it came from may
 * be over and leave: in between, the gate would let in another.
 */
export function takeBack(lane: LaneState, want: number, taken: (work: Work, count: number) => void): Work[] {
  const stolen: Work[] = [];
  let open = want;
  for (const work of [...lane.works].reverse()) {
    if (open <= 0) break;
    const there = unclaimedOf(lane, work);
    if (there === 0) continue;
    const { from, count } = lane.lane.revoke(work, work.end - Math.min(there, open));
    if (count === 0) continue;
    stolen.push(work.moved(from, count));
    work.policy.gate?.follow();
    open -= count;
    taken(work, count);
  }
  return stolen.reverse();
}
