/**
 * What a thread's host and worker say to each other. Calls go by port, one message a batch; replies come through the
 * ring, and what does not fit in it by the port, tied by number.
 */

import type { DefinitionBody } from "../../functions/definitions.ts";
import type { TypedArray } from "../transport.ts";

/** Everything a worker is born with. */
export interface WorkerSetup {
  readonly workerId: number;
  readonly slots: SharedArrayBuffer;
  readonly ring: SharedArrayBuffer;
  readonly scratch: SharedArrayBuffer;
  readonly concurrency: number;
  readonly maxMemory: number;
  /** How many executors' workers this one is nested in. */
  readonly depth: number;
  readonly initializer: Initializer | undefined;
}

export interface Initializer {
  readonly fn: number;
  readonly needs: readonly number[];
  readonly definitions: readonly SentDefinition[];
  readonly bytes: Uint8Array;
  readonly attachments: readonly unknown[];
}

export type SentDefinition = readonly [id: number, body: DefinitionBody];

/** Host to worker. */
export type ToWorker =
  | BatchMessage
  | { readonly kind: "abort"; readonly id: number }
  | { readonly kind: "ping"; readonly number: number }
  | { readonly kind: "forget"; readonly ids: readonly number[] }
  | { readonly kind: "drain" };

/** A batch as columns: cloning a thousand small objects would cost more than running them. */
export interface BatchMessage {
  readonly kind: "batch";
  /** `HEAD_INTS` integers a call. */
  readonly head: Int32Array;
  /** The argument bytes of all calls, one after the other. */
  readonly bytes: Uint8Array;
  /** What only some calls have. */
  readonly extras: readonly (readonly [index: number, extra: CallExtra])[];
}

export interface CallExtra {
  readonly definitions?: readonly SentDefinition[] | undefined;
  readonly needs?: readonly number[] | undefined;
  readonly offsets?: Uint32Array | undefined;
  readonly values?: TypedArray | undefined;
  readonly attachments?: readonly unknown[] | undefined;
}

/** The columns of a call in `head`. */
export const HEAD_INTS = 8;
export const HEAD = { id: 0, slot: 1, generation: 2, fn: 3, first: 4, attempt: 5, flags: 6, byteLength: 7 } as const;
export const TIMED = 1;
export const NESTED = 2;

/** Worker to host, by port. */
export type ToHost =
  | { readonly kind: "ready" }
  | { readonly kind: "broken"; readonly error: Uint8Array }
  | { readonly kind: "wake" }
  | { readonly kind: "pong"; readonly number: number }
  | { readonly kind: "drained" }
  /** The body of a ring record that did not fit there. */
  | {
      readonly kind: "spill";
      readonly number: number;
      readonly bytes: Uint8Array;
      readonly attachments: readonly unknown[];
    };

/**
 * A reply in the ring: four integers, then a float, then the body.
 * `kind | spilled << 8`, call id, item, body bytes (or the spill's number), run ms.
 */
export const RECORD_HEAD_BYTES = 24;
export const RECORD = {
  value: 0,
  numbers: 1,
  error: 2,
  passed: 3,
  progress: 4,
  stdout: 5,
  stderr: 6,
  heavy: 7,
} as const;
export const SPILLED = 1 << 8;
