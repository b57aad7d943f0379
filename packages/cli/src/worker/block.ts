/** A stretch of a file, as the host found it; read by the worker that gets it. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

export interface Block {
  readonly file: string;
  /** Bytes. */
  readonly from: number;
  readonly to: number;
  /** The whole file's. */
  readonly size: number;
  /** Ms since 1970. */
  readonly modified: number;
}

/** @throws where the file has changed */
export function bytesOf({ file, from, to, size, modified }: Block): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  const descriptor = openSync(file, "r");
  try {
    const found = fstatSync(descriptor);
    if (found.size !== size || found.mtimeMs !== modified)
      throw new Error(`${file} has changed since it was cut into blocks`);
    for (let at = 0; at < bytes.length; ) {
      const count = readSync(descriptor, bytes, at, bytes.length - at, from + at);
      if (count === 0) throw new Error(`${file} has become shorter`);
      at += count;
    }
  } finally {
    closeSync(descriptor);
  }
  return bytes;
}
