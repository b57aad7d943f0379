/** `perWorker`: something that every worker makes for itself, once: a connection, a loaded model, an open file. */

import type { Definition, Shipped } from "../functions/definitions.ts";
import { HANDLE } from "../functions/handle.ts";
import { type Journey, PARCEL, type Parcel, revise } from "../functions/parcel.ts";
import { newId } from "../functions/registry.ts";
import { shipValue } from "../functions/ship.ts";
import { LazyValue } from "./lazy-value.ts";

/** A handle on a value that exists once in each worker. Made by `perWorker`. */
export class PerWorker<T> {
  readonly #value: LazyValue<T>;
  readonly #parcel: Parcel;

  constructor(factory: () => T, dispose?: (value: Awaited<T>) => unknown) {
    if (typeof factory !== "function") throw new TypeError("perWorker takes a function that makes the value.");
    if (dispose !== undefined && typeof dispose !== "function")
      throw new TypeError("The second argument of perWorker is a function that disposes of the value.");
    this.#value = new LazyValue(factory, dispose);
    this.#parcel = new PerWorkerParcel(this, factory, dispose);
  }

  /**
   * The value of the worker this is called in, made at the first call there; a promise, where the factory is
   * asynchronous. On the host, outside a task, it is the host's own. If the factory throws, the next call tries again.
   */
  get(): T {
    return this.#value.get();
  }

  /** @internal */
  [PARCEL](): Parcel {
    return this.#parcel;
  }

  /** @internal */
  [HANDLE](): Shipped {
    return shipValue(this);
  }
}

/**
 * A value that each worker makes for itself when a task first calls `.get()`, and keeps: a connection, a model, an open
 * file. `factory` is shipped like any function. `dispose(value)` runs when the worker is stopped in good order, not when
 * it is killed.
 * Python: the globals that an `initializer` fills.
 *
 * @throws TypeError where an argument is no function
 */
export function perWorker<T>(factory: () => T, dispose?: (value: Awaited<T>) => unknown): PerWorker<T> {
  return new PerWorker(factory, dispose);
}

class PerWorkerParcel implements Parcel {
  readonly id = newId();
  readonly label = "the perWorker factory";
  readonly needs = [];
  readonly codeSize = 0;
  readonly settled = true;
  readonly #handle: object;
  readonly #factory: object;
  readonly #dispose: object | undefined;
  #children: readonly Parcel[] = [];
  #definition: Definition | undefined;

  constructor(handle: object, factory: object, dispose: object | undefined) {
    this.#handle = handle;
    this.#factory = factory;
    this.#dispose = dispose;
  }

  get definition(): Definition | undefined {
    return this.#definition;
  }

  get children(): readonly Parcel[] {
    return this.#children;
  }

  pack(journey: Journey): void {
    if (this.#definition !== undefined) return;
    const factory = journey.parcelOf(this.#factory, false);
    const dispose = this.#dispose && journey.parcelOf(this.#dispose, false);
    this.#children = dispose === undefined ? [factory] : [factory, dispose];
    this.#definition = revise(
      undefined,
      this.id,
      { kind: "perWorker", factory: factory.id, dispose: dispose?.id },
      this.#handle,
    );
  }
}
