/** A call as the worker holds it: its slot, its encoded items, and how far it has run. */

import type { DefinitionBody } from "../functions/definitions.ts";
import type { TypedArray } from "../transports/transport.ts";
import type { TaskContext } from "./context.ts";

export type JobItems =
  | {
      readonly kind: "args";
      readonly bytes: Uint8Array;
      readonly offsets: Uint32Array | undefined;
      readonly attachments: readonly unknown[];
    }
  | { readonly kind: "numbers"; readonly values: TypedArray };

export interface Job {
  readonly id: number;
  readonly slot: number;
  readonly generation: number;
  readonly fn: number;
  /** Definitions to record before the call, in the order of their sending. */
  readonly definitions: readonly (readonly [id: number, body: DefinitionBody])[];
  /** Everything that must be prepared before the call runs. */
  readonly needs: readonly number[];
  readonly first: number;
  readonly attempt: number;
  readonly timed: boolean;
  readonly nested: boolean;
  readonly items: JobItems;
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
