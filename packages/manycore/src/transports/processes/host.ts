/** The host's end of the process room: a lane for each child process. README.md tells the room. */

import { types } from "node:util";
import { Ring } from "../../ring/ring.ts";
import { type Native, nativeIfAny, whyNoNative } from "../../shared/native.ts";
import { workerFile } from "../entry.ts";
import { checkDepth } from "../nesting.ts";
import { RingLane } from "../rings/lane.ts";
import type { Crowd, LaneMemory, LaneOptions } from "../rings/lane-terms.ts";
import type { WorkerTerms } from "../rings/messages.ts";
import { Told } from "../rings/told.ts";
import type { VesselEvents } from "../rings/vessel.ts";
import type { Capabilities, Lane, LaneEvents, Transport } from "../transport.ts";
import { Carrier } from "./carrier.ts";
import { environment, inheritedArguments } from "./environment.ts";
import { ARENA_BYTES, arenaMemory, ownMemory } from "./memory.ts";
import { KernelKills } from "./out-of-memory.ts";
import { ProcessVessel } from "./vessel.ts";

export interface ProcessRoomOptions extends LaneOptions {
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly cwd: string | undefined;
  readonly innerThreads: number | undefined;
}

const capabilities: Capabilities = {
  kill: true,
  isolated: true,
  sharedMemory: false,
  handsOver: false,
  parallel: true,
};

/** Of all rooms: a kill in one explains no death in another. */
let kills: KernelKills | undefined;

/** Processes of their own. */
export function processRoom(options: ProcessRoomOptions): Transport {
  checkDepth();
  const file = workerFile("process.cjs"); // said here, not by a worker that does not start
  const native = nativeIfAny();
  if (native === undefined) warnOfSocket();
  kills ??= new KernelKills();
  const room: Room = {
    kills,
    options,
    native,
    crowd: { busy: 0 },
    file,
    args: options.execArgv ?? inheritedArguments(),
    env: environment(options.env, options.innerThreads),
  };
  return {
    capabilities,
    openLane: (workerId, on) => openLane(workerId, on, room),
    inside: () => false,
  };
}

interface Room {
  readonly kills: KernelKills;
  readonly options: ProcessRoomOptions;
  readonly native: Native | undefined;
  readonly crowd: Crowd;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

function openLane(workerId: number, on: LaneEvents, room: Room): Lane {
  const { native } = room;
  const arena = native?.createArena(ARENA_BYTES);
  try {
    const memory: LaneMemory =
      native !== undefined && arena !== undefined ? arenaMemory(arena.buffer, native) : ownMemory();
    const carrier = arena === undefined ? new Carrier(new Ring(memory.calls), new Ring(memory.replies)) : undefined;
    const open = (terms: WorkerTerms, events: VesselEvents) =>
      new ProcessVessel(
        { file: room.file, args: room.args, env: room.env, cwd: room.options.cwd, arenaFd: arena?.fd },
        { kind: "setup", terms, hasArena: arena !== undefined, hostPid: process.pid },
        carrier,
        room.kills,
        events,
      );
    return new RingLane(workerId, room.options, memory, new Told(copies), on, room.crowd, open);
  } finally {
    if (arena !== undefined) native?.closeFd(arena.fd); // the child has its own, and the mapping stays
  }
}

/** `share`d memory is copied into each process, once: what else cannot leave this one was refused at the submit. */
const copies = (attachments: readonly unknown[]): readonly unknown[] =>
  attachments.map((each) => (types.isSharedArrayBuffer(each) ? new Uint8Array(each).slice().buffer : each));

let hasWarned = false;

function warnOfSocket(): void {
  if (hasWarned || process.env.MANYCORE_NATIVE === "0") return;
  hasWarned = true;
  process.emitWarning(
    `ProcessPoolExecutor works over sockets alone, which is slower: ${whyNoNative()}. Set MANYCORE_NATIVE=0 where that will do.`,
    { code: "MANYCORE_NO_NATIVE" },
  );
}
