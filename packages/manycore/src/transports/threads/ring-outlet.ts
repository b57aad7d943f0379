/** A worker's replies into the ring; what does not fit rides the port beside it, posted before the record that names it. */

import type { MessagePort, Transferable } from "node:worker_threads";
import type { Ring } from "../../ring/ring.ts";
import { NONE, type Payload } from "../../wire/payload.ts";
import type { Outlet } from "../../worker/outlet.ts";
import { RECORD, RECORD_HEAD_BYTES, SPILLED, type ToHost } from "./messages.ts";
import { markPlaces } from "./original-places.ts";

/** A full ring is looked at again this often, should the reader's notification go astray with its thread. */
const ROOM_WAIT_MS = 50;

export class RingOutlet implements Outlet {
  readonly #ring: Ring;
  readonly #port: MessagePort;
  readonly #floats: DataView;
  readonly #encode: (value: unknown) => Payload;
  readonly #encodeThrown: (error: unknown) => Payload;
  #spills = 0;

  constructor(
    ring: Ring,
    port: MessagePort,
    encode: (value: unknown) => Payload,
    encodeThrown: (error: unknown) => Payload,
  ) {
    this.#ring = ring;
    this.#port = port;
    this.#encode = encode;
    this.#encodeThrown = encodeThrown;
    this.#floats = new DataView(ring.bytes.buffer, ring.bytes.byteOffset);
  }

  value(id: number, item: number, value: unknown, runMs: number): void {
    this.#write(RECORD.value, id, item, runMs, this.#encode(value));
  }

  numbers(id: number, item: number, values: Float64Array, count: number, runMs: number): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, count * Float64Array.BYTES_PER_ELEMENT);
    this.#write(RECORD.numbers, id, item, runMs, { bytes, attachments: NONE, transfer: NONE });
  }

  error(id: number, item: number, error: unknown, runMs: number): void {
    markPlaces(error);
    this.#write(RECORD.error, id, item, runMs, this.#encodeThrown(error));
  }

  passed(id: number): void {
    this.#write(RECORD.passed, id, 0, 0, EMPTY);
  }

  progress(id: number, item: number, value: unknown): void {
    this.#write(RECORD.progress, id, item, 0, this.#encode(value));
  }

  /** This worker is over its memory limit: it asks to be replaced. */
  heavy(): void {
    this.#write(RECORD.heavy, 0, 0, 0, EMPTY);
  }

  /** What a task printed, in order with the replies. */
  output(stream: "stdout" | "stderr", bytes: Uint8Array): void {
    this.#write(RECORD[stream], 0, 0, 0, { bytes, attachments: NONE, transfer: NONE });
  }

  #write(
    kind: number,
    id: number,
    item: number,
    runMs: number,
    body: Pick<Payload, "bytes" | "attachments" | "transfer">,
  ): void {
    const { bytes, attachments, transfer } = body;
    const fits = attachments.length === 0 && RECORD_HEAD_BYTES + bytes.length <= this.#ring.maxRecord;
    const number = fits ? bytes.length : this.#spill(bytes, attachments, transfer);
    const length = fits ? RECORD_HEAD_BYTES + bytes.length : RECORD_HEAD_BYTES;
    let at = this.#ring.reserve(length);
    while (at < 0) {
      this.#ring.waitForRoom(ROOM_WAIT_MS);
      at = this.#ring.reserve(length);
    }
    const { words } = this.#ring;
    words[at >> 2] = fits ? kind : kind | SPILLED;
    words[(at >> 2) + 1] = id;
    words[(at >> 2) + 2] = item;
    words[(at >> 2) + 3] = number;
    this.#floats.setFloat64(at + 16, runMs, true);
    if (fits) this.#ring.bytes.set(bytes, at + RECORD_HEAD_BYTES);
    if (this.#ring.publish(length)) this.#post({ kind: "wake" });
  }

  #spill(bytes: Uint8Array, attachments: readonly unknown[], transfer: readonly object[]): number {
    const number = ++this.#spills;
    // A copy of its own: the bytes are a window on the encoder's slab, and cloning a view clones all that is behind it.
    const copy = bytes.slice();
    this.#port.postMessage({ kind: "spill", number, bytes: copy, attachments } satisfies ToHost, [
      copy.buffer,
      ...(transfer as Transferable[]),
    ] as Transferable[]);
    return number;
  }

  #post(message: ToHost): void {
    this.#port.postMessage(message);
  }
}

const EMPTY = { bytes: new Uint8Array(0), attachments: NONE, transfer: NONE };
