/** What tasks print becomes records among the replies, so that it arrives whole, in order, and before the reply. */

import type { Writable } from "node:stream";

type Print = (stream: "stdout" | "stderr", bytes: Uint8Array) => void;

/** Sends everything written to `process.stdout` and `process.stderr` of this worker to `print`. */
export function redirectOutput(print: Print): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream: Writable = process[name];
    stream._write = (chunk: Uint8Array | string, encoding, done) => {
      print(name, typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
      done();
    };
    // A thread's stream writes its backlog by `_writev`; without one, it goes piece by piece through `_write`.
    Object.defineProperty(stream, "_writev", { value: null, configurable: true });
  }
}
