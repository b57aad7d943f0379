/** What a task threw, and any other value that must arrive whatever it is. */

import { RemoteError } from "../errors.ts";
import { type DecodeContext, decode } from "./decode.ts";
import type { EncodeContext, Encoder } from "./encode.ts";
import { description } from "./error-records.ts";
import type { Encoded } from "./payload.ts";

/** Encode what was thrown. Never throws: what cannot be sent goes as a `RemoteError` that describes it. */
export function encodeThrown(thrown: unknown, encoder: Encoder, context: EncodeContext): Encoded {
  try {
    return encoder.encode(thrown, context);
  } catch {
    const text = description(thrown);
    const stand = new RemoteError(`A value was thrown that cannot be sent: ${text}`, { remoteName: nameOf(thrown) });
    return encoder.encode(stand, context);
  }
}

function nameOf(thrown: unknown): string {
  try {
    const { constructor: cls } = Object(thrown);
    return typeof cls === "function" && cls.name !== "" ? cls.name : typeof thrown;
  } catch {
    return typeof thrown;
  }
}

/** Decode what was thrown. Never throws: what cannot be decoded is a `RemoteError` that says why. */
export function decodeThrown(bytes: Uint8Array, attachments: readonly unknown[], context: DecodeContext): unknown {
  try {
    return decode(bytes, attachments, context);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new RemoteError(`What was thrown cannot be rebuilt here: ${why}`, { cause });
  }
}
