/**
 * A child's own slots, where it shares no memory with its host: they hold what the host has claimed for it. That an item
 * is asked to stop comes by the socket, so whoever looks, looks there first; and the host is told when a timed item begins.
 */

import { blockThread } from "../../ring/block.ts";
import type { Slots, WorkerSlots } from "../../ring/slots.ts";
import type { Origin } from "../../worker/outlet.ts";
import type { ToWorker } from "../rings/messages.ts";

type Abort = Extract<ToWorker, { kind: "abort" }>;

/** A loop that asks all the time looks at the socket this often, ms. */
const LOOK_MS = 1;

export class OwnSlots implements WorkerSlots {
  readonly #slots: Slots;
  readonly #pull: () => void;
  readonly #started: (call: Origin, item: number) => void;
  /** By slot: the call that has it. */
  readonly #ids: Float64Array;
  /** By slot: what was asked to stop when it had been read from the socket, and not yet begun. */
  readonly #early = new Map<number, Abort>();
  #looked = 0;

  constructor(slots: Slots, pull: () => void, started: (call: Origin, item: number) => void) {
    this.#slots = slots;
    this.#pull = pull;
    this.#started = started;
    this.#ids = new Float64Array(slots.capacity).fill(-1);
  }

  /** The host has claimed so many items of the call. */
  grant(slot: number, id: number, generation: number, count: number): void {
    this.#ids[slot] = id;
    this.#slots.grant(slot, generation, count);
    const early = this.#early.get(slot);
    if (early === undefined) return;
    this.#early.delete(slot);
    if (early.id === id) this.#slots.abort(slot, early.item);
  }

  /** The slot of a call, or -1. */
  slotOf(id: number): number {
    return this.#ids.indexOf(id);
  }

  /** Raise the flag; the call may be over, and its slot another's, or still to come. */
  flag(abort: Abort): void {
    const { id, slot, item } = abort;
    if (this.#ids[slot] === id) this.#slots.abort(slot, item);
    else this.#early.set(slot, abort);
  }

  claim(slot: number, generation: number, want: number): number | undefined {
    return this.#slots.claim(slot, generation, want);
  }

  isAborted(slot: number, item: number): boolean {
    const now = performance.now();
    if (now - this.#looked >= LOOK_MS) {
      this.#looked = now;
      this.#pull();
    }
    return this.#slots.isAborted(slot, item);
  }

  sleep(slot: number, item: number, ms: number): void {
    const end = performance.now() + ms;
    for (let left = ms; left > 0; left = end - performance.now()) {
      this.#pull();
      if (this.#slots.isAborted(slot, item)) return;
      blockThread(Math.min(left, LOOK_MS));
    }
  }

  stamp(slot: number, item: number): void {
    this.#started({ id: this.#ids[slot] as number, slot }, item);
  }
}
