/** Replies of the inline room: copied as in any room, told at once. */

import { defineValue } from "../../functions/encoding.ts";
import { originalOf } from "../../functions/registry.ts";
import { decode } from "../../wire/decode.ts";
import { type EncodeContext, Encoder } from "../../wire/encode.ts";
import { decodeThrown, encodeThrown } from "../../wire/errors.ts";
import type { Outlet } from "../../worker/outlet.ts";
import type { HeldCalls } from "../held.ts";
import type { LaneEvents, Reply } from "../transport.ts";

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

  value(id: number, item: number, value: unknown, runMs: number): void {
    const { bytes, attachments, transfer } = encoder.encode(value, results);
    const moved =
      transfer.length === 0 ? attachments : structuredClone(attachments, { transfer: transfer as ArrayBuffer[] });
    const copy = decode(bytes, moved, context);
    this.#tell(id, item, 1, { kind: "value", id, item, value: copy, size: bytes.length, runMs });
  }

  numbers(id: number, item: number, values: Float64Array, count: number, runMs: number): void {
    this.#tell(id, item, count, { kind: "numbers", id, item, values: values.slice(0, count), runMs });
  }

  error(id: number, item: number, error: unknown, runMs: number): void {
    const { bytes, attachments } = encodeThrown(error, encoder, results);
    this.#tell(id, item, 1, { kind: "error", id, item, error: decodeThrown(bytes, attachments, context), runMs });
  }

  passed(id: number): void {
    this.#held.passed(id);
    this.#replied();
  }

  progress(id: number, item: number, value: unknown): void {
    const { bytes, attachments } = encoder.encode(value, results);
    this.#on.progress(id, item, decode(bytes, attachments, context));
  }

  #tell(id: number, item: number, count: number, reply: Reply): void {
    if (!this.#held.publish(id, item, count)) return;
    this.#on.reply(reply);
    this.#replied();
  }
}
