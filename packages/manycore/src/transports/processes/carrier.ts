/**
 * Rings between processes that share no memory: each side has both rings for itself, and what its own writer published in
 * one is carried over the socket into the other's. A ring that is carried looks like one whose reader is always parked: the
 * wake-up after a batch is the sign to carry it.
 */

import type { Ring } from "../../ring/ring.ts";
import { LENGTH_BYTES, sizeOf } from "../../ring/steps.ts";

export class Carrier {
  readonly #out: Ring;
  readonly #in: Ring;
  /** Records for which the ring had no room yet. */
  #left: { readonly bytes: Uint8Array; at: number }[] = [];

  /** `out` is read here and nowhere else, `in` written. */
  constructor(out: Ring, into: Ring) {
    this.#out = out;
    this.#in = into;
    out.park();
  }

  /** All records that were published, for the other side. */
  take(): Uint8Array {
    const ring = this.#out;
    const taken: Uint8Array[] = [];
    do {
      for (let at = ring.peek(); at >= 0; at = ring.peek()) {
        const length = ring.lengthAt(at);
        const from = at - LENGTH_BYTES;
        taken.push(ring.bytes.slice(from, from + sizeOf(length)));
        ring.release(length);
      }
    } while (!ring.park());
    return taken.length === 1 ? (taken[0] as Uint8Array) : Buffer.concat(taken);
  }

  /** Records of the other side. */
  put(bytes: Uint8Array): void {
    this.#left.push({ bytes, at: 0 });
    this.flush();
  }

  get isEmpty(): boolean {
    return this.#left.length === 0;
  }

  /** What found no room may find it now. True: some has. */
  flush(): boolean {
    let moved = false;
    for (let next = this.#left[0]; next !== undefined; next = this.#left[0]) {
      while (next.at < next.bytes.length) {
        if (!this.#putOne(next)) return moved;
        moved = true;
      }
      this.#left.shift();
    }
    return moved;
  }

  #putOne(from: { readonly bytes: Uint8Array; at: number }): boolean {
    const { bytes, at } = from;
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getInt32(0, true);
    const place = this.#in.reserve(length);
    if (place < 0) return false;
    const start = at + LENGTH_BYTES;
    this.#in.bytes.set(bytes.subarray(start, start + length), place);
    this.#in.publish(length);
    from.at = at + sizeOf(length);
    return true;
  }
}
