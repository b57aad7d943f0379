/** Replies of the inline room: copied as in any room, told at once. */

import { defineValue } from "../../functions/encoding.ts";
import { originalOf } from "../../functions/registry.ts";
import { decode } from "../../wire/decode.ts";
import { type EncodeContext, Encoder } from "../../wire/encode.ts";
import { decodeThrown, encodeThrown } from "../../wire/errors.ts";
import type { Origin, Outlet } from "../../worker/outlet.ts";
import type { HeldCalls } from "../held.ts";
import type { Call, LaneEvents, Reply } from "../transport.ts";

const encoder = new Encoder();
const results: EncodeContext = { root: "result", define: defineValue };
const context = { resolve: originalOf };

export class InlineOutlet implements Outlet {
  readonly #held: HeldCalls;
  readonly #on: LaneEvents;
  readonly #replied: () => void;

  constructor(held: HeldCalls, on: LaneEvents, replied: () => void) {
    this.#held = held;
    this.#on = on;
    this.#replied = replied;
  }

  value(origin: Origin, item: number, value: unknown, runMs: number): void {
    const { bytes, attachments, transfer } = encoder.encode(value, results);
    const moved =
      transfer.length === 0 ? attachments : structuredClone(attachments, { transfer: transfer as ArrayBuffer[] });
    const copy = decode(bytes, moved, context);
    this.#tell(origin, item, 1, (call) => ({ kind: "value", call, item, value: copy, size: bytes.length, runMs }));
  }

  numbers(origin: Origin, item: number, values: Float64Array, count: number, runMs: number): void {
    const copy = values.slice(0, count);
    this.#tell(origin, item, count, (call) => ({ kind: "numbers", call, item, values: copy, runMs }));
  }

  error(origin: Origin, item: number, error: unknown, runMs: number): void {
    const { bytes, attachments } = encodeThrown(error, encoder, results);
    const copy = decodeThrown(bytes, attachments, context);
    this.#tell(origin, item, 1, (call) => ({ kind: "error", call, item, error: copy, runMs }));
  }

  passed(origin: Origin): void {
    this.#held.passed(origin);
    this.#replied();
  }

  progress(origin: Origin, item: number, value: unknown): void {
    const { bytes, attachments } = encoder.encode(value, results);
    const call = this.#held.find(origin);
    if (call !== undefined) this.#on.progress(call, item, decode(bytes, attachments, context));
  }

  #tell(origin: Origin, item: number, count: number, replyTo: (call: Call) => Reply): void {
    const call = this.#held.publish(origin, item, count);
    if (call === undefined) return;
    this.#on.reply(replyTo(call));
    this.#replied();
  }
}
