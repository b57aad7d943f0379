/**
 * The host's end of a worker that is reached by rings: what threads and processes have in common. The protocol is in
 * ../README.md.
 */

import { availableParallelism } from "node:os";
import { SerializationError } from "../../errors.ts";
import { onForgotten } from "../../functions/registry.ts";
import { Bulk } from "../../ring/bulk.ts";
import type { Memory } from "../../ring/memory.ts";
import { Ring } from "../../ring/ring.ts";
import { Scratch } from "../../ring/scratch.ts";
import { Slots } from "../../ring/slots.ts";
import { depthHere } from "../../worker/here.ts";
import { type Claims, HeldCalls, SEEN } from "../held.ts";
import type { Call, Lane, LaneEvents, Taken } from "../transport.ts";
import { CallWriter } from "./call-writer.ts";
import type { Crowd, LaneMemory, LaneOptions } from "./lane-terms.ts";
import type { Initializer, ToHost, WorkerTerms } from "./messages.ts";
import { PARTS, SLOTS } from "./parts.ts";
import { Pings } from "./pings.ts";
import { Rations } from "./rations.ts";
import { ReplyReader } from "./reply-reader.ts";
import type { Told } from "./told.ts";
import type { Ending, Vessel, VesselEvents } from "./vessel.ts";

/** A worker with nothing to do looks for the next call so long before it parks, where a core is free for it, µs. */
const PATIENCE_US = 50;
/** What it takes a parked worker to begin, ms. */
const WAKE_MS = 0.2;
const CORES = availableParallelism();
/** What disposers of `perWorker` values may take when a worker is stopped, ms. */
const DRAIN_MS = 5000;

export class RingLane implements Lane {
  readonly #on: LaneEvents;
  readonly #crowd: Crowd;
  readonly #vessel: Vessel;
  readonly #scratch: Scratch;
  readonly #held: HeldCalls;
  readonly #reader: ReplyReader;
  readonly #writer: CallWriter;
  readonly #rations: Rations | undefined;
  readonly #told: Told;
  readonly #stopListening: () => void;
  readonly #pings = new Pings((number) => this.#vessel.post({ kind: "ping", number }));
  #state: "starting" | "ready" | "stopping" | "closed" = "starting";
  #isHeld = false;
  #drained: (() => void) | undefined;
  /** What the worker said that it dies of. */
  #fatal: { readonly error: unknown } | undefined;
  /** What is known of its claims when it dies: all, where the host sees its memory. */
  #claims: Claims;
  readonly #ended: Promise<void>;

