/** The wall between scheduling and rooms: types only. The promises behind them are in README.md. */

import type { Shipped } from "../functions/definitions.ts";
import type { Encoded } from "../wire/payload.ts";

/** A typed array of any kind. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** The encoded arguments of a call's items. */
export type Items =
  /** One item of one numeric argument: what needs no encoding gets none. */
  | { readonly kind: "number"; readonly count: 1; readonly value: number }
  /** One item: `payload` decodes to its list of arguments. */
  | { readonly kind: "one"; readonly count: 1; readonly payload: Encoded }
  /** Item `i` is the payload's bytes from `offsets[i]` to `offsets[i + 1]`, its list of arguments. */
  | { readonly kind: "many"; readonly count: number; readonly payload: Encoded; readonly offsets: Uint32Array }
  /** Items of one numeric argument each, as they lie in memory. */
  | { readonly kind: "numbers"; readonly count: number; readonly values: TypedArray };

/** Work for a worker: a function, and the arguments of one item or of a range of them. */
export interface Call {
  /** Unique in the host, below 2^32. */
  readonly id: number;
  readonly fn: Shipped;
  readonly items: Items;
  /** Index of the call's first item in the whole `map`; 0 for a plain call. */
  readonly first: number;
  /** Its items are calls by themselves: each is item 0 to its task, and its result is told as soon as there is one. */
  readonly separate: boolean;
  /** 1 for the first try. */
  readonly attempt: number;
  /** The worker stamps the start of each item and claims one at a time. */
  readonly timed: boolean;
  /** Has transferred arguments: goes to an empty lane, once. */
  readonly exclusive: boolean;
  /** Submitted from inside a task of the same room. */
  readonly nested: boolean;
  /** The lane's own mark: where it keeps the call. Only the lane that holds it writes or believes this. */
  slot: number;
}

/** Why a worker was lost. */
export interface LossReason {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** What the worker died of, where it said so: an uncaught error, out of memory. */
  readonly cause: unknown;
  readonly hint: string | undefined;
}

/** What comes back. `item` counts from the call's first item. */
export type Reply =
  | {
      readonly kind: "value";
      readonly call: Call;
      readonly item: number;
      readonly value: unknown;
      readonly size: number;
      readonly runMs: number;
    }
  | {
      readonly kind: "numbers";
      readonly call: Call;
      readonly item: number;
      /** Only for as long as the reply is told: they may lie in a ring. */
      readonly values: Float64Array;
      readonly runMs: number;
    }
  | {
      readonly kind: "error";
      readonly call: Call;
      readonly item: number;
      readonly error: unknown;
      readonly runMs: number;
    }
  | { readonly kind: "lost"; readonly call: Call; readonly item: number; readonly reason: LossReason }
  | { readonly kind: "returned"; readonly call: Call; readonly item: number; readonly count: number };

/** What a lane tells its owner. Never called from inside `send`. */
export interface LaneEvents {
  /** The worker has run its initializer and takes calls. */
  ready(): void;
  /** The initializer threw: no worker of this executor will ever start. */
  broken(error: unknown): void;
  reply(reply: Reply): void;
  progress(call: Call, item: number, value: unknown): void;
  /** All replies that arrived together were told: time to send more. */
  drained(): void;
  /** Is there nothing more to send, as far as anybody knows? */
  hasNoMore(): boolean;
  /** The worker is over its memory limit: it asks to be replaced when it has nothing left. */
  heavy(): void;
  /** The worker is gone; `undefined` when it was asked to stop. */
  closed(why: LossReason | undefined): void;
}

/** What the items of a revoked or split call were. */
export interface Taken {
  /** The first item taken back. */
  readonly from: number;
  /** How many; they are the last ones the lane had. */
  readonly count: number;
}

/** One worker, or anything that takes calls and gives replies. */
export interface Lane {
  /** Calls it can hold now: free slots. */
  readonly credit: number;
  send(batch: readonly Call[]): void;
  /** Take back what is unclaimed of a call, from item `keep` on. Exact: what is taken never runs and gets no reply. */
  revoke(call: Call, keep: number): Taken;
  /** Items of a call that the worker has claimed. */
  claimed(call: Call): number;
  /** The running item of a timed call, and for how many ms; undefined where none runs. */
  running(call: Call): { item: number; ms: number } | undefined;
  /** Ask an item, or all of a call (-1), to stop: it sees its signal. */
  abort(call: Call, item: number): void;
  /** Tell at once all replies that have arrived, before anything is decided on what has not. */
  read(): void;
  /** Look for replies for up to `ms` without the event loop, and tell them. True: there were some. */
  linger(ms: number): boolean;
  /** Does its event loop answer within `ms`? */
  answers(ms: number): Promise<boolean>;
  /** `drain`: dispose what tasks made per worker, then end. `kill`: end now. Resolves after `closed`. */
  stop(how: "drain" | "kill"): Promise<void>;
  /** Keep the host process alive, while calls are out. */
  hold(on: boolean): void;
}

export interface Capabilities {
  readonly kill: boolean;
  readonly isolated: boolean;
  readonly sharedMemory: boolean;
  readonly handsOver: boolean;
  readonly parallel: boolean;
}

/** A room. */
export interface Transport {
  readonly capabilities: Capabilities;
  /** Opens a lane; throws where no worker can ever start (a wrong option of the platform). */
  openLane(workerId: number, on: LaneEvents): Lane;
  /** Is the caller a task that runs in this room, in this very thread? */
  inside(): boolean;
}
