/** The calls a lane holds: their slots, what is published of them, and when a slot is free again (README.md, host's steps). */

import { ABORT_ALL, endOf, nextOf, type Slots } from "../ring/slots.ts";
import { monotonicMs, monotonicSince } from "../worker/clock.ts";
import type { Origin } from "../worker/outlet.ts";
import type { Call, LaneEvents, LossReason, Reply, Taken } from "./transport.ts";

/** Slots beyond a lane's credit: `broadcast` sends to a lane however full it is. */
const KEPT = 16;

/** What is known of the claims of a worker that has died. */
export interface Claims {
  /** More calls than these it cannot have been running. */
  readonly running: number;
  /** Whatever it had finished has been told, or lies where the host sees it. */
  readonly areTold: boolean;
}

export const SEEN: Claims = { running: Infinity, areTold: true };

/** By slot, in columns: a call costs no object here. A call knows its slot; the slot knows whether it is that call's. */
export class HeldCalls {
  readonly #slots: Slots;
  readonly #free: Int32Array;
  #freeCount: number;
  readonly #calls: (Call | undefined)[];
  /** Items from here on are not this lane's any more. */
  readonly #end: Int32Array;
  /** Items below have been replied to. */
  readonly #published: Int32Array;
  /** A cut left nothing to claim: the slot is free only after the worker has passed the call. */
  readonly #passing: Uint8Array;
  /** Which was sent first. */
  readonly #order: Float64Array;
  /** Which the worker was given first, what it has claimed of each: rations of several calls take turns. */
  readonly #turn: Float64Array;
  #sent = 0;
  /** Items that are this lane's and have not been replied to. */
  outstanding = 0;

  constructor(slots: Slots) {
    const { capacity } = slots;
    this.#slots = slots;
    this.#free = Int32Array.from({ length: capacity }, (_, index) => capacity - 1 - index);
    this.#freeCount = capacity;
    this.#calls = new Array<Call | undefined>(capacity).fill(undefined);
    this.#end = new Int32Array(capacity);
    this.#published = new Int32Array(capacity);
    this.#passing = new Uint8Array(capacity);
    this.#order = new Float64Array(capacity);
    this.#turn = new Float64Array(capacity);
  }

