/** Through the codec and back, in one thread; attachments ride along as they would through postMessage. */

import type { DecodeContext } from "../../../src/wire/codec.ts";
import { decode } from "../../../src/wire/decode.ts";
import { type EncodeContext, Encoder } from "../../../src/wire/encode.ts";

export const encoding: EncodeContext = {
  root: "args",
  define(_value, path) {
    throw new Error(`${path} would have to be shipped`);
  },
};

export const decoding: DecodeContext = {
  resolve(id) {
    throw new Error(`there is no definition ${id}`);
  },
};

/** Every kind of view that all supported Nodes have. */
export const VIEW_CLASSES = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];

const encoder = new Encoder();

export function roundTrip<T>(value: T, context: EncodeContext = encoding): T {
  const { bytes, attachments } = encoder.encode(value, context);
  return decode(bytes, attachments, decoding) as T;
}

export function encoded(value: unknown, context: EncodeContext = encoding): Uint8Array {
  return encoder.encode(value, context).bytes;
}

/** The path and message of the refusal of a value. */
export function refusal(
  value: unknown,
  context: EncodeContext = encoding,
): { path: unknown; message: string; name: string } {
  try {
    encoder.encode(value, context);
  } catch (error) {
    const { path, message, name } = error as Error & { path?: unknown };
    return { path, message, name };
  }
  throw new Error("It was not refused.");
}
