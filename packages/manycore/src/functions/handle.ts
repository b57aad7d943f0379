/** What ships as a definition by its own word: `share`, `perWorker`, later locks and shared memory. */

import type { Shipped } from "./definitions.ts";

/** The well-known key of handles, one for every copy of this library in the process. */
export const HANDLE: unique symbol = Symbol.for("manycore.handle");

/** A value that the codec sends as a definition, by asking it. */
export interface Handle {
  readonly [HANDLE]: () => Shipped;
}

/** Is this value a handle? */
export function isHandle(value: unknown): value is Handle {
  return typeof value === "object" && value !== null && HANDLE in value;
}
