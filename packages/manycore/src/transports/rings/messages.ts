/**
 * What a host and a worker with rings between them say to each other. Calls and replies go through the rings; what does not
 * fit there, and what must not be copied, rides the port beside them, posted before the record that names it by number.
 */

import type { DefinitionBody } from "../../functions/definitions.ts";

/** What a worker is born with in every room that has rings. */
export interface WorkerTerms {
  readonly workerId: number;
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

/** Host to worker, by port. */
export type ToWorker =
  /** It was parked, and there are calls in the ring. */
  | { readonly kind: "wake" }
  | CallSpill
  /** The item (-1: all of them) is asked to stop. */
  | { readonly kind: "abort"; readonly id: number; readonly slot: number; readonly item: number }
  | { readonly kind: "ping"; readonly number: number }
  | { readonly kind: "forget"; readonly ids: readonly number[] }
  | { readonly kind: "drain" };

/** What of a call does not go through the ring. */
export interface CallSpill {
  readonly kind: "call";
  readonly number: number;
  readonly definitions?: readonly SentDefinition[];
  /** What must be ready before the call. */
  readonly needs?: readonly number[];
  readonly attachments?: readonly unknown[];
  /** The record's body, where that is too large for the ring. */
  readonly body?: Uint8Array;
}

/**
 * A call in the ring: eight integers, then the body.
 * `kind | flags << 8 | generation << 16 | kind of array << 24`, call id, slot, function, first, `attempt | items << 19`, spill's
 * number (0: none), body bytes (-1: it is in the spill).
 */
export const CALL_HEAD_BYTES = 32;
export const CALL = {
  /** A float: the one argument of one item. */
  number: 0,
  /** The encoded arguments of one item. */
  one: 1,
  /** How many items; where each begins, and the end; their encoded arguments. */
  many: 2,
  /** The elements of a typed array, one an item. */
  numbers: 3,
} as const;
export const TIMED = 1;
export const NESTED = 2;
export const SEPARATE = 8;
/** The body lies in the bulk memory: the record has where. */
export const PLACED = 4;
export const ATTEMPT_BITS = 19;
export const ATTEMPT_MASK = (1 << ATTEMPT_BITS) - 1;

/** Worker to host, by port. */
export type ToHost =
  | { readonly kind: "ready" }
  | { readonly kind: "broken"; readonly error: Uint8Array }
  | { readonly kind: "wake" }
  | { readonly kind: "pong"; readonly number: number }
  | { readonly kind: "drained" }
  /** It dies of this error, which nobody caught. */
  | { readonly kind: "fatal"; readonly error: Uint8Array }
  /** The body of a ring record that did not fit there. */
  | {
      readonly kind: "spill";
      readonly number: number;
      readonly bytes: Uint8Array;
      readonly attachments: readonly unknown[];
    };

/**
 * A reply in the ring: four integers, then a float, then the body.
 * `kind | spilled << 8 | slot << 16`, call id, item, body bytes (or the spill's number), run ms.
 */
export const REPLY_HEAD_BYTES = 24;
export const RECORD = {
  value: 0,
  numbers: 1,
  error: 2,
  passed: 3,
  progress: 4,
  stdout: 5,
  stderr: 6,
  heavy: 7,
  /** A value that is a number: its body is a float. */
  number: 8,
  /** A timed item begins, where the host cannot see the worker's slots. */
  started: 9,
  /** The worker ends and has told all that it finished, where the host cannot see its memory: call id 1 where something runs, else 0. */
  leaving: 10,
} as const;
export const SPILLED = 1 << 8;
/** The body lies in the bulk memory: the record has where, and in the place of the spill's number how long it is. */
export const IN_BULK = 1 << 9;
