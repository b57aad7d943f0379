/** Where text goes: a file, or a stream that somebody reads. */

import type { FileHandle } from "node:fs/promises";
import { Complaint, EXIT_STOPPED, systemReason } from "../complaint.ts";

/** Whoever read standard output has left, as `head` does: no failure, and nothing more to do. */
export class OutputClosed extends Error {}

export interface Sink {
  /** What is in the file already; undefined where positions mean nothing. */
  readonly length: number | undefined;
  /**
   * Resolves when all of it is written.
   * @throws OutputClosed, Complaint
   */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export function fileSink(name: string, file: FileHandle, length: number | undefined): Sink {
  return {
    length,
    write: (text) => file.appendFile(text).catch((error: unknown) => Promise.reject(failure(name, error))),
    close: () => file.close().catch((error: unknown) => Promise.reject(failure(name, error))),
  };
}

/**
 * From here on standard output holds results and nothing else: what tasks and their modules print there goes to stderr,
 * so that a stray `console.log` tears no line in two.
 */
export function standardOutput(): Sink {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  stdout.on("error", () => {}); // told to the write that failed
  return {
    length: undefined,
    write: (text) =>
      new Promise((resolve, reject) => {
        write(text, "utf8", (error) => (error ? reject(failure("standard output", error)) : resolve()));
      }),
    close: () => Promise.resolve(),
  };
}

function failure(name: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED") return new OutputClosed();
  return new Complaint(`cannot write ${name}: ${systemReason(error)}`, EXIT_STOPPED);
}
