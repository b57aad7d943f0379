/** The child process's entry: one bundled file with nothing of the host in it. */

import { Bulk } from "../../ring/bulk.ts";
import { Ring } from "../../ring/ring.ts";
import { Scratch } from "../../ring/scratch.ts";
import { Slots } from "../../ring/slots.ts";
import { type Native, nativeIfAny } from "../../shared/native.ts";
import type { JobSource } from "../../worker/job.ts";
import { replaceOutput } from "../../worker/output.ts";
import type { CallReader } from "../rings/call-reader.ts";
import type { ToHost } from "../rings/messages.ts";
import type { RingOutlet } from "../rings/outlet.ts";
import { lastError, startWorker, type WorkerEnd, type WorkerSurroundings } from "../rings/worker.ts";
import { Carrier } from "./carrier.ts";
import { type Arrival, Line } from "./line.ts";
import { arenaMemory, ownMemory } from "./memory.ts";
import { ARENA_FD, type ProcessSetup } from "./messages.ts";
import { OwnSlots } from "./own-slots.ts";
import { tieTo } from "./tie.ts";

type Room = Pick<WorkerSurroundings, "calls" | "replies" | "bulk" | "scratch" | "slots" | "post" | "met" | "source">;

/** What a child makes of the setup, and how it hears what only its kind of room says. */
interface Quarters {
  readonly room: Room;
  readonly glimpse: (message: Arrival) => void;
  readonly put: (records: Uint8Array) => void;
  /** The last words. */
  readonly farewell: (end: WorkerEnd) => void;
}

/** Host and child see the same memory. */
function onArena(native: Native): Quarters {
  const { slots, calls, replies, scratch, bulk, waits } = arenaMemory(native.openArena(ARENA_FD), native);
  native.closeFd(ARENA_FD);
  return {
    room: {
      calls: new Ring(calls, waits),
      replies: new Ring(replies, waits),
      bulk: { calls: new Bulk(bulk.calls), replies: new Bulk(bulk.replies) },
      scratch: new Scratch(scratch),
      slots: () => new Slots(new Int32Array(slots.buffer, slots.byteOffset, slots.byteLength / 4), waits),
      post: (message: ToHost) => line.post(message),
    },
    glimpse() {},
    put() {},
    farewell() {},
  };
}

/** The child has rings and slots of its own, and all that is in them goes over the socket. */
function onSocket(): Quarters {
  const memory = ownMemory();
  const carrier = new Carrier(new Ring(memory.replies), new Ring(memory.calls));
  const scratch = new Scratch(memory.scratch);
  let slots: OwnSlots | undefined;
  const sourceOf = (reader: CallReader): JobSource => ({
    next: () => reader.next() ?? (carrier.flush() ? reader.next() : undefined),
    keep: (job) => reader.keep(job),
    park: () => reader.park() && !carrier.flush(),
  });
  const post = (message: ToHost) =>
    message.kind === "wake" ? line.post({ kind: "records", bytes: carrier.take() }) : line.post(message);
  return {
    room: {
      calls: new Ring(memory.calls),
      replies: new Ring(memory.replies),
      bulk: undefined,
      scratch,
      slots: (outlet: RingOutlet) => {
        const own = new Slots(new Int32Array(memory.slots.buffer));
        slots = new OwnSlots(
          own,
          () => line.pull(),
          (call, item) => outlet.started(call, item),
        );
        return slots;
      },
      post,
      met: ({ slot, id, generation }, count) => slots?.grant(slot, id, generation, count),
      source: sourceOf,
    },
    glimpse: (message) => {
      if (message.kind === "abort") slots?.flag(message);
    },
    put: (records) => carrier.put(records),
    farewell: ({ outlet, isIdle }) => {
      const { call, first, values } = scratch.left();
      const slot = slots?.slotOf(call) ?? -1;
      if (slot >= 0 && values.length > 0) outlet.numbers({ id: call, slot }, first, values, values.length, 0);
      outlet.leaving(!isIdle());
    },
  };
}

let quarters: Quarters | undefined;
let end: WorkerEnd | undefined;

function start({ terms, hasArena, hostPid }: ProcessSetup): void {
  line.hold(); // until the worker is ready: calls may be sent before
  const native = nativeIfAny();
  tieTo(hostPid, native, () => {
    quarters = hasArena && native !== undefined ? onArena(native) : onSocket();
    end = startWorker(terms, {
      ...quarters.room,
      receive: () => line.receive(),
      memoryInUse: () => process.memoryUsage.rss(),
      bytesOnly: true,
      redirect: replaceOutput,
      ready: () => line.open(),
      leave: () => process.exit(),
    });
  });
}

function hear(message: Arrival): void {
  if (message.kind === "setup") return start(message);
  if (message.kind === "records") {
    quarters?.put(message.bytes);
    return end?.hear({ kind: "wake" });
  }
  end?.hear(message);
}

const line = new Line(
  hear,
  (message) => quarters?.glimpse(message),
  () => process.exit(),
);
// Ctrl-C goes to every process of the terminal: what it means is the host's to say.
process.on("SIGINT", () => {});
process.on("exit", () => {
  if (end !== undefined) quarters?.farewell(end);
});
process.on("uncaughtException", (error) => {
  if (process.listenerCount("uncaughtException") > 1) return; // a task's own listener has it
  if (end === undefined) line.post({ kind: "fatal", error: lastError(error) });
  else end.fatal(error);
  process.exit(1);
});
