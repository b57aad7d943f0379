/** What becomes the items of a call: numbers stay numbers, everything else is encoded when it is submitted or drawn. */

import type { Deque } from "../deque.ts";
import type { Items } from "../transports/transport.ts";
import { Encoded, NONE } from "../wire/payload.ts";

/** The arguments of one item, a number where that is all. */
export type Entry = number | Encoded;

/** Does this item's payload ride beside the bytes? Then it travels in a call of its own. */
export function isSolitary(entry: Entry): boolean {
  return typeof entry !== "number" && (entry.attachments.length > 0 || entry.transfer.length > 0);
}

/** Takes from the front what can go in one call, `most` entries at most, and none behind one that is missing. */
export function takeTogether(entries: Deque<Entry | undefined>, most: number): Entry[] {
  const taken: Entry[] = [];
  for (let next = entries.peek(); next !== undefined && taken.length < most; next = entries.peek()) {
    const isAlone = isSolitary(next);
    if (isAlone && taken.length > 0) break;
    entries.shift();
    taken.push(next);
    if (isAlone) break;
  }
  return taken;
}

/** Entries as the items of one call; `encodeNumber` is for numbers among others. */
export function itemsOf(entries: readonly Entry[], encodeNumber: (value: number) => Encoded): Items {
  if (entries.every((entry) => typeof entry === "number"))
    return { kind: "numbers", count: entries.length, values: Float64Array.from(entries as number[]) };
  const payloads = entries.map((entry) => (typeof entry === "number" ? encodeNumber(entry) : entry));
  const [only] = payloads;
  return payloads.length === 1 && only !== undefined ? itemOf(only) : joined(payloads);
}

/** The only item of a call. */
export const itemOf = (entry: Entry): Items =>
  typeof entry === "number" ? { kind: "number", count: 1, value: entry } : { kind: "one", count: 1, payload: entry };

/** Payloads in one, with nothing beside it. */
export function joined(payloads: readonly Encoded[]): Items {
  const offsets = new Uint32Array(payloads.length + 1);
  payloads.forEach(({ length }, index) => {
    offsets[index + 1] = (offsets[index] as number) + length;
  });
  const bytes = new Uint8Array(offsets[payloads.length] as number);
  const needs = new Set(payloads.flatMap((payload) => payload.needs));
  payloads.forEach((payload, index) => {
    payload.copyTo(bytes, offsets[index] as number);
  });
  return {
    kind: "many",
    count: payloads.length,
    payload: new Encoded(bytes, 0, bytes.length, NONE, NONE, [...needs]),
    offsets,
  };
}
