/** What the memory between a host and a worker is cut into, and how long each part is. */

import { Ring } from "../../ring/ring.ts";
import { Scratch } from "../../ring/scratch.ts";
import { MAX_RANGE, Slots } from "../../ring/slots.ts";

/** Calls one lane holds at most: enough for 1 ms of the smallest tasks. */
export const SLOTS = 2048;
/** Calls, and replies, under way to and from one worker, before they take another way or have to wait. */
const RING_BYTES = 1 << 20;

export const PARTS = {
  slots: Slots.bytesFor(SLOTS),
  calls: Ring.bytesFor(RING_BYTES),
  replies: Ring.bytesFor(RING_BYTES),
  scratch: Scratch.bytesFor(MAX_RANGE),
} as const;
