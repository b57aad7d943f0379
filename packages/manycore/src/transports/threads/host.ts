/** The host's end of the thread room: a lane for each worker thread. The protocol is in ../README.md. */

import { availableParallelism } from "node:os";
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
  type WorkerOptions,
} from "node:worker_threads";
import { BrokenExecutorError, SerializationError } from "../../errors.ts";
import type { Shipped } from "../../functions/definitions.ts";
import { onForgotten } from "../../functions/registry.ts";
import { Ring } from "../../ring/ring.ts";
import { Scratch } from "../../ring/scratch.ts";
import { MAX_RANGE, Slots } from "../../ring/slots.ts";
import type { Payload } from "../../wire/payload.ts";
import { depthHere } from "../../worker/here.ts";
import { HeldCalls } from "../held.ts";
import type { Call, Capabilities, Lane, LaneEvents, LossReason, Taken, Transport } from "../transport.ts";
import { CallWriter } from "./call-writer.ts";
import { workerFile } from "./entry.ts";
import type { Initializer, ToHost, ToWorker, WorkerSetup } from "./messages.ts";
import { ReplyReader } from "./reply-reader.ts";
import { Told } from "./told.ts";

/** Calls one lane holds at most: enough for 1 ms of the smallest tasks. */
const SLOTS = 2048;
/** Calls, and replies, under way to and from one worker, before they take the port or have to wait. */
const RING_BYTES = 1 << 20;
/** A worker with nothing to do looks for the next call so long before it parks, where a core is free for it, µs. */
const PATIENCE_US = 50;
/** What it takes a parked worker to begin, ms. */
const WAKE_MS = 0.2;
const CORES = availableParallelism();
/** Executors inside tasks of executors, and so on: each level multiplies the threads. */
const DEEPEST = 4;
/** What disposers of `perWorker` values may take when a worker is stopped, ms. */
const DRAIN_MS = 5000;

export interface ThreadRoomOptions {
  readonly concurrency: number;
  readonly maxMemory: number;
  readonly initializer: { readonly fn: Shipped; readonly payload: Payload } | undefined;
  readonly workerNamePrefix: string;
  readonly resourceLimits: WorkerOptions["resourceLimits"];
  readonly env: WorkerOptions["env"];
  readonly execArgv: readonly string[] | undefined;
}

const capabilities: Capabilities = {
  kill: true,
  isolated: true,
  sharedMemory: true,
  handsOver: true,
  parallel: true,
};

/** Worker threads of this process. */
export function threadRoom(options: ThreadRoomOptions): Transport {
  const depth = depthHere();
  if (depth >= DEEPEST) {
    throw new BrokenExecutorError(
      `Executors are nested ${depth} deep already: a task of a task's executor made one more. Make one executor on the host, and submit to it.`,
    );
  }
  workerFile(); // said here, not by a worker that does not start
  const room: Room = { busy: 0 };
  return {
    capabilities,
    openLane: (workerId, on) => new ThreadLane(workerId, options, on, room),
    inside: () => false,
  };
}

/** What the lanes of a room know of each other. */
interface Room {
  /** Lanes that have calls. */
  busy: number;
}

class ThreadLane implements Lane {
  readonly #on: LaneEvents;
  readonly #room: Room;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #scratch: Scratch;
  readonly #held: HeldCalls;
  readonly #reader: ReplyReader;
  readonly #writer: CallWriter;
  readonly #told = new Told();
  readonly #stopListening: () => void;
  readonly #pings = new Map<number, () => void>();
  #pingCount = 0;
  #state: "starting" | "ready" | "stopping" | "closed" = "starting";
  #isHeld = false;
  #drained: (() => void) | undefined;
  #cause: unknown;
  readonly #exited: Promise<void>;

