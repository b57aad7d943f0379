/** The host's encoder: functions and handles among arguments go by definition. */

import { SerializationError } from "../errors.ts";
import { HAND_OVER_FROM } from "../wire/buffers.ts";
import { classDefinitions } from "../wire/classes.ts";
import { type EncodeContext, Encoder } from "../wire/encode.ts";
import type { Encoded } from "../wire/payload.ts";
import { checkApart } from "./apart.ts";
import type { Definition, Shipped } from "./definitions.ts";
import { newId } from "./registry.ts";
import { shipValue } from "./ship.ts";

const encoder = new Encoder();

/** A function or handle inside a value, as a definition. */
export function defineValue(value: unknown): Shipped {
  return shipValue(value as object);
}

/**
 * How arguments go: in bytes that can be sent `again`, beside memory that is shared; `once`, large buffers beside the bytes,
 * gone with the worker they went to; to a process `apart`, in bytes alone.
 */
export type Passage = "again" | "once" | "apart";

const plain: EncodeContext = { root: "args", define: defineValue, nextId: newId };
const contexts: Record<Passage, EncodeContext> = {
  again: plain,
  once: { ...plain, handOverFrom: HAND_OVER_FROM },
  apart: { ...plain, bytesOnly: true },
};

/**
 * Arguments as bytes, encoded now: what happens to them later is not seen.
 * @throws SerializationError with the path of the bad value, FunctionShippingError
 */
export function encodeArguments(args: readonly unknown[], passage: Passage, transfer?: readonly object[]): Encoded {
  const context = contexts[passage];
  const encoded = encoder.encodeArguments(args, transfer ? { ...context, transfer: new Set(transfer) } : context);
  if (passage === "apart") checkApart(encoded.needs);
  return transfer === undefined ? encoded : withOwnBuffers(encoded);
}

/** Buffers change owner now, not when the call is sent: nobody can write to them, or give them away, in between. */
function withOwnBuffers(payload: Encoded): Encoded {
  const own = new Map<unknown, ArrayBuffer>();
  for (const each of payload.transfer) if (each instanceof ArrayBuffer) own.set(each, taken(each));
  const replaced = <T>(each: T): T => (own.get(each) as T | undefined) ?? each;
  return payload.beside(payload.attachments.map(replaced), payload.transfer.map(replaced));
}

function taken(buffer: ArrayBuffer): ArrayBuffer {
  try {
    return structuredClone(buffer, { transfer: [buffer] });
  } catch (cause) {
    throw new SerializationError("A buffer to be transferred has been transferred before: it is detached.", { cause });
  }
}

/**
 * The registered classes, with all they need: a worker gets them before its first call, since a task may throw or return
 * what nothing it was sent mentions. The same list until a class is registered.
 * @throws FunctionShippingError for a class that cannot be shipped
 */
export function registeredClasses(): readonly Definition[] {
  return classDefinitions(plain);
}
