/**
 * Istanbul (nyc, Jest's default) writes `cov_1a2b3c().s[4]++` into every function: the counters of the whole file, which
 * change with every statement. They are this thread's. In a worker a function of the same name counts for nobody.
 */

import { FixedParcel } from "./parcel.ts";
import { newCodeId } from "./registry.ts";
import type { Script } from "./script.ts";

/** A branch is counted one level deeper than a statement or a function. */
const SOURCE = `() => {
  const branches = new Proxy({}, { get: () => ({}) });
  return { s: {}, f: {}, b: branches, bT: branches };
}`;

let parcel: FixedParcel | undefined;

/** What goes to a worker in the place of a file's counters; undefined for any other variable. */
export function counterParcel(name: string, value: unknown, script: Script | undefined): FixedParcel | undefined {
  if (typeof value !== "function" || !/^cov_[a-z0-9]+$/.test(name) || !script?.source.includes("__coverage__"))
    return undefined;
  parcel ??= new FixedParcel(
    {
      kind: "code",
      code: {
        codeId: newCodeId(),
        source: SOURCE,
        wrap: "none",
        url: "manycore:coverage-counter",
        line: 0,
        column: 0,
        strict: true,
        importsDynamically: false,
        name: "counter",
      },
      bindings: [],
      properties: undefined,
    },
    value,
  );
  return parcel;
}
