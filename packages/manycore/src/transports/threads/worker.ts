/** The worker thread's entry: one bundled file with nothing of the host in it. */

import { type MessagePort, parentPort, receiveMessageOnPort, type Transferable, workerData } from "node:worker_threads";
import { Ring } from "../../ring/ring.ts";
import { Scratch } from "../../ring/scratch.ts";
import { Slots } from "../../ring/slots.ts";
import { NONE } from "../../wire/payload.ts";
import { heapInUse } from "../../worker/memory.ts";
import { redirectOutput } from "../../worker/output.ts";
import type { ToHost, ToWorker } from "../rings/messages.ts";
import { startWorker } from "../rings/worker.ts";
import type { ThreadSetup } from "./messages.ts";

function start(setup: ThreadSetup, port: MessagePort): void {
  const { hear } = startWorker(setup, {
    calls: new Ring(setup.calls),
    replies: new Ring(setup.replies),
    bulk: undefined,
    scratch: new Scratch(setup.scratch),
    slots: () => new Slots(new Int32Array(setup.slots)),
    post: (message: ToHost, transfer = NONE) => port.postMessage(message, transfer as readonly Transferable[]),
    receive: () => {
      const received = receiveMessageOnPort(port);
      if (received !== undefined) hear(received.message as ToWorker);
      return received !== undefined;
    },
    memoryInUse: heapInUse,
    bytesOnly: false,
    redirect: redirectOutput,
    ready: () => port.on("message", hear),
    leave: () => port.close(),
  });
}

const { setup, port } = workerData as { setup: ThreadSetup; port: MessagePort };
parentPort?.unref();
start(setup, port);
