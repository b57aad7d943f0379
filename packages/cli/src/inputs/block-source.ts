/** `--block SIZE`: stretches of whole lines or records of files. Workers read them; here only their ends are found. */

import { type FileHandle, open } from "node:fs/promises";
import { Complaint, cannotRead, EXIT_STOPPED } from "../complaint.ts";
import type { Block } from "../worker/block.ts";
import type { Reading } from "../worker/reading.ts";
import { checkHeader } from "./field-key.ts";
import { delimiterOf, isTable } from "./formats.ts";
import { QuoteScan } from "./quote-scan.ts";
import type { Item, Source } from "./source.ts";

const LOOK_BYTES = 1 << 16;
const SCAN_BYTES = 1 << 20;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

export class BlockSource implements Source {
  readonly batches: AsyncIterable<readonly Item[]>;
  readonly #paths: readonly string[];
  readonly #size: number;
  readonly #reading: Reading;
  #fraction = 0;
  #isClosed = false;

  constructor(paths: readonly string[], size: number, reading: Reading) {
    this.#paths = paths;
    this.#size = size;
    this.#reading = reading;
    this.batches = this.#cutAll();
  }

  drawn(): number {
    return this.#fraction;
  }

  close(): void {
    this.#isClosed = true;
  }

  async *#cutAll(): AsyncGenerator<readonly Item[]> {
    for (const [index, path] of this.#paths.entries()) {
      const file = await open(path).catch((error: unknown) => Promise.reject(cannotRead(path, error)));
      try {
        for await (const [item, part] of this.#cut(path, file)) {
          if (this.#isClosed) return;
          this.#fraction = (index + part) / this.#paths.length;
          yield [item];
        }
      } catch (error) {
        throw error instanceof Complaint ? error : cannotRead(path, error);
      } finally {
        await file.close();
      }
    }
    this.#fraction = 1;
  }

  async *#cut(path: string, file: FileHandle): AsyncGenerator<readonly [Item, part: number]> {
    const found = await file.stat();
    if (!found.isFile())
      throw new Complaint(`--block needs a file that can be read in parts, and ${path} is none`, EXIT_STOPPED);
    const { size, mtimeMs: modified } = found;
    const { format } = this.#reading;
    const ends =
      format === "csv" || isTable(path)
        ? this.#recordEnds(path, file, size, delimiterOf([path]))
        : this.#lineEnds(file, size);
    let header: string | undefined;
    let from = 0;
    for await (const end of ends) {
      if (typeof end === "string") {
        header = end;
        from = Buffer.byteLength(end);
        continue;
      }
      const block: Block = { file: path, from, to: end, size, modified };
      yield [blockItem(block, header), end / size];
      from = end;
    }
  }

  /** Behind the first newline after each size. */
  async *#lineEnds(file: FileHandle, size: number): AsyncGenerator<number> {
    let end = 0;
    while (end < size) {
      end = await this.#newlineFrom(file, Math.min(end + this.#size, size) - 1, size);
      yield end;
    }
  }

  async #newlineFrom(file: FileHandle, from: number, size: number): Promise<number> {
    const bytes = Buffer.allocUnsafe(LOOK_BYTES);
    for (let at = from; at < size; ) {
      const { bytesRead } = await file.read(bytes, 0, LOOK_BYTES, at);
      if (bytesRead === 0) break;
      const newline = bytes.subarray(0, bytesRead).indexOf(NEWLINE);
      if (newline >= 0) return at + newline + 1;
      at += bytesRead;
    }
    return size;
  }

  /** First the header as it stands in the file, with its newline; then ends of records. All of the file is looked through for quotes. */
  async *#recordEnds(path: string, file: FileHandle, size: number, delimiter: string): AsyncGenerator<number | string> {
    const isCsv = this.#reading.format === "csv";
    const scan = new QuoteScan(delimiter);
    const bytes = Buffer.allocUnsafe(SCAN_BYTES);
    let from = isCsv ? undefined : 0;
    let last = 0;
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(bytes, 0, SCAN_BYTES, at);
      if (bytesRead === 0) break;
      // A byte order mark is no part of the first field, which may be quoted.
      const start = at === 0 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
      const newlines = scan.recordEnds(bytes.toString("latin1", start, bytesRead));
      if (!isCsv && scan.quotedNewline !== undefined)
        throw new Complaint(
          `${path} has records of several lines (byte ${scan.quotedNewline}): it needs --format csv`,
          EXIT_STOPPED,
        );
      for (const newline of newlines) {
        last = at + start + newline + 1;
        if (from === undefined) {
          yield await this.#header(path, file, last);
          from = last;
        } else if (last - from >= this.#size) {
          yield last;
          from = last;
        }
      }
      at += bytesRead;
    }
    if (scan.isQuoted) throw new Complaint(`${path}: a quote is never closed`, EXIT_STOPPED);
    if (from !== undefined && from < size) yield size;
  }

  async #header(path: string, file: FileHandle, end: number): Promise<string> {
    const bytes = Buffer.alloc(end);
    await file.read(bytes, 0, end, 0);
    const header = bytes.toString("utf8");
    await checkHeader(header.replace(/^\uFEFF/, "").replace(/\r?\n$/, ""), this.#reading, path);
    return header;
  }
}

/** Keeps what the file was like: another content is another input. */
function blockItem(block: Block, header: string | undefined): Item {
  const place = `${block.file}, bytes ${block.from} to ${block.to}`;
  return { input: JSON.stringify(block), header, place, key: undefined };
}
