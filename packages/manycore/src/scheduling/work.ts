/** A call as the host knows it: the part that crosses the wall, and whom its outcomes belong to. */

import type { Shipped } from "../functions/definitions.ts";
import { sliceItems } from "../transports/items.ts";
import type { Call, Items, Reply } from "../transports/transport.ts";
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
  /** Its items are calls by themselves: to its task and its errors each is item 0. */
  readonly separate: boolean;
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
}

/** How long the items of a function take, ms on the mean so far; all works of the function share it. */
export interface TaskTime {
  ms: number | undefined;
}

/** What many works have in common: all items of a map, all calls of a function that were submitted alike. */
export interface Order {
  readonly fn: Shipped;
  /** The task's name, for errors. */
  readonly name: string;
  readonly policy: Policy;
  readonly time: TaskTime;
  /** Submitted from inside a task of the same room. */
  readonly nested: boolean;
  /** Goes to this lane and no other: `broadcast`. */
  readonly pinned: LaneState | undefined;
}

let ids = 0;
/** Call ids are unique in the thread that calls; they wrap after four billion. */
const nextCallId = (): number => {
  ids = (ids + 1) >>> 0;
  return ids;
};

/** There may be a million of these: what can be shared or worked out is no field. */
export class Work implements Call {
  readonly id = nextCallId();
  readonly order: Order;
  readonly items: Items;
  readonly ticket: Ticket;
  /** `performance.now()` of the submit. */
  readonly submittedAt: number;
  readonly first: number;
  readonly attempt: number;
  slot = -1;
  /** gated: waits for its view's `concurrency`. queued: in the backlog. sent: a lane has it. over: every item is settled or has left in another work. */
  state: "gated" | "queued" | "sent" | "over" = "queued";
  lane: LaneState | undefined = undefined;
  /** Items from here on were taken back from its lane. */
  end: number;
  /** Items that this work still answers for. */
  left: number;
  /** How often it has been taken from one lane for another. */
  moves = 0;
  /** The lane's load that it stands for, ms. */
  estimateMs = 0;
  /** Items that ran out of time and will be tried again when their worker is rid of them, with their errors. */
  overdue: Map<number, unknown> | undefined = undefined;

  constructor(order: Order, items: Items, ticket: Ticket, submittedAt: number, first = 0, attempt = 1) {
    this.order = order;
    this.items = items;
    this.ticket = ticket;
    this.submittedAt = submittedAt;
    this.first = first;
    this.attempt = attempt;
    this.end = items.count;
    this.left = items.count;
  }

  get fn(): Shipped {
    return this.order.fn;
  }

  get fnId(): number {
    return this.order.fn.definition.id;
  }

  get taskMs(): number | undefined {
    return this.order.time.ms;
  }

  get separate(): boolean {
    return this.ticket.separate;
  }

  /** What its task and its errors call this item. */
  indexOf(item: number): number {
    return this.separate ? 0 : this.first + item;
  }

  /** All of it is here, unlike that of a source. */
  get grows(): boolean {
    return false;
  }

  get name(): string {
    return this.order.name;
  }

  get policy(): Policy {
    return this.order.policy;
  }

  get nested(): boolean {
    return this.order.nested;
  }

  get pinned(): LaneState | undefined {
    return this.order.pinned;
  }

  get timed(): boolean {
    return this.order.policy.timeout !== Infinity;
  }

  get exclusive(): boolean {
    const { items } = this;
    return (items.kind === "one" || items.kind === "many") && items.payload.transfer.length > 0;
  }

  /** Its last items for another lane. */
  moved(from: number, count: number): Work {
    const work = this.slice(from, count);
    work.moves = this.moves + 1;
    return work;
  }

  /** Part of it as a work of its own: to be given to another lane, or tried again. */
  slice(from: number, count: number, attempt = this.attempt): Work {
    const items = sliceItems(this.items, from, count);
    return new Work(this.order, items, this.ticket, this.submittedAt, this.first + from, attempt);
  }
}

/** Items that a reply speaks of. */
export function countOf(reply: Reply): number {
  if (reply.kind === "numbers") return reply.values.length;
  return reply.kind === "returned" ? reply.count : 1;
}
