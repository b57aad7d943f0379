/** The worker's end of the rings: what threads and processes have in common. */

import type { Bulk } from "../../ring/bulk.ts";
import type { Ring } from "../../ring/ring.ts";
import type { Scratch } from "../../ring/scratch.ts";
import type { WorkerSlots } from "../../ring/slots.ts";
import { HAND_OVER_FROM } from "../../wire/buffers.ts";
import { decode } from "../../wire/decode.ts";
import { Encoder } from "../../wire/encode.ts";
import { encodeThrown } from "../../wire/errors.ts";
import { FunctionTable } from "../../worker/functions.ts";
import { enterWorker } from "../../worker/here.ts";
import type { Job, JobSource } from "../../worker/job.ts";
import { watchMemory } from "../../worker/memory.ts";
import type { Print } from "../../worker/output.ts";
import { resultContext } from "../../worker/results.ts";
import { Runtime } from "../../worker/runtime.ts";
import { CallReader } from "./call-reader.ts";
import type { Post } from "./call-writer.ts";
import type { Initializer, ToHost, ToWorker, WorkerTerms } from "./messages.ts";
import { RingOutlet } from "./outlet.ts";

/** What a room gives its worker. */
export interface WorkerSurroundings {
  readonly calls: Ring;
  readonly replies: Ring;
  readonly bulk: { readonly calls: Bulk; readonly replies: Bulk } | undefined;
  readonly scratch: Scratch;
  /** What its tasks claim on; `outlet` tells the host what this one sees and the host does not. */
  slots(outlet: RingOutlet): WorkerSlots;
  readonly post: Post<ToHost>;
  /** Hears one message that has arrived, at once. */
  readonly receive: () => boolean;
  /** A call with so many items has been read. */
  readonly met?: (job: Job, count: number) => void;
  /** Where calls come from, where they lie in more than the ring. */
  readonly source?: (reader: CallReader) => JobSource;
  /** Bytes it is using, for `maxMemoryPerChild`. */
  readonly memoryInUse: () => number;
  /** Results carry bytes alone: no memory is shared with the host, or can change owner. */
  readonly bytesOnly: boolean;
  /** Sends what tasks print to `print`. */
  readonly redirect: (print: Print) => void;
  /** From now on messages are heard as they come. */
  ready(): void;
  /** All is disposed of: the worker's last act. */
  leave(): void;
}

export interface WorkerEnd {
  readonly hear: (message: ToWorker) => void;
  readonly outlet: RingOutlet;
  /** Nothing runs. */
  isIdle(): boolean;
  /** Tells the host what it dies of. */
  fatal(error: unknown): void;
}

export function startWorker(terms: WorkerTerms, given: WorkerSurroundings): WorkerEnd {
  enterWorker(terms.depth);
  const table = new FunctionTable();
  const encoder = new Encoder();
  const thrown = resultContext(table, "result", given.bytesOnly);
  const results = given.bytesOnly ? thrown : { ...thrown, handOverFrom: HAND_OVER_FROM };
  const outlet = new RingOutlet(
    given.replies,
    given.bulk?.replies,
    given.post,
    (value) => encoder.encode(value, results),
    (error) => encodeThrown(error, encoder, thrown),
  );
  const { receive, met } = given;
  const rest = () => outlet.rest();
  const reader = new CallReader(given.calls, { receive, rest, bulk: given.bulk?.calls, ...(met && { met }) });
  const decoding = { resolve: (id: number) => table.get(id) };
  const runtime = new Runtime({
    room: {
      workerId: terms.workerId,
      slots: given.slots(outlet),
      outlet: watchMemory(outlet, terms.maxMemory, given.memoryInUse, () => outlet.heavy()),
      scratch: given.scratch,
    },
    table,
    concurrency: terms.concurrency,
    source: given.source?.(reader) ?? reader,
    decode: (bytes, from, to, attachments) => decode(bytes, attachments, decoding, from, to) as unknown[],
    sharesThread: terms.concurrency > 1,
  });
  const drain = async () => {
    await table.disposeAll();
    given.post({ kind: "drained" });
    given.leave();
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
        return given.post({ kind: "pong", number: message.number });
      case "forget":
        return table.forget(message.ids);
      case "drain":
        return void drain();
      default:
        throw new Error(`Unknown message to a worker: ${JSON.stringify(message satisfies never)}`);
    }
  };
  const bytesOf = (error: unknown) => encodeThrown(error, encoder, thrown).bytes.slice();
  given.redirect((stream, bytes) => outlet.output(stream, bytes));
  initialize(terms.initializer, table, decoding.resolve).then(
    () => {
      given.post({ kind: "ready" });
      given.ready();
      runtime.wake();
    },
    (error) => {
      given.post({ kind: "broken", error: bytesOf(error) });
      given.leave();
    },
  );
  return {
    hear,
    outlet,
    isIdle: () => runtime.isIdle,
    fatal: (error) => given.post({ kind: "fatal", error: bytesOf(error) }),
  };
}

/** What a worker dies of that has not begun. */
export function lastError(error: unknown): Uint8Array {
  return encodeThrown(error, new Encoder(), resultContext(new FunctionTable(), "result", true)).bytes.slice();
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
