/** The calls a lane holds: their slots, what is published of them, and when a slot is free again (README.md, host's steps). */

import { ABORT_ALL, endOf, nextOf, type Slots } from "../ring/slots.ts";
import { monotonicSince } from "../worker/clock.ts";
import type { Call, LaneEvents, LossReason, Reply, Taken } from "./transport.ts";

interface Holding {
  readonly call: Call;
  readonly slot: number;
  /** Items from here on are not this lane's any more. */
  end: number;
  /** Items below have been replied to. */
  published: number;
  /** A cut left nothing to claim: the slot is free only after the worker has passed the call. */
  passing: boolean;
}

export interface Opened {
  readonly slot: number;
  readonly generation: number;
}

/** Slots beyond a lane's credit: `broadcast` sends to a lane however full it is. */
const KEPT = 16;

export class HeldCalls {
  readonly #slots: Slots;
  readonly #free: number[] = [];
  readonly #calls = new Map<number, Holding>();

  constructor(slots: Slots) {
    this.#slots = slots;
    for (let slot = slots.capacity - 1; slot >= 0; slot--) this.#free.push(slot);
  }

  /** Free slots, without those kept for calls that are meant for this lane alone and cannot wait for room. */
  get credit(): number {
    return Math.max(0, this.#free.length - KEPT);
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Host's step 1. */
  open(call: Call): Opened {
    const slot = this.#free.pop();
    if (slot === undefined) throw new Error("A lane was sent more calls than its credit.");
    const end = call.items.count;
    this.#calls.set(call.id, { call, slot, end, published: 0, passing: false });
    return { slot, generation: this.#slots.open(slot, end) };
  }

  /** The running item of a timed call, and for how many ms; undefined where none runs. */
  running(id: number): { item: number; ms: number } | undefined {
    const held = this.#calls.get(id);
    const started = held && this.#slots.started(held.slot);
    return started && { item: started.item, ms: monotonicSince(started.stamp) };
  }

  /** Raise the flag that an item, or with -1 every item, is to stop. False: the call is not known any more. */
  abort(id: number, item: number): boolean {
    const held = this.#calls.get(id);
    if (held === undefined) return false;
    this.#slots.abort(held.slot, item < 0 ? ABORT_ALL : item);
    return true;
  }

  /** Host's step 2. */
  revoke(id: number, keep: number): Taken {
    const held = this.#calls.get(id);
    if (held === undefined) return { from: 0, count: 0 };
    const word = this.#slots.cut(held.slot, keep);
    const from = endOf(word);
    const count = held.end - from;
    held.end = from;
    if (count > 0 && nextOf(word) === from) held.passing = true;
    this.#freeIfOver(held);
    return { from, count };
  }

  /** The call was never sent: its slot is free. False: the call is not known any more. */
  drop(id: number): boolean {
    const held = this.#calls.get(id);
    if (held === undefined) return false;
    this.#calls.delete(id);
    this.#free.push(held.slot);
    return true;
  }

  claimed(id: number): number {
    const held = this.#calls.get(id);
    return held === undefined ? 0 : this.#slots.next(held.slot);
  }

  /** Host's steps 3 and 4. False: the call is not known any more. */
  publish(id: number, item: number, count: number): boolean {
    const held = this.#calls.get(id);
    if (held === undefined) return false;
    held.published = item + count;
    this.#freeIfOver(held);
    return true;
  }

  /** The worker has passed the call. */
  passed(id: number): void {
    const held = this.#calls.get(id);
    if (held === undefined) return;
    held.passing = false;
    this.#freeIfOver(held);
  }

  /**
   * The worker is gone. What it had published is settled, what it had finished of a claim is published now. Items run one
   * after the other, so of those it had claimed the first is the one it died in: that is lost, and the others go back.
   */
  bury(
    reason: LossReason,
    reply: LaneEvents["reply"],
    unpublished?: { call: number; first: number; values: Float64Array },
  ): void {
    const replies: Reply[] = [];
    const returned: Reply[] = [];
    const finished = unpublished && this.#calls.get(unpublished.call);
    if (unpublished !== undefined && unpublished.values.length > 0 && finished?.published === unpublished.first) {
      const { call: id, first: item, values } = unpublished;
      replies.push({ kind: "numbers", id, item, values, runMs: 0 });
      finished.published += values.length;
    }
    for (const { call, slot, end, published } of this.#calls.values()) {
      const { id } = call;
      const isLost = published < Math.min(this.#slots.next(slot), end);
      if (isLost) replies.push({ kind: "lost", id, item: published, reason });
      const item = isLost ? published + 1 : published;
      if (item < end) returned.push({ kind: "returned", id, item, count: end - item });
    }
    this.#calls.clear();
    // What goes back is put before what waits, so the last goes first.
    for (const each of [...replies, ...returned.reverse()]) reply(each);
  }

  #freeIfOver(held: Holding): void {
    if (held.published < held.end || held.passing) return;
    this.#calls.delete(held.call.id);
    this.#free.push(held.slot);
  }
}
