/** `partial`: a function with some of its arguments given. Unlike a closure, nothing of it has to be found out. */

import { LinkParcel } from "./link-parcel.ts";
import { PARCEL } from "./parcel.ts";
import { fill } from "./partial-call.ts";

/** Stands for an argument that the call will give. Python: `functools.Placeholder`. */
export const Placeholder: unique symbol = Symbol.for("manycore.Placeholder") as never;
export type Placeholder = typeof Placeholder;

/** For each given argument: it, or a placeholder for it. */
type Given<Parameters extends readonly unknown[], Pattern extends readonly unknown[]> = Pattern extends readonly [
  unknown,
  ...infer More,
]
  ? Parameters extends readonly []
    ? readonly [never]
    : Parameters extends readonly [(infer First)?, ...infer Others]
      ? readonly [First | Placeholder, ...Given<Others, More>]
      : never
  : readonly [];

/** What is left to give: the placeholders' parameters, then those after the pattern. */
type Leftover<Parameters extends readonly unknown[], Pattern extends readonly unknown[]> = Pattern extends readonly [
  infer Given,
  ...infer More,
]
  ? Parameters extends readonly [(infer First)?, ...infer Others]
    ? [Given] extends [Placeholder]
      ? [First, ...Leftover<Others, More>]
      : Leftover<Others, More>
    : []
  : [...Parameters];

const PARTS = Symbol("manycore.partial");

interface Parts {
  readonly target: (...args: unknown[]) => unknown;
  readonly args: readonly unknown[];
  readonly holes: readonly number[];
}

/**
 * `f` with its first arguments given: `partial(f, a)(b)` is `f(a, b)`. With `Placeholder` for some, those are what the
 * call gives first: `partial(f, Placeholder, 2)(1)` is `f(1, 2)`. A partial of a partial is one partial.
 * Python: `functools.partial`.
 *
 * @throws TypeError where `f` is no function, or the last argument is a placeholder (it would stand for nothing)
 */
export function partial<F extends (...args: never[]) => unknown, const Pattern extends readonly unknown[]>(
  f: F,
  ...args: Pattern & Given<Parameters<F>, Pattern>
): (...rest: Leftover<Parameters<F>, Pattern>) => ReturnType<F> {
  if (typeof f !== "function") throw new TypeError("partial takes a function first.");
  if (args.at(-1) === Placeholder)
    throw new TypeError("The last argument of partial cannot be a Placeholder: leave it out.");
  const { target, args: given, holes } = merged((f as { [PARTS]?: Parts })[PARTS], f as never, args);
  const call = fill(target, given, holes);
  const name = target.name;
  const parcel = () =>
    new LinkParcel(call, {
      target,
      value: [given, holes],
      name,
      root: "[args]",
      body: (id, payload) => ({ kind: "partial", target: id, payload }),
    });
  Object.defineProperties(call, {
    name: { value: name, configurable: true },
    [PARTS]: { value: { target, args: given, holes } satisfies Parts },
    [PARCEL]: { value: parcel },
  });
  return call as never;
}

/** New arguments fill the placeholders of an inner partial first. */
function merged(inner: Parts | undefined, f: Parts["target"], args: readonly unknown[]): Parts {
  const given: unknown[] = inner === undefined ? [] : [...inner.args];
  let next = 0;
  for (const hole of inner?.holes ?? []) given[hole] = next < args.length ? args[next++] : Placeholder;
  given.push(...args.slice(next));
  const holes = given.flatMap((each, index) => (each === Placeholder ? [index] : []));
  return { target: inner?.target ?? f, args: given.map((each) => (each === Placeholder ? undefined : each)), holes };
}
