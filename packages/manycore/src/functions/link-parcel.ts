/** Parcels that are other parcels and some data: bound functions. */

import type { Payload } from "../wire/payload.ts";
import { Contents } from "./contents.ts";
import type { Definition, DefinitionBody } from "./definitions.ts";
import { type Journey, type Parcel, revise } from "./parcel.ts";
import { newId } from "./registry.ts";

/** What a linked function is made of: another function, and a value to go with it. */
export interface Link {
  readonly target: object;
  readonly value: unknown;
  readonly name: string;
  /** How messages call the value. */
  readonly root: string;
  body(target: number, payload: Payload): DefinitionBody;
}

export class LinkParcel implements Parcel {
  readonly id = newId();
  readonly label: string;
  readonly codeSize = 0;
  readonly settled = false;
  readonly #original: object;
  readonly #link: Link;
  readonly #contents: Contents;
  #target: Parcel | undefined;
  #definition: Definition | undefined;
  #burst = 0;

  constructor(original: object, link: Link) {
    this.#original = original;
    this.#link = link;
    this.label = `"${link.name}"`;
    this.#contents = new Contents(link.root, { isVariable: false });
  }

  get definition(): Definition | undefined {
    return this.#definition;
  }

  get children(): readonly Parcel[] {
    return this.#target === undefined ? [] : [this.#target, ...this.#contents.children];
  }

  get needs(): readonly Definition[] {
    return this.#contents.needs;
  }

  pack(journey: Journey): void {
    if (this.#burst === journey.burst) return;
    const target = journey.parcelOf(this.#link.target, false);
    const isNew = this.#contents.update(this.#link.value, journey);
    if (isNew)
      this.#definition = revise(
        this.#definition,
        this.id,
        this.#link.body(target.id, this.#contents.payload),
        this.#original,
      );
    this.#target = target;
    this.#burst = journey.burst;
  }
}
