/** A call as the host knows it: the part that crosses the wall, and whom its outcomes belong to. */

import type { Shipped } from "../functions/definitions.ts";
import type { Call, Items, Reply } from "../transports/transport.ts";
import { NONE } from "../wire/payload.ts";
import type { Gate } from "./gate.ts";
import type { LaneState } from "./lane-state.ts";

/** What holds for every item of a call, settled when it was submitted. */
export interface Policy {
  readonly timeout: number;
  readonly queueTimeout: number;
  readonly grace: number;
  readonly maxRetries: number;
  /** Is a failure other than a lost worker worth another try? */
  readonly retryOn: ((error: unknown, attempt: number) => boolean) | undefined;
  readonly priority: number;
  readonly gate: Gate | undefined;
}

/** Who gets the outcomes of a call's items. `index` counts in the whole map; each index is settled once. */
export interface Ticket {
  /** Nobody has settled this item: not its task, no abort, no cancel. */
  isOpen(index: number): boolean;
  value(index: number, value: unknown, size: number): void;
  numbers(first: number, values: Float64Array): void;
  failed(index: number, error: unknown): void;
  /** Items that never ran and never will. */
  cancelled(first: number, count: number, reason: unknown): void;
  progress(index: number, value: unknown): void;
  /** A work carries items of this ticket from now on; the part of another that left it is told here too. */
  joined(work: Work): void;
  /** A work carries nothing any more. */
  parted(work: Work): void;
  /** Mean ms of an item so far. */
  taskMs: number | undefined;
}

export interface Work extends Call {
  readonly ticket: Ticket;
  readonly policy: Policy;
  /** The task's name, for errors. */
  readonly name: string;
  /** `performance.now()` of the submit. */
  readonly submittedAt: number;
  /** Goes to this lane and no other: `broadcast`. */
  readonly pinned: LaneState | undefined;
  /** gated: waits for its view's `concurrency`. queued: in the backlog. sent: a lane has it. over: every item is settled or has left in another work. */
  state: "gated" | "queued" | "sent" | "over";
  lane: LaneState | undefined;
  /** Items from here on were taken back from its lane. */
  end: number;
  /** Items that this work still answers for. */
  left: number;
  /** The lane's load that it stands for, ms. */
  estimateMs: number;
  /** Items that ran out of time and will be tried again when their worker is rid of them, with their errors. */
  overdue: Map<number, unknown> | undefined;
}

let ids = 0;
/** Call ids are unique in the thread that calls; they wrap after four billion. */
export const nextCallId = (): number => {
  ids = (ids + 1) >>> 0;
  return ids;
};

export interface NewWork {
  readonly fn: Shipped;
  readonly items: Items;
  readonly ticket: Ticket;
  readonly policy: Policy;
  readonly submittedAt: number;
  readonly name: string;
  readonly first?: number;
  readonly nested?: boolean;
  readonly pinned?: LaneState;
}

export function newWork({
  fn,
  items,
  ticket,
  policy,
  name,
  submittedAt,
  first = 0,
  nested = false,
  pinned,
}: NewWork): Work {
  return {
    id: nextCallId(),
    fn,
    items,
    first,
    attempt: 1,
    timed: policy.timeout !== Infinity,
    exclusive: items.kind !== "numbers" && items.payload.transfer.length > 0,
    nested,
    ticket,
    policy,
    name,
    submittedAt,
    pinned,
    state: "queued",
    lane: undefined,
    end: items.count,
    left: items.count,
    estimateMs: 0,
    overdue: undefined,
  };
}

/** Part of a work as a work of its own: to be given to another lane, or tried again. */
export function sliceWork(work: Work, from: number, count: number, attempt = work.attempt): Work {
  return {
    ...work,
    id: nextCallId(),
    items: sliceItems(work.items, from, count),
    first: work.first + from,
    attempt,
    state: "queued",
    lane: undefined,
    end: count,
    left: count,
    estimateMs: 0,
    overdue: undefined,
  };
}

/** Encoded items are cut, never encoded again. */
function sliceItems(items: Items, from: number, count: number): Items {
  switch (items.kind) {
    case "one":
      return items;
    case "numbers":
      return { kind: "numbers", count, values: items.values.subarray(from, from + count) };
    case "many": {
      const start = items.offsets[from] as number;
      const end = items.offsets[from + count] as number;
      const offsets = items.offsets.slice(from, from + count + 1).map((offset) => offset - start);
      return {
        kind: "many",
        count,
        payload: { ...items.payload, bytes: items.payload.bytes.subarray(start, end), transfer: NONE },
        offsets,
      };
    }
  }
}

/** Items that a reply speaks of. */
export function countOf(reply: Reply): number {
  if (reply.kind === "numbers") return reply.values.length;
  return reply.kind === "returned" ? reply.count : 1;
}
