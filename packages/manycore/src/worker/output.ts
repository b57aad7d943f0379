/** What tasks print becomes records among the replies, so that it arrives whole, in order, and before the reply. */

import { Writable } from "node:stream";

export type Print = (stream: "stdout" | "stderr", bytes: Uint8Array) => void;

/** Sends everything written to `process.stdout` and `process.stderr` of this thread to `print`. */
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

/**
 * The same in a process. Its streams are never made, and others stand in their place: making them would set the pipes behind
 * them to not block, and whatever writes there by itself (native code, `fs.writeSync(1)`) would fail when they are full.
 */
export function replaceOutput(print: Print): void {
  for (const [name, fd] of [
    ["stdout", 1],
    ["stderr", 2],
  ] as const) {
    const stream = new Writable({
      decodeStrings: true,
      write(chunk: Uint8Array, _encoding, done) {
        print(name, chunk);
        done();
      },
    });
    Object.defineProperty(process, name, {
      value: Object.assign(stream, { fd }),
      configurable: true,
      enumerable: true,
    });
  }
}
