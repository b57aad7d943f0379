/** The host's calls into a worker's ring; what does not fit there, and what is cloned, rides the port beside it. */

import type { Definition } from "../../functions/definitions.ts";
import type { Bulk } from "../../ring/bulk.ts";
import type { Ring } from "../../ring/ring.ts";
import { sizeOf } from "../../ring/steps.ts";
import { viewKind } from "../../wire/buffers.ts";
import { NONE } from "../../wire/payload.ts";
import type { Call, Items } from "../transport.ts";
import {
  ATTEMPT_BITS,
  ATTEMPT_MASK,
  CALL,
  CALL_HEAD_BYTES,
  type CallSpill,
  NESTED,
  PLACED,
  SEPARATE,
  type SentDefinition,
  TIMED,
  type ToWorker,
} from "./messages.ts";
import type { Told } from "./told.ts";

const FLOAT_BYTES = 8;
const INT_BYTES = 4;

/** Sends a message by the port beside the rings; what is in `transfer` changes owner. */
export type Post<Message> = (message: Message, transfer?: readonly object[]) => void;

export class CallWriter {
  readonly #ring: Ring;
  readonly #bulk: Bulk | undefined;
  readonly #post: Post<ToWorker>;
  readonly #told: Told;
  readonly #floats: DataView;
  /** Room that bodies leave alone, so that the head of every call the lane has a slot for still fits. */
  readonly #headroom: number;
  readonly #most: number;
  #spills = 0;
  /** The worker was parked when the last batch was sent. */
  hasWoken = false;

  /** `most` is the longest body that goes through the ring. */
  constructor(
    ring: Ring,
    bulk: Bulk | undefined,
    post: Post<ToWorker>,
    told: Told,
    slots: number,
    most = ring.maxRecord - CALL_HEAD_BYTES,
  ) {
    this.#ring = ring;
    this.#bulk = bulk;
    this.#post = post;
    this.#most = most;
    this.#told = told;
    this.#floats = new DataView(ring.bytes.buffer, ring.bytes.byteOffset);
    this.#headroom = (slots + 2) * sizeOf(CALL_HEAD_BYTES + FLOAT_BYTES);
  }

  /**
   * Write a call; `wake` follows the last of a batch. @throws what cloning an attachment throws: then nothing was written,
   * and nothing is known to have been told
   */
  write(call: Call, generation: number): void {
    const { items } = call;
    const length = bodyLength(items);
    const isInside = this.#fits(length);
    const placed = isInside ? -1 : (this.#bulk?.place(length) ?? -1);
    const isSpilled = !isInside && placed < 0;
    const number = this.#spill(call, isSpilled ? length : -1);
    const size = CALL_HEAD_BYTES + (isInside ? length : isSpilled ? 0 : INT_BYTES);
    const at = this.#ring.reserve(size);
    if (at < 0) throw new Error("A lane's ring has no room for a call that has a slot.");
    const { words } = this.#ring;
    const word = at >> 2;
    const flags =
      (call.timed ? TIMED : 0) |
      (call.nested ? NESTED : 0) |
      (call.separate ? SEPARATE : 0) |
      (placed < 0 ? 0 : PLACED);
    const view = items.kind === "numbers" ? viewKind(items.values) : 0;
    words[word] = CALL[items.kind] | (flags << 8) | (generation << 16) | (view << 24);
    words[word + 1] = call.id;
    words[word + 2] = call.slot;
    words[word + 3] = call.fn.definition.id;
    words[word + 4] = call.first;
    words[word + 5] = (call.attempt & ATTEMPT_MASK) | (items.count << ATTEMPT_BITS);
    words[word + 6] = number;
    words[word + 7] = isSpilled ? -1 : length;
    if (items.kind === "number") this.#floats.setFloat64(at + CALL_HEAD_BYTES, items.value, true);
    else if (isInside) writeBody(items, this.#ring.bytes, at + CALL_HEAD_BYTES);
    else if (placed >= 0) {
      words[word + 8] = placed;
      writeBody(items, (this.#bulk as Bulk).bytes, placed);
    }
    this.#ring.publish(size);
  }

  /** Wake the worker if it is parked. `us`: how long it may look for the next call before it parks again. */
  wake(us: number): void {
    this.#ring.setPatience(us);
    this.hasWoken = this.#ring.mustWake();
    if (this.hasWoken) this.#post({ kind: "wake" });
  }

  #fits(length: number): boolean {
    const record = CALL_HEAD_BYTES + length;
    if (length <= FLOAT_BYTES) return true;
    return length <= this.#most && this.#ring.hasRoom(this.#ring.cost(record) + this.#headroom);
  }

  /** Posts what the record cannot carry; returns its number, 0 where there is nothing. `bodyBytes` -1: the body is inside. */
  #spill(call: Call, bodyBytes: number): number {
    const { fn, items } = call;
    const payload = items.kind === "one" || items.kind === "many" ? items.payload : undefined;
    const definitions = this.#told.missing(fn, payload?.needs ?? NONE);
    const needs = needsOf(fn.definition, payload?.needs ?? NONE, definitions);
    const hasAttachments = payload !== undefined && payload.attachments.length > 0;
    if (definitions === undefined && needs === undefined && !hasAttachments && bodyBytes < 0) return 0;
    const number = ++this.#spills;
    const transfer: object[] = payload === undefined ? [] : [...payload.transfer];
    let body: Uint8Array | undefined;
    if (bodyBytes >= 0) {
      body = new Uint8Array(bodyBytes);
      writeBody(items, body, 0);
      transfer.push(body.buffer as ArrayBuffer);
    }
    const spill: CallSpill = {
      kind: "call",
      number,
      ...(definitions && { definitions }),
      ...(needs && { needs }),
      ...(hasAttachments && { attachments: payload.attachments }),
      ...(body && { body }),
    };
    try {
      this.#post(spill, transfer);
    } catch (error) {
      this.#told.forgetAll();
      throw error;
    }
    return number;
  }
}

function bodyLength(items: Items): number {
  switch (items.kind) {
    case "number":
      return FLOAT_BYTES;
    case "one":
      return items.payload.length;
    case "many":
      return INT_BYTES * (items.count + 2) + items.payload.length;
    case "numbers":
      return items.values.byteLength;
  }
}

/** As `call-reader.ts` reads it. */
function writeBody(items: Items, to: Uint8Array, at: number): void {
  switch (items.kind) {
    case "number":
      new DataView(to.buffer, to.byteOffset + at).setFloat64(0, items.value, true);
      return;
    case "one":
      items.payload.copyTo(to, at);
      return;
    case "many": {
      const { count, offsets, payload } = items;
      const view = new DataView(to.buffer, to.byteOffset + at);
      view.setUint32(0, count, true);
      for (let index = 0; index <= count; index++)
        view.setUint32(INT_BYTES * (index + 1), offsets[index] as number, true);
      payload.copyTo(to, at + INT_BYTES * (count + 2));
      return;
    }
    case "numbers": {
      const { values } = items;
      to.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    }
  }
}

/** What must be ready before the call: its function, what its arguments name, and classes that are new to the worker. */
function needsOf(
  fn: Definition,
  needs: readonly Definition[],
  told: readonly SentDefinition[] | undefined,
): number[] | undefined {
  const classes = told?.filter(([, body]) => body.kind === "class").map(([id]) => id) ?? NONE;
  if (needs.length + classes.length === 0 && told === undefined) return undefined;
  return [fn.id, ...needs.map(({ id }) => id), ...classes];
}
