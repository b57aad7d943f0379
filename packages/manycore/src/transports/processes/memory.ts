/** The memory of a lane of the process room: an arena that the child inherits, or its own where there is no addon. */

import { Bulk } from "../../ring/bulk.ts";
import { bytesForParts, parts } from "../../ring/memory.ts";
import { threadWaits, type Waits } from "../../ring/waits.ts";
import type { Native } from "../../shared/native.ts";
import { PARTS } from "../rings/parts.ts";

/** Large bodies under way, each way; sparse, so that what is never used costs nothing. */
const BULK_BYTES = 64 << 20;

const LENGTHS = [
  PARTS.slots,
  PARTS.calls,
  PARTS.replies,
  PARTS.scratch,
  Bulk.bytesFor(BULK_BYTES),
  Bulk.bytesFor(BULK_BYTES),
] as const;

export const ARENA_BYTES = bytesForParts(LENGTHS);

/** What host and child have on the arena. */
export function arenaMemory(arena: ArrayBuffer, native: Native) {
  const [slots, calls, replies, scratch, bulkCalls, bulkReplies] = parts(arena, LENGTHS) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const bulk = { calls: bulkCalls, replies: bulkReplies };
  return { slots, calls, replies, scratch, bulk, waits: futexWaits(native), isCarried: false };
}

/** The same for a side alone. */
export function ownMemory() {
  return {
    slots: new Uint8Array(new SharedArrayBuffer(PARTS.slots)),
    calls: new SharedArrayBuffer(PARTS.calls),
    replies: new SharedArrayBuffer(PARTS.replies),
    scratch: new SharedArrayBuffer(PARTS.scratch),
    bulk: undefined,
    waits: threadWaits,
    isCarried: true,
  };
}

/** Processes wait on words of the arena by the kernel's futexes: `Atomics.wait` refuses such memory. */
function futexWaits({ futexWait, futexWake }: Native): Waits {
  return {
    wait(words, index, expected, ms) {
      futexWait(words, index, expected, ms);
    },
    notify(words, index) {
      futexWake(words, index, Infinity);
    },
  };
}
