/** Where the results go: a file or standard output, a line each, no faster than they are taken. */

import { createWriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Writable } from "node:stream";
import { Complaint, EXIT_STOPPED, systemReason } from "./complaint.ts";

/** A write costs a system call: lines go together while there are more at once. */
const BATCH_LENGTH = 1 << 16;

/** Whoever read standard output has left, as `head` does: no failure, and nothing more to do. */
export class OutputClosed extends Error {}

export class ResultSink {
  readonly #name: string;
  readonly #write: Writable["write"];
  readonly #end: () => Promise<void>;
  #batch = "";

  private constructor(name: string, write: Writable["write"], end: () => Promise<void>) {
    this.#name = name;
    this.#write = write;
    this.#end = end;
  }

  /**
   * @param inputs files that must not be the output: it is emptied now
   * @throws Complaint where the file cannot be written
   */
  static async open(file: string | undefined, inputs: readonly string[]): Promise<ResultSink> {
    if (file === undefined) return ResultSink.#standardOutput();
    for (const input of inputs) {
      if (await isSameFile(file, input)) throw new Complaint(`${file} is an input: writing there would empty it`);
    }
    try {
      const stream = createWriteStream(file, { fd: await open(file, "w") });
      stream.on("error", () => {}); // told to the write that failed
      return new ResultSink(file, stream.write.bind(stream), () => new Promise((done) => stream.end(done)));
    } catch (error) {
      throw new Complaint(`cannot write ${file}: ${systemReason(error)}`);
    }
  }

  /**
   * From here on standard output holds results and nothing else: what tasks and their modules print there goes to stderr,
   * so that a stray `console.log` tears no line in two.
   */
  static #standardOutput(): ResultSink {
    const { stdout, stderr } = process;
    const write = stdout.write.bind(stdout);
    stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
    stdout.on("error", () => {}); // told to the write that failed
    return new ResultSink("standard output", write as Writable["write"], () => Promise.resolve());
  }

  /**
   * Resolves when there is room for more.
   * @throws OutputClosed, Complaint
   */
  async write(line: string): Promise<void> {
    this.#batch += `${line}\n`;
    if (this.#batch.length >= BATCH_LENGTH) await this.flush();
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    if (this.#batch === "") return;
    const batch = this.#batch;
    this.#batch = "";
    const error = await new Promise<Error | null | undefined>((done) => this.#write(batch, "utf8", done));
    if (error) throw this.#failure(error);
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#end();
  }

  #failure(error: Error): Error {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED") return new OutputClosed();
    return new Complaint(`cannot write ${this.#name}: ${systemReason(error)}`, EXIT_STOPPED);
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  return left !== undefined && right !== undefined && left.isFile() && left.dev === right.dev && left.ino === right.ino;
}
