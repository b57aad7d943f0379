/** The worker thread's entry: one bundled file with nothing of the host in it. */

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Ring } from "../../ring/ring.ts";
import { Scratch } from "../../ring/scratch.ts";
import { Slots } from "../../ring/slots.ts";
import { HAND_OVER_FROM } from "../../wire/buffers.ts";
import { decode } from "../../wire/decode.ts";
import { Encoder } from "../../wire/encode.ts";
import { encodeThrown } from "../../wire/errors.ts";
import { FunctionTable } from "../../worker/functions.ts";
import { enterWorker } from "../../worker/here.ts";
import { watchMemory } from "../../worker/memory.ts";
import { redirectOutput } from "../../worker/output.ts";
import { resultContext } from "../../worker/results.ts";
import { Runtime } from "../../worker/runtime.ts";
import { CallReader } from "./call-reader.ts";
import type { Initializer, ToHost, ToWorker, WorkerSetup } from "./messages.ts";
import { RingOutlet } from "./ring-outlet.ts";

function start(setup: WorkerSetup, port: MessagePort): void {
  enterWorker(setup.depth);
  const table = new FunctionTable();
  const encoder = new Encoder();
  const thrown = resultContext(table, "result");
  const results = { ...thrown, handOverFrom: HAND_OVER_FROM };
  const slots = new Slots(new Int32Array(setup.slots));
  const outlet = new RingOutlet(
    new Ring(setup.replies),
    port,
    (value) => encoder.encode(value, results),
    (error) => encodeThrown(error, encoder, thrown),
  );
  const receive = () => {
    const received = receiveMessageOnPort(port);
    if (received !== undefined) hear(received.message as ToWorker);
    return received !== undefined;
  };
  const reader = new CallReader(new Ring(setup.calls), receive, () => outlet.rest());
  const decoding = { resolve: (id: number) => table.get(id) };
  const tell = (message: ToHost) => port.postMessage(message);
  const runtime = new Runtime({
    room: {
      workerId: setup.workerId,
      slots,
      outlet: watchMemory(outlet, setup.maxMemory, () => outlet.heavy()),
      scratch: new Scratch(setup.scratch),
    },
    table,
    concurrency: setup.concurrency,
    source: reader,
    decode: (bytes, from, to, attachments) => decode(bytes, attachments, decoding, from, to) as unknown[],
    sharesThread: setup.concurrency > 1,
  });
  const drain = async () => {
    await table.disposeAll();
    tell({ kind: "drained" });
    port.close();
  };
  const hear = (message: ToWorker): void => {
    switch (message.kind) {
      case "wake":
        return runtime.wake();
      case "call":
        return reader.spilled(message);
      case "abort":
        return runtime.abort(message.id);
      case "ping":
        return tell({ kind: "pong", number: message.number });
      case "forget":
        return table.forget(message.ids);
      case "drain":
        return void drain();
      default:
        throw new Error(`Unknown message to a worker: ${JSON.stringify(message satisfies never)}`);
    }
  };
  redirectOutput((stream, bytes) => outlet.output(stream, bytes));
  initialize(setup.initializer, table, decoding.resolve).then(
    () => {
      tell({ kind: "ready" });
      port.on("message", hear);
      runtime.wake();
    },
    (error) => {
      tell({ kind: "broken", error: encodeThrown(error, encoder, thrown).bytes.slice() });
      port.close();
    },
  );
}

async function initialize(
  initializer: Initializer | undefined,
  table: FunctionTable,
  resolve: (id: number) => unknown,
): Promise<void> {
  if (initializer === undefined) return;
  for (const [id, body] of initializer.definitions) table.define(id, body);
  await table.prepare(initializer.needs);
  const task = table.get(initializer.fn) as (...args: unknown[]) => unknown;
  await task(...(decode(initializer.bytes, initializer.attachments, { resolve }) as unknown[]));
}

const { setup, port } = workerData as { setup: WorkerSetup; port: MessagePort };
parentPort?.unref();
start(setup, port);
