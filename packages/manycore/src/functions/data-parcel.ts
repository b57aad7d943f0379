/** Captured data: a variable that is read anew for every burst, or an object that may have changed inside. */

import { Contents } from "./contents.ts";
import type { Definition } from "./definitions.ts";
import { type Journey, type Parcel, revise } from "./parcel.ts";
import { newId } from "./registry.ts";

export class DataParcel implements Parcel {
  readonly id = newId();
  readonly label = undefined;
  readonly codeSize = 0;
  readonly settled = false;
  readonly #contents: Contents;
  #value: unknown;
  #definition: Definition | undefined;
  #burst = 0;

  constructor(name: string, value: unknown) {
    this.#contents = new Contents(name);
    this.#value = value;
  }

  /** What the variable holds now. */
  set value(value: unknown) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    this.#burst = 0;
  }

  get definition(): Definition | undefined {
    return this.#definition;
  }

  get children(): readonly Parcel[] {
    return this.#contents.children;
  }

  get needs(): readonly Definition[] {
    return this.#contents.needs;
  }

  pack(journey: Journey): void {
    if (this.#burst === journey.burst) return;
    const isNew = this.#contents.update(this.#value, journey);
    if (isNew)
      this.#definition = revise(
        this.#definition,
        this.id,
        { kind: "data", payload: this.#contents.payload },
        this.#value,
      );
    this.#burst = journey.burst;
  }
}
