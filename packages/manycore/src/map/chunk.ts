/** Items of a map on their way into a call: numbers stay numbers, everything else is encoded when it is drawn. */

import type { Deque } from "../deque.ts";
import type { Items } from "../transports/transport.ts";
import { Encoded, NONE } from "../wire/payload.ts";

/** One drawn item. */
export type Entry = number | Encoded;

/** Does this item's payload ride beside the bytes? Then it travels in a call of its own. */
function isSolitary(entry: Entry): boolean {
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

/** Entries as the items of one call. */
export function itemsOf(entries: readonly Entry[], encodeNumber: (value: number) => Encoded): Items {
  if (entries.every((entry) => typeof entry === "number"))
    return { kind: "numbers", count: entries.length, values: Float64Array.from(entries as number[]) };
  const payloads = entries.map((entry) => (typeof entry === "number" ? encodeNumber(entry) : entry));
  const [only] = payloads;
  return payloads.length === 1 && only !== undefined ? { kind: "one", count: 1, payload: only } : joined(payloads);
}

function joined(payloads: readonly Encoded[]): Items {
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
