/** `capture`: a function whose captured variables are named one by one, so that nothing has to be found out. */

import { symbolBinding } from "./captures.ts";
import type { Binding, Definition, Primitive } from "./definitions.ts";
import { isHandle } from "./handle.ts";
import { type Journey, PARCEL, type Parcel, revise } from "./parcel.ts";
import { moduleObjectReference } from "./reference.ts";
import { describeFunction, nameOf } from "./refusal.ts";
import { newId } from "./registry.ts";

/**
 * `fn` with its captured variables as its first argument: `capture({ k }, ({ k }, x: number) => x * k)` is a function
 * of `x` alone. It ships in runtimes without an inspector too, and says in one place what goes along.
 *
 * `values` is read now; objects in it are encoded when the function is shipped, once for every burst of submits, and
 * sent where their bytes have changed, as captured variables are. Functions, handles of `share` and `perWorker`, and
 * further `capture`s may be among them. In a worker they are its own copies.
 *
 * @throws TypeError where `values` is no plain object, or `fn` no function
 */
export function capture<Values extends object, Args extends unknown[], R>(
  values: Values,
  fn: (captured: Values, ...args: Args) => R,
): (...args: Args) => R {
  if (!isPlain(values))
    throw new TypeError("capture takes an object with the captured values first: capture({ k }, ({ k }, x) => x * k).");
  if (typeof fn !== "function") throw new TypeError("capture takes a function after the captured values.");
  const captured = { ...values };
  const call = (...args: Args) => fn(captured, ...args);
  Object.defineProperties(call, {
    name: { value: nameOf(fn), configurable: true },
    [PARCEL]: { value: () => new CaptureParcel(call, fn, captured) },
  });
  return call;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The bindings are made once; what they name is brought up to date as everything that is captured. */
class CaptureParcel implements Parcel {
  readonly id = newId();
  readonly label: string;
  readonly needs = [];
  readonly codeSize = 0;
  readonly settled = true;
  readonly #original: object;
  readonly #fn: object;
  readonly #captured: object;
  #children: readonly Parcel[] = [];
  #definition: Definition | undefined;

  constructor(original: object, fn: object, captured: object) {
    this.#original = original;
    this.#fn = fn;
    this.#captured = captured;
    this.label = describeFunction(fn, undefined, undefined);
  }

  get definition(): Definition | undefined {
    return this.#definition;
  }

  get children(): readonly Parcel[] {
    return this.#children;
  }

  pack(journey: Journey): void {
    if (this.#definition !== undefined) return;
    const target = journey.parcelOf(this.#fn, false);
    const children = [target];
    const bindings = Object.entries(this.#captured).map(([name, value]) => {
      const { binding, parcel } = bind(name, value, journey);
      if (parcel !== undefined) children.push(parcel);
      return binding;
    });
    this.#children = children;
    this.#definition = revise(undefined, this.id, { kind: "capture", target: target.id, bindings }, this.#original);
  }
}

function bind(name: string, value: unknown, journey: Journey): { binding: Binding; parcel?: Parcel } {
  if (typeof value === "symbol") return { binding: symbolBinding(name, value) };
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    return { binding: { name, from: "value", value: value as Primitive } };
  const parcel =
    isHandle(value) || typeof value === "function"
      ? journey.parcelOf(value, false)
      : (moduleObjectReference(value, { commonjs: true }) ?? journey.dataOf(value, name));
  return { binding: { name, from: "definition", id: parcel.id, eager: false }, parcel };
}