  constructor(
    workerId: number,
    options: LaneOptions,
    memory: LaneMemory,
    told: Told,
    on: LaneEvents,
    crowd: Crowd,
    open: (terms: WorkerTerms, events: VesselEvents) => Vessel,
  ) {
    this.#crowd = crowd;
    this.#told = told;
    this.#claims = memory.isCarried ? { running: options.concurrency, areTold: false } : SEEN;
    const slots = new Slots(
      new Int32Array(memory.slots.buffer, memory.slots.byteOffset, PARTS.slots / 4),
      memory.waits,
    );
    const { concurrency, maxMemory } = options;
    const terms: WorkerTerms = {
      workerId,
      concurrency,
      maxMemory,
      depth: depthHere() + 1,
      initializer: options.initializer && sendable(options.initializer, told),
    };
    let ended = () => {};
    this.#ended = new Promise((resolve) => {
      ended = resolve;
    });
    this.#vessel = open(terms, {
      heard: (message) => this.#hear(message),
      ended: (how) => {
        this.#end(how);
        ended();
      },
    });
    this.#scratch = new Scratch(memory.scratch);
    this.#held = new HeldCalls(slots);
    const bulkOf = (part: Memory | undefined) => part && new Bulk(part);
    this.#writer = new CallWriter(
      new Ring(memory.calls, memory.waits),
      bulkOf(memory.bulk?.calls),
      (message, transfer) => this.#vessel.post(message, transfer),
      told,
      SLOTS,
    );
    this.#rations = memory.isCarried
      ? new Rations(slots, this.#held, this.#writer, options.concurrency, on)
      : undefined;
    this.#on = this.#rations?.events ?? on;
    this.#reader = new ReplyReader({
      ring: new Ring(memory.replies, memory.waits),
      bulk: bulkOf(memory.bulk?.replies),
      held: this.#held,
      on: this.#on,
      receive: () => this.#vessel.receive(),
      bases: this.#rations?.bases,
      leaving: (isBusy) => {
        this.#claims = { running: isBusy ? options.concurrency : 0, areTold: true };
      },
    });
    this.#stopListening = onForgotten((ids) => this.#forget(ids));
    this.#reader.start();
  }

  get credit(): number {
    return this.#held.credit;
  }

  send(batch: readonly Call[]): void {
    if (this.#state === "closed") return this.#giveBack(batch);
    for (const call of batch) {
      const generation = this.#held.open(call);
      if (this.#rations !== undefined) {
        this.#rations.add(call, generation);
        continue;
      }
      try {
        this.#writer.write(call, generation);
      } catch (cause) {
        // It cannot be cloned after all, such as a port that was transferred since.
        queueMicrotask(() => this.#refuse(call, cause));
      }
    }
    if (this.#rations === undefined) this.#writer.wake(this.#crowd.busy < CORES ? PATIENCE_US : 0);
    else this.#rations.hand();
  }

  revoke(call: Call, keep: number): Taken {
    const taken = this.#held.revoke(call, keep);
    // Who claims for the worker has passed the call with that.
    if (this.#rations !== undefined) this.#held.passed(call);
    return taken;
  }

  claimed(call: Call): number {
    return this.#held.claimed(call);
  }

  running(call: Call): { item: number; ms: number } | undefined {
    return this.#held.running(call);
  }

  abort(call: Call, item: number): void {
    if (!this.#held.abort(call, item)) return;
    const base = this.#rations?.bases[call.slot] ?? 0;
    this.#vessel.post({ kind: "abort", id: call.id, slot: call.slot, item: item < 0 ? item : item - base });
  }

  read(): void {
    while (this.#vessel.receive());
    this.#reader.readAll();
  }

  answers(ms: number): Promise<boolean> {
    return this.#pings.answers(ms);
  }

  async stop(how: "drain" | "kill"): Promise<void> {
    if (this.#state !== "closed") {
      const ready = this.#state === "ready";
      this.#state = "stopping";
      const isLeaving = how === "drain" && ready && (await this.#drain());
      if (this.#state !== "stopping") return this.#ended; // it died of something else meanwhile
      if (isLeaving) this.#vessel.release();
      else this.#vessel.kill();
    }
    return this.#ended;
  }

  linger(ms: number): boolean {
    if (CORES === 1 || this.#state !== "ready" || !this.#vessel.isQuiet) return false;
    return this.#reader.linger(this.#writer.hasWoken ? ms + WAKE_MS : ms);
  }

  hold(on: boolean): void {
    if (on !== this.#isHeld) this.#crowd.busy += on ? 1 : -1;
    this.#isHeld = on;
    if (this.#state !== "starting") this.#refer();
  }

  #refuse(call: Call, cause: unknown): void {
    if (!this.#held.drop(call)) return;
    const why = cause instanceof Error ? cause.message : String(cause);
    const error = new SerializationError(`The arguments cannot be sent: ${why}`, { cause });
    for (let item = 0; item < call.items.count; item++) this.#on.reply({ kind: "error", call, item, error, runMs: 0 });
  }

  /** True: it has taken its leave. */
  #drain(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), DRAIN_MS);
      this.#drained = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#vessel.post({ kind: "drain" });
    });
  }

  /** Not while it is stopped: whoever waits for the end must see it. */
  #refer(): void {
    this.#vessel.hold(this.#isHeld || this.#state === "stopping");
  }

  #forget(ids: readonly number[]): void {
    const known = this.#told.forget(ids);
    if (known.length > 0) this.#vessel.post({ kind: "forget", ids: known });
  }

  #hear(message: ToHost): void {
    switch (message.kind) {
      case "ready":
        if (this.#state === "starting") this.#state = "ready";
        this.#refer();
        this.#on.ready();
        return;
      case "broken":
        this.#on.broken(this.#reader.decodeError(message.error));
        return;
      case "wake":
        this.#reader.read();
        return;
      case "pong":
        this.#pings.answered(message.number);
        return;
      case "drained":
        this.#drained?.();
        return;
      case "fatal":
        this.#fatal = { error: this.#reader.decodeError(message.error) };
        return;
      case "spill":
        this.#reader.spilled(message.number, message.bytes, message.attachments);
        return;
      default:
        throw new Error(`Unknown message from a worker: ${JSON.stringify(message satisfies never)}`);
    }
  }

  /** The order is in README.md, "Death". */
  #end({ hint, ...how }: Ending): void {
    const asked = this.#state === "stopping";
    const wasReady = this.#state !== "starting";
    this.#state = "closed";
    while (this.#vessel.receive());
    this.#reader.readToTheEnd();
    this.#stopListening();
    this.#drained?.();
    this.#pings.end();
    const reason = {
      ...how,
      cause: this.#fatal === undefined ? how.cause : this.#fatal.error,
      hint: hint ?? (wasReady ? undefined : "It never started."),
    };
    this.#held.bury(reason, this.#on.reply, this.#claims, this.#scratch.left());
    this.#vessel.close();
    this.#on.closed(asked ? undefined : reason);
  }

  /** The worker died a moment ago and its owner does not know yet. */
  #giveBack(batch: readonly Call[]): void {
    for (const call of batch) this.#on.reply({ kind: "returned", call, item: 0, count: call.items.count });
  }
}

function sendable({ fn, payload }: NonNullable<LaneOptions["initializer"]>, told: Told): Initializer {
  return {
    fn: fn.definition.id,
    needs: [fn.definition.id, ...payload.needs.map(({ id }) => id)],
    definitions: told.missing(fn, payload.needs) ?? [],
    bytes: payload.bytes.slice(),
    attachments: payload.attachments,
  };
}