  /** Free slots, without those kept for calls that are meant for this lane alone and cannot wait for room. */
  get credit(): number {
    return Math.max(0, this.#freeCount - KEPT);
  }

  /** Host's step 1: the call has a slot from now on. Returns the slot's generation. */
  open(call: Call): number {
    if (this.#freeCount === 0) throw new Error("A lane was sent more calls than its credit.");
    const slot = this.#free[--this.#freeCount] as number;
    const { count } = call.items;
    call.slot = slot;
    this.#calls[slot] = call;
    this.#end[slot] = count;
    this.#published[slot] = 0;
    this.#passing[slot] = 0;
    this.#order[slot] = this.#turn[slot] = this.#sent++;
    this.outstanding += count;
    return this.#slots.open(slot, count);
  }

  /** The host has claimed for its worker: what it has of this call comes behind all that it has. */
  given(call: Call): void {
    this.#turn[call.slot] = this.#sent++;
  }

  /** The call that a worker speaks of, if it is still known. */
  find({ slot, id }: Origin): Call | undefined {
    const call = this.#calls[slot];
    return call?.id === id ? call : undefined;
  }

  /** The running item of a timed call, and for how many ms; undefined where none runs. */
  running(call: Call): { item: number; ms: number } | undefined {
    const started = this.#holds(call) ? this.#slots.started(call.slot) : undefined;
    return started && { item: started.item, ms: monotonicSince(started.stamp) };
  }

  /** A timed item begins, in a worker that cannot write to this host's slots. */
  started(origin: Origin, item: number): void {
    if (this.find(origin) !== undefined) this.#slots.stamp(origin.slot, item, monotonicMs());
  }

  /** Raise the flag that an item, or with -1 every item, is to stop. False: the call is not known any more. */
  abort(call: Call, item: number): boolean {
    if (!this.#holds(call)) return false;
    this.#slots.abort(call.slot, item < 0 ? ABORT_ALL : item);
    return true;
  }

  /** Host's step 2. */
  revoke(call: Call, keep: number): Taken {
    if (!this.#holds(call)) return { from: 0, count: 0 };
    const { slot } = call;
    const word = this.#slots.cut(slot, keep);
    const from = endOf(word);
    const count = (this.#end[slot] as number) - from;
    this.#end[slot] = from;
    this.outstanding -= count;
    if (count > 0 && nextOf(word) === from) this.#passing[slot] = 1;
    this.#freeIfOver(slot);
    return { from, count };
  }

  /** The call was never sent: its slot is free. False: the call is not known any more. */
  drop(call: Call): boolean {
    if (!this.#holds(call)) return false;
    this.outstanding -= call.items.count;
    this.#release(call.slot);
    return true;
  }

  unclaimed(call: Call): number {
    return this.#holds(call) ? (this.#end[call.slot] as number) - this.#slots.next(call.slot) : 0;
  }

  claimed(call: Call): number {
    return this.#holds(call) ? this.#slots.next(call.slot) : 0;
  }

  /** Host's steps 3 and 4. Undefined: the call is not known any more. */
  publish(origin: Origin, item: number, count: number): Call | undefined {
    return this.publishAt(origin.slot, origin.id, item, count);
  }

  /** The same, for a reader that has made no object of what it read. */
  publishAt(slot: number, id: number, item: number, count: number): Call | undefined {
    const call = this.#calls[slot];
    if (call === undefined || call.id !== id) return undefined;
    this.outstanding -= item + count - (this.#published[slot] as number);
    this.#published[slot] = item + count;
    this.#freeIfOver(slot);
    return call;
  }

  /** The worker has passed the call. */
  passed(origin: Origin): void {
    if (this.find(origin) === undefined) return;
    this.#passing[origin.slot] = 0;
    this.#freeIfOver(origin.slot);
  }

  /**
   * The worker is gone. What it had published is settled, what it had finished of a claim is published now. Items run one
   * after the other, so of those it had claimed the first is the one it died in: that is lost, and the others go back.
   * Where the host claims for its worker, more calls are claimed than can run: at most `running` of them, the first, are
   * lost. And packed numbers that it had finished may not have been told: none of those it had claimed may run again, so all
   * of them are lost.
   */
  bury(
    reason: LossReason,
    reply: LaneEvents["reply"],
    { running, areTold }: Claims = SEEN,
    unpublished?: { call: number; first: number; values: Float64Array },
  ): void {
    const replies: Reply[] = [];
    const returned: Reply[] = [];
    const held = this.#calls.filter((call) => call !== undefined);
    held.sort((a, b) => (this.#order[a.slot] as number) - (this.#order[b.slot] as number));
    const finished = held.find(({ id }) => id === unpublished?.call);
    if (unpublished !== undefined && finished !== undefined && this.#published[finished.slot] === unpublished.first) {
      const { first: item, values } = unpublished;
      if (values.length > 0) replies.push({ kind: "numbers", call: finished, item, values, runMs: 0 });
      this.#published[finished.slot] = item + values.length;
    }
    const begun = held.filter((call) => this.#claimedOf(call) > (this.#published[call.slot] as number));
    begun.sort((a, b) => (this.#turn[a.slot] as number) - (this.#turn[b.slot] as number));
    const ran = new Set(begun.slice(0, running));
    for (const call of held) {
      const { slot } = call;
      const [end, published] = [this.#end[slot] as number, this.#published[slot] as number];
      const isOne = areTold || call.separate || call.items.kind !== "numbers";
      const doubtful = isOne ? 1 : this.#claimedOf(call) - published;
      const item = ran.has(call) ? published + doubtful : published;
      for (let lost = published; lost < item; lost++) replies.push({ kind: "lost", call, item: lost, reason });
      if (item < end) returned.push({ kind: "returned", call, item, count: end - item });
    }
    this.#calls.fill(undefined);
    // What goes back is put before what waits, so the last goes first.
    for (const each of [...replies, ...returned.reverse()]) reply(each);
  }

  #claimedOf({ slot }: Call): number {
    return Math.min(this.#slots.next(slot), this.#end[slot] as number);
  }

  #holds(call: Call): boolean {
    return this.#calls[call.slot] === call;
  }

  #freeIfOver(slot: number): void {
    if ((this.#published[slot] as number) >= (this.#end[slot] as number) && this.#passing[slot] === 0)
      this.#release(slot);
  }

  #release(slot: number): void {
    this.#calls[slot] = undefined;
    this.#free[this.#freeCount++] = slot;
  }
}
