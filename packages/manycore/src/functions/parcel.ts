/**
 * A parcel is the host's side of a definition: the thing itself, and the knowledge of how to make its next version.
 * `ship` walks from parcel to parcel, so that functions and data may refer to each other in any circle.
 */

import type { Definition, DefinitionBody, Shipped } from "./definitions.ts";
import type { Insight } from "./insight.ts";
import { newId } from "./registry.ts";

/** The well-known key of objects that have a parcel of their own: `perWorker` handles, `partial` functions. */
export const PARCEL: unique symbol = Symbol("manycore.parcel");

/** One walk of `ship` over everything a function needs. */
export interface Journey {
  /** Number of the burst: within one, data is encoded once. */
  readonly burst: number;
  /** Number of the journey itself: variables that are assigned are read once in each. */
  readonly number: number;
  /** What needs that which is being packed. */
  readonly around: Parcel | undefined;
  /** The parcel of a function or handle. `byValue`: also where a module exports it. */
  parcelOf(value: object, byValue: boolean): Parcel;
  /** The parcel of a captured object, one for each object however many functions capture it. */
  dataOf(value: object, name: string): Parcel;
  /** What V8 knows of a function, asked once a journey: it is all alive as long as the answer is. */
  inspect(fn: object): Insight | undefined;
  /** What was packed in this burst must be looked at again. */
  renew(): void;
}

export interface Parcel {
  readonly id: number;
  /** It reads variables that are assigned: the very next call may find others, in the same burst too. */
  readonly fickle?: boolean;
  /** How the user calls it, for the way to an obstacle; undefined where that says nothing. */
  readonly label: string | undefined;
  /** The current version; undefined before the first packing. */
  readonly definition: Definition | undefined;
  readonly children: readonly Parcel[];
  /** Definitions made elsewhere that come along. */
  readonly needs: readonly Definition[];
  /** Bytes of source text. */
  readonly codeSize: number;
  /** No later packing can change it. */
  readonly settled: boolean;
  /** Bring the definition up to date. Throws a Refusal. */
  pack(journey: Journey): void;
}

/** The next version of a definition. */
export function revise(
  current: Definition | undefined,
  id: number,
  body: DefinitionBody,
  original: unknown,
): Definition {
  return { id, version: (current?.version ?? 0) + 1, body, original };
}

/** A definition that never changes: something that a module or the runtime has under a name. */
export class FixedParcel implements Parcel {
  readonly id = newId();
  readonly label = undefined;
  readonly definition: Definition;
  readonly children = [];
  readonly needs = [];
  readonly codeSize = 0;
  readonly settled = true;

  constructor(body: DefinitionBody, original: unknown) {
    this.definition = revise(undefined, this.id, body, original);
  }

  pack(): void {}
}

/** A handle: what ships is its own word. */
export class HandleParcel implements Parcel {
  readonly id: number;
  readonly label = undefined;
  readonly children = [];
  readonly codeSize = 0;
  readonly settled = false;
  readonly #ship: () => Shipped;
  #shipped: Shipped;

  constructor(ship: () => Shipped) {
    this.#ship = ship;
    this.#shipped = ship();
    this.id = this.#shipped.definition.id;
  }

  get definition(): Definition {
    return this.#shipped.definition;
  }

  get needs(): readonly Definition[] {
    return this.#shipped.needs;
  }

  pack(): void {
    this.#shipped = this.#ship();
  }
}
