/** Encoded items are cut, never encoded again. */

import type { Items } from "./transport.ts";

/** `count` of the items, from `from` on. */
export function sliceItems(items: Items, from: number, count: number): Items {
  switch (items.kind) {
    case "number":
    case "one":
      return items;
    case "numbers":
      return { kind: "numbers", count, values: items.values.subarray(from, from + count) };
    case "many": {
      const start = items.offsets[from] as number;
      const end = items.offsets[from + count] as number;
      const offsets = items.offsets.slice(from, from + count + 1).map((offset) => offset - start);
      return {
        kind: "many",
        count,
        payload: items.payload.part(start, end),
        offsets,
      };
    }
  }
}