  constructor(workerId: number, options: ThreadRoomOptions, on: LaneEvents, room: Room) {
    this.#on = on;
    this.#room = room;
    const slots = new SharedArrayBuffer(Slots.bytesFor(SLOTS));
    const calls = new SharedArrayBuffer(Ring.bytesFor(RING_BYTES));
    const replies = new SharedArrayBuffer(Ring.bytesFor(RING_BYTES));
    const scratch = new SharedArrayBuffer(Scratch.bytesFor(MAX_RANGE));
    const { port1, port2 } = new MessageChannel();
    const setup: WorkerSetup = {
      workerId,
      slots,
      calls,
      replies,
      scratch,
      concurrency: options.concurrency,
      maxMemory: options.maxMemory,
      depth: depthHere() + 1,
      initializer: this.#initializer(options),
    };
    this.#worker = new Worker(workerFile(), {
      workerData: { setup, port: port2 },
      transferList: [port2],
      name: `${options.workerNamePrefix}-${workerId}`,
      ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
      ...(options.env && { env: options.env }),
      ...(options.execArgv && { execArgv: [...options.execArgv] }),
    });
    this.#port = port1;
    this.#writer = new CallWriter(new Ring(calls), port1, this.#told, SLOTS);
    this.#scratch = new Scratch(scratch);
    this.#held = new HeldCalls(new Slots(new Int32Array(slots)));
    this.#reader = new ReplyReader(new Ring(replies), this.#held, on, () => this.#receive());
    this.#stopListening = onForgotten((ids) => this.#forget(ids));
    port1.on("message", (message: ToHost) => this.#hear(message));
    port1.unref();
    this.#worker.on("error", (error) => {
      this.#cause = error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        this.#exit(code);
        resolve();
      });
    });
    this.#reader.start();
  }

  get credit(): number {
    return this.#held.credit;
  }

  send(batch: readonly Call[]): void {
    if (this.#state === "closed") return this.#giveBack(batch);
    for (const call of batch) {
      const generation = this.#held.open(call);
      try {
        this.#writer.write(call, generation);
      } catch (cause) {
        // It cannot be cloned after all, such as a port that was transferred since.
        queueMicrotask(() => this.#refuse(call, cause));
      }
    }
    this.#writer.wake(this.#room.busy < CORES ? PATIENCE_US : 0);
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
    if (this.#held.abort(call, item)) this.#tell({ kind: "abort", id: call.id });
  }

  read(): void {
    while (this.#receive());
    this.#reader.readAll();
  }

  answers(ms: number): Promise<boolean> {
    const number = ++this.#pingCount;
    return new Promise((resolve) => {
      const end = (answered: boolean) => {
        clearTimeout(timer);
        this.#pings.delete(number);
        resolve(answered);
      };
      const timer = setTimeout(() => end(false), ms);
      this.#pings.set(number, () => end(true));
      this.#tell({ kind: "ping", number });
    });
  }

  async stop(how: "drain" | "kill"): Promise<void> {
    if (this.#state !== "closed") {
      const ready = this.#state === "ready";
      this.#state = "stopping";
      if (how === "drain" && ready) await this.#drain();
      void this.#worker.terminate();
    }
    return this.#exited;
  }

  linger(ms: number): boolean {
    if (CORES === 1 || this.#state !== "ready") return false;
    return this.#reader.linger(this.#writer.hasWoken ? ms + WAKE_MS : ms);
  }

  hold(on: boolean): void {
    if (on !== this.#isHeld) this.#room.busy += on ? 1 : -1;
    this.#isHeld = on;
    if (this.#state !== "starting") this.#refer();
  }

  #initializer({ initializer }: ThreadRoomOptions): Initializer | undefined {
    if (initializer === undefined) return undefined;
    const { fn, payload } = initializer;
    return {
      fn: fn.definition.id,
      needs: [fn.definition.id, ...payload.needs.map(({ id }) => id)],
      definitions: this.#told.missing(fn, payload.needs) ?? [],
      bytes: payload.bytes.slice(),
      attachments: payload.attachments,
    };
  }

  #refuse(call: Call, cause: unknown): void {
    if (!this.#held.drop(call)) return;
    const why = cause instanceof Error ? cause.message : String(cause);
    const error = new SerializationError(`The arguments cannot be sent: ${why}`, { cause });
    for (let item = 0; item < call.items.count; item++) this.#on.reply({ kind: "error", call, item, error, runMs: 0 });
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, DRAIN_MS);
      this.#drained = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#tell({ kind: "drain" });
    });
  }

  /**
   * The worker itself and not its port: a port whose other end has died lets go before "exit" has been told. Not before
   * the worker has started: unref of a starting one can crash Node (nodejs/node#33394). Not while it is stopped either:
   * whoever waits for the end must see it.
   */
  #refer(): void {
    if (this.#isHeld || this.#state === "stopping") this.#worker.ref();
    else this.#worker.unref();
  }

  #tell(message: ToWorker): void {
    this.#port.postMessage(message);
  }

  #forget(ids: readonly number[]): void {
    const known = this.#told.forget(ids);
    if (known.length > 0) this.#tell({ kind: "forget", ids: known });
  }

  /** Read what lies in the port now, without waiting for the event loop to deliver it. */
  #receive(): boolean {
    const received = receiveMessageOnPort(this.#port);
    if (received === undefined) return false;
    this.#hear(received.message);
    return true;
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
        this.#pings.get(message.number)?.();
        return;
      case "drained":
        this.#drained?.();
        return;
      case "spill":
        this.#reader.spilled(message.number, message.bytes, message.attachments);
        return;
      default:
        throw new Error(`Unknown message from a worker: ${JSON.stringify(message satisfies never)}`);
    }
  }

  /** The order is in README.md, "Death". */
  #exit(code: number): void {
    const asked = this.#state === "stopping";
    const wasReady = this.#state !== "starting";
    this.#state = "closed";
    while (this.#receive());
    this.#reader.readToTheEnd();
    this.#stopListening();
    this.#drained?.();
    for (const end of [...this.#pings.values()]) end();
    const reason = lossReason(code, this.#cause, wasReady);
    this.#held.bury(reason, this.#on.reply, this.#scratch.left());
    this.#port.close();
    this.#on.closed(asked ? undefined : reason);
  }

  /** The worker died a moment ago and its owner does not know yet. */
  #giveBack(batch: readonly Call[]): void {
    for (const call of batch) this.#on.reply({ kind: "returned", call, item: 0, count: call.items.count });
  }
}

function lossReason(exitCode: number, cause: unknown, wasReady: boolean): LossReason {
  const code = (cause as { code?: unknown } | undefined)?.code;
  const outOfMemory = code === "ERR_WORKER_OUT_OF_MEMORY";
  const hint = outOfMemory
    ? "It ran out of memory: raise resourceLimits.maxOldGenerationSizeMb, or give it less at a time."
    : wasReady
      ? undefined
      : "It never started.";
  return { exitCode, signal: null, cause, hint };
}
