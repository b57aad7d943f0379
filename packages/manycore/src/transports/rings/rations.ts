/**
 * Claiming for a worker that cannot see the slots: what it has not been given is exactly nobody's, so it can be cancelled
 * and stolen. The worker gets about a millisecond of measured work at a time, one item where that is not known or long,
 * and of calls that may run long or are timed only as many as it runs at once. What was claimed of a call goes as a call
 * of its own, under the call's number and slot; the next part goes when the replies to this one are there.
 */

import { Deque } from "../../deque.ts";
import { nextOf, type Slots } from "../../ring/slots.ts";
import type { HeldCalls } from "../held.ts";
import { sliceItems } from "../items.ts";
import type { Call, LaneEvents, Reply } from "../transport.ts";
import type { CallWriter } from "./call-writer.ts";

/** Work under way to and in the worker, ms: enough to hide the way there and back. */
const RATION_MS = 1;
/** Tasks that take longer are given one at a time, ms. */
const SHORT_MS = 0.25;
/** Functions whose times are remembered. */
const MOST_TIMES = 1000;
/** Below this a task's time is noise, ms. */
const LEAST_MS = 0.000_2;

interface Waiting {
  readonly call: Call;
  readonly generation: number;
}

/** What the worker has of a call. */
interface Ration {
  left: number;
  /** Of each item, as estimated; 0 where nothing is known. */
  readonly ms: number;
}

export class Rations {
  /** By slot: the item of the call at which its ration begins. */
  readonly bases: Int32Array;
  /** The lane's events, with an ear on the replies. */
  readonly events: LaneEvents;
  readonly #slots: Slots;
  readonly #held: HeldCalls;
  readonly #writer: CallWriter;
  readonly #concurrency: number;
  /** In the order of sending. */
  readonly #waiting = new Deque<Waiting>();
  readonly #rations = new Map<Call, Ration & Waiting>();
  /** Ms an item takes, by function. */
  readonly #times = new Map<number, number>();
  #isOpen = false;
  #underWayMs = 0;
  /** Items that may run long. */
  #long = 0;
  #underWay = 0;

  constructor(slots: Slots, held: HeldCalls, writer: CallWriter, concurrency: number, on: LaneEvents) {
    this.#slots = slots;
    this.#held = held;
    this.#writer = writer;
    this.#concurrency = concurrency;
    this.bases = new Int32Array(slots.capacity);
    this.events = {
      ...on,
      ready: () => {
        this.#isOpen = true;
        on.ready();
        this.hand();
      },
      reply: (reply) => {
        this.#replied(reply);
        on.reply(reply);
      },
      drained: () => {
        this.hand();
        on.drained();
      },
    };
  }

  add(call: Call, generation: number): void {
    this.#waiting.push({ call, generation });
  }

  /** Give the worker what it may have: nothing before it is ready, since others may be sooner. */
  hand(): void {
    if (!this.#isOpen) return;
    let isAnyGiven = false;
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      const given = this.#give(next);
      if (given === "later") break;
      isAnyGiven ||= given === "given";
      if (this.#comesFirst(next.call)) break;
      this.#waiting.shift();
    }
    if (isAnyGiven) this.#writer.wake(0);
  }

  #give({ call, generation }: Waiting): "given" | "gone" | "later" {
    if (this.#held.unclaimed(call) === 0) return "gone";
    if (this.#rations.has(call)) return "later";
    const ms = this.#times.get(call.fn.definition.id) ?? 0;
    const want = this.#wanted(call, ms);
    if (want === 0) return "later";
    const from = this.#slots.next(call.slot);
    const word = this.#slots.claim(call.slot, generation, want);
    if (word === undefined) return "gone";
    const count = nextOf(word) - from;
    this.#held.given(call);
    this.bases[call.slot] = from;
    this.#rations.set(call, { call, generation, left: count, ms: this.#isLong(call, ms) ? 0 : ms });
    this.#count(count, this.#isLong(call, ms) ? 0 : ms);
    const items = count === call.items.count ? call.items : sliceItems(call.items, from, count);
    this.#writer.write({ ...partOf(call), items, first: call.first + from }, generation);
    return "given";
  }

  /** Calls by themselves begin in their order: what is left of these goes before all that comes behind them. */
  #comesFirst(call: Call): boolean {
    return call.separate && this.#held.unclaimed(call) > 0;
  }

  #wanted(call: Call, ms: number): number {
    if (this.#concurrency > 1) return this.#underWay < this.#concurrency ? 1 : 0;
    if (this.#isLong(call, ms)) return this.#underWay === 0 ? 1 : 0;
    // Behind one that may run long nothing waits that could run elsewhere.
    if (this.#long > 0) return 0;
    return Math.max(0, Math.floor((RATION_MS - this.#underWayMs) / Math.max(ms, LEAST_MS)));
  }

  #isLong(call: Call, ms: number): boolean {
    return call.timed || ms === 0 || ms > SHORT_MS;
  }

  #count(items: number, ms: number): void {
    this.#underWay += items;
    if (ms === 0) this.#long += items;
    this.#underWayMs = this.#underWay === 0 ? 0 : this.#underWayMs + items * ms;
  }

  #replied(reply: Reply): void {
    if (reply.kind === "lost" || reply.kind === "returned") return;
    const { call } = reply;
    const count = reply.kind === "numbers" ? reply.values.length : 1;
    this.#measure(call.fn.definition.id, reply.runMs / count);
    const ration = this.#rations.get(call);
    if (ration === undefined) return;
    ration.left -= count;
    this.#count(-count, ration.ms);
    if (ration.left > 0) return;
    this.#rations.delete(call);
    if (this.#held.unclaimed(call) > 0 && !call.separate) this.#waiting.unshift(ration);
  }

  #measure(fn: number, ms: number): void {
    const before = this.#times.get(fn);
    if (before === undefined && this.#times.size >= MOST_TIMES)
      this.#times.delete(this.#times.keys().next().value as number);
    // Quick to believe that tasks have become longer, slow that they are short again.
    const mean = before === undefined || ms > before ? ms : before + (ms - before) / 4;
    this.#times.set(fn, Math.max(mean, LEAST_MS));
  }
}

/** A call's own fields, which are accessors in part. */
function partOf({ id, fn, attempt, timed, exclusive, nested, separate, slot }: Call): Omit<Call, "items" | "first"> {
  return { id, fn, attempt, timed, exclusive, nested, separate, slot };
}
