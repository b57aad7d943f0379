/**
 * The inline room: calls run in this very thread, in lanes that are not parallel. The same slots, the same runtime and
 * the same codec as in any room; only the functions are the user's own, so that breakpoints hold.
 */

import { originalOf } from "../../functions/registry.ts";
import { Scratch } from "../../ring/scratch.ts";
import { MAX_RANGE, Slots } from "../../ring/slots.ts";
import { decode } from "../../wire/decode.ts";
import type { Payload } from "../../wire/payload.ts";
import { running } from "../../worker/context.ts";
import type { Job, JobItems } from "../../worker/job.ts";
import { Runtime } from "../../worker/runtime.ts";
import { HeldCalls } from "../held.ts";
import type { Call, Capabilities, Items, Lane, LaneEvents, LossReason, Taken, Transport } from "../transport.ts";
import { InlineOutlet } from "./outlet.ts";

const SLOTS = 256;
const capabilities: Capabilities = {
  kill: false,
  isolated: false,
  sharedMemory: true,
  handsOver: false,
  parallel: false,
};
const context = { resolve: originalOf };

export interface InlineRoomOptions {
  readonly concurrency: number;
  readonly initializer: ((...args: never[]) => unknown) | undefined;
  /** The initializer's arguments, encoded. */
  readonly initArgs: Payload;
}

/** This thread. */
export function inlineRoom(options: InlineRoomOptions): Transport {
  const room = {};
  return {
    capabilities,
    openLane: (workerId, on) => new InlineLane(workerId, options, on, room),
    inside: () => running().local.getStore()?.room.owner === room,
  };
}

class InlineLane implements Lane {
  readonly #on: LaneEvents;
  readonly #slots = new Slots(new Int32Array(new SharedArrayBuffer(Slots.bytesFor(SLOTS))));
  readonly #held = new HeldCalls(this.#slots);
  readonly #runtime: Runtime;
  #keepAlive: NodeJS.Timeout | undefined;
  #isReady = false;
  #isClosed = false;
  /** Sent before the initializer had ended. */
  readonly #early: Job[] = [];
  #drainScheduled = false;

  constructor(
    workerId: number,
    { concurrency, initializer, initArgs }: InlineRoomOptions,
    on: LaneEvents,
    owner: object,
  ) {
    this.#on = on;
    const outlet = new InlineOutlet(this.#held, on, () => this.#drainLater());
    this.#runtime = new Runtime({
      room: {
        workerId,
        slots: this.#slots,
        outlet,
        scratch: new Scratch(new SharedArrayBuffer(Scratch.bytesFor(MAX_RANGE))),
        owner,
      },
      table: { define() {}, isReady: () => true, prepare: () => undefined, get: originalOf },
      source: undefined,
      concurrency,
      decode: (bytes, from, to, attachments) => decode(bytes, attachments, context, from, to) as unknown[],
      sharesThread: true,
    });
    this.#start(initializer, initArgs);
  }

  get credit(): number {
    return this.#held.credit;
  }

  send(batch: readonly Call[]): void {
    const jobs = batch.map((call) => this.#jobOf(call));
    if (!this.#isReady) this.#early.push(...jobs);
    else this.#acceptLater(jobs);
  }

  revoke(call: Call, keep: number): Taken {
    return this.#held.revoke(call, keep);
  }

  claimed(call: Call): number {
    return this.#held.claimed(call);
  }

  running(call: Call): { item: number; ms: number } | undefined {
    return this.#held.running(call);
  }

  abort(call: Call, item: number): void {
    if (this.#held.abort(call, item)) setImmediate(() => this.#runtime.abort(call.id));
  }

  /** Replies are told as they come. */
  read(): void {}

  async answers(): Promise<boolean> {
    return true;
  }

  async stop(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.hold(false);
    const reason: LossReason = {
      exitCode: null,
      signal: null,
      cause: undefined,
      hint: "The executor was stopped; an inline task cannot be ended, and its result is dropped.",
    };
    this.#held.bury(reason, this.#on.reply);
    this.#on.closed(undefined);
  }

  /** Nothing runs while this thread waits. */
  linger(): boolean {
    return false;
  }

  /** A timer that never matters but holds the event loop: an inline task may wait for something that does not. */
  hold(on: boolean): void {
    clearInterval(this.#keepAlive);
    this.#keepAlive = on && !this.#isClosed ? setInterval(() => {}, 2 ** 30) : undefined;
  }

  #start(initializer: InlineRoomOptions["initializer"], initArgs: Payload): void {
    setImmediate(async () => {
      try {
        const args = decode(initArgs.bytes, initArgs.attachments, context) as unknown[];
        await (initializer as ((...args: unknown[]) => unknown) | undefined)?.(...args);
      } catch (error) {
        this.#on.broken(error);
        return;
      }
      if (this.#isClosed) return;
      this.#isReady = true;
      this.#on.ready();
      this.#acceptLater(this.#early.splice(0));
    });
  }

  #acceptLater(jobs: readonly Job[]): void {
    setImmediate(() => {
      if (!this.#isClosed) this.#runtime.accept(jobs);
    });
  }

  #jobOf(call: Call): Job {
    const generation = this.#held.open(call);
    return {
      id: call.id,
      slot: call.slot,
      generation,
      fn: call.fn.definition.id,
      definitions: [],
      needs: undefined,
      first: call.first,
      attempt: call.attempt,
      timed: call.timed,
      nested: call.nested,
      separate: call.separate,
      items: itemsHere(call.items),
    };
  }

  /** Replies are told as they come; sending more waits for the turn's end, as in any room. */
  #drainLater(): void {
    if (this.#drainScheduled) return;
    this.#drainScheduled = true;
    setImmediate(() => {
      this.#drainScheduled = false;
      if (!this.#isClosed) this.#on.drained();
    });
  }
}

function itemsHere(items: Items): JobItems {
  if (items.kind === "number") return items;
  if (items.kind === "numbers") return { kind: "numbers", values: items.values.slice() };
  const { bytes, attachments } = items.payload;
  const offsets = items.kind === "many" ? items.offsets : undefined;
  return { kind: "args", bytes, from: 0, to: bytes.length, offsets, attachments };
}
