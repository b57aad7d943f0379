/** The host's end of the thread room: a lane for each worker thread. The protocol is in ../README.md. */

import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type Transferable,
  Worker,
  type WorkerOptions,
} from "node:worker_threads";
import { threadWaits } from "../../ring/waits.ts";
import { NONE } from "../../wire/payload.ts";
import { workerFile } from "../entry.ts";
import { checkDepth } from "../nesting.ts";
import { RingLane } from "../rings/lane.ts";
import type { Crowd, LaneOptions } from "../rings/lane-terms.ts";
import type { ToHost, ToWorker, WorkerTerms } from "../rings/messages.ts";
import { PARTS } from "../rings/parts.ts";
import { Told } from "../rings/told.ts";
import type { Ending, Vessel, VesselEvents } from "../rings/vessel.ts";
import type { Capabilities, Lane, LaneEvents, Transport } from "../transport.ts";
import type { ThreadSetup } from "./messages.ts";

export interface ThreadRoomOptions extends LaneOptions {
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
  checkDepth();
  workerFile("worker.cjs"); // said here, not by a worker that does not start
  const crowd: Crowd = { busy: 0 };
  return {
    capabilities,
    openLane: (workerId, on) => openLane(workerId, options, on, crowd),
    inside: () => false,
  };
}

function openLane(workerId: number, options: ThreadRoomOptions, on: LaneEvents, crowd: Crowd): Lane {
  const memory = {
    slots: new SharedArrayBuffer(PARTS.slots),
    calls: new SharedArrayBuffer(PARTS.calls),
    replies: new SharedArrayBuffer(PARTS.replies),
    scratch: new SharedArrayBuffer(PARTS.scratch),
  };
  const laneMemory = {
    ...memory,
    slots: new Uint8Array(memory.slots),
    bulk: undefined,
    waits: threadWaits,
    isCarried: false,
  };
  const open = (terms: WorkerTerms, events: VesselEvents) => new ThreadVessel({ ...terms, ...memory }, options, events);
  return new RingLane(workerId, options, laneMemory, new Told(), on, crowd, open);
}

class ThreadVessel implements Vessel {
  /** What it prints comes by the rings alone. */
  readonly isQuiet = true;
  readonly #events: VesselEvents;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #cause: unknown;

  constructor(setup: ThreadSetup, options: ThreadRoomOptions, events: VesselEvents) {
    this.#events = events;
    const { port1, port2 } = new MessageChannel();
    this.#worker = new Worker(workerFile("worker.cjs"), {
      workerData: { setup, port: port2 },
      transferList: [port2],
      name: `${options.workerNamePrefix}-${setup.workerId}`,
      ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
      ...(options.env && { env: options.env }),
      ...(options.execArgv && { execArgv: [...options.execArgv] }),
    });
    this.#port = port1;
    port1.on("message", (message: ToHost) => events.heard(message));
    port1.unref();
    this.#worker.on("error", (error) => {
      this.#cause = error;
    });
    this.#worker.once("exit", (code) => events.ended(endingOf(code, this.#cause)));
  }

  post(message: ToWorker, transfer: readonly object[] = NONE): void {
    this.#port.postMessage(message, transfer as readonly Transferable[]);
  }

  receive(): boolean {
    const received = receiveMessageOnPort(this.#port);
    if (received === undefined) return false;
    this.#events.heard(received.message);
    return true;
  }

  /**
   * The worker itself and not its port: a port whose other end has died lets go before "exit" has been told. Not before
   * the worker has started: unref of a starting one can crash Node (nodejs/node#33394).
   */
  hold(on: boolean): void {
    if (on) this.#worker.ref();
    else this.#worker.unref();
  }

  kill(): void {
    void this.#worker.terminate();
  }

  release(): void {
    this.kill();
  }

  close(): void {
    this.#port.close();
  }
}

function endingOf(exitCode: number, cause: unknown): Ending {
  const outOfMemory = (cause as { code?: unknown } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY";
  const hint = outOfMemory
    ? "It ran out of memory: raise resourceLimits.maxOldGenerationSizeMb, or give it less at a time."
    : undefined;
  return { exitCode, signal: null, cause, hint };
}
