/** A call as the worker holds it: its slot, its encoded items, and how far it has run. */

import type { DefinitionBody } from "../functions/definitions.ts";
import type { TaskContext } from "./context.ts";

export type JobItems =
  | { readonly kind: "number"; readonly value: number }
  | {
      readonly kind: "args";
      /** The arguments of all items lie in `bytes` from `from` to `to`, or, with `offsets`, item by item from there. */
      readonly bytes: Uint8Array;
      readonly from: number;
      readonly to: number;
      readonly offsets: Uint32Array | undefined;
      readonly attachments: readonly unknown[];
    }
  | { readonly kind: "numbers"; readonly values: ArrayLike<number | bigint> }
  /** Each of them fails with this. */
  | { readonly kind: "unreadable"; readonly error: unknown };

/** Where jobs wait, in a room where the worker fetches them itself. */
export interface JobSource {
  /** The next one; its items may lie in memory that the next `next` gives back. */
  next(): Job | undefined;
  /** The job will not be begun at once: its items must stay. */
  keep(job: Job): void;
  /** There is nothing: say that this worker rests, and ask to be woken. False: there is something after all. */
  park(): boolean;
}

export interface Job {
  readonly id: number;
  readonly slot: number;
  readonly generation: number;
  readonly fn: number;
  /** Definitions to record before the call, in the order of their sending. */
  readonly definitions: readonly (readonly [id: number, body: DefinitionBody])[];
  /** Everything that must be prepared before the call runs; undefined for its function alone, which is known here. */
  readonly needs: readonly number[] | undefined;
  readonly first: number;
  readonly attempt: number;
  readonly timed: boolean;
  readonly nested: boolean;
  /** Its items are calls by themselves. */
  readonly separate: boolean;
  items: JobItems;
}

/** A job under way: items below `item` have run, those below `until` are claimed. */
export interface Run {
  readonly job: Job;
  readonly task: (...args: never[]) => unknown;
  item: number;
  until: number;
  /** The claim reached the end: after these items the call is over. */
  last: boolean;
  /** Mean ms of an item so far, 0 before the first claim has ended. */
  itemMs: number;
  /** Made when the running item asks for it. */
  context: TaskContext | undefined;
}
