/** What a room gives each of its lanes. */

import type { Shipped } from "../../functions/definitions.ts";
import type { Memory } from "../../ring/memory.ts";
import type { Waits } from "../../ring/waits.ts";
import type { Payload } from "../../wire/payload.ts";

/** The memory between a host and a worker, and how they wait on it. */
export interface LaneMemory {
  readonly slots: Uint8Array;
  readonly calls: Memory;
  readonly replies: Memory;
  readonly scratch: Memory;
  /** Large bodies, each way; undefined where they go by the port. */
  readonly bulk: { readonly calls: Memory; readonly replies: Memory } | undefined;
  readonly waits: Waits;
  /** The worker does not see the slots: the host claims for it, and what lies in the rings is carried over. */
  readonly isCarried: boolean;
}

export interface LaneOptions {
  readonly concurrency: number;
  readonly maxMemory: number;
  readonly initializer: { readonly fn: Shipped; readonly payload: Payload } | undefined;
}

/** What the lanes of a room know of each other. */
export interface Crowd {
  /** Lanes that have calls. */
  busy: number;
}
