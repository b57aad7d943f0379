/** `--block SIZE`: stretches of whole lines or records of files. Workers read them; here only their ends are found. */

import { constants } from "node:buffer";
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

interface Header {
  readonly text: string;
  /** The byte behind it and its newline. */
  readonly end: number;
}

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
    let from = await markLength(file);
    const ends =
      format === "csv" || isTable(path) ? this.#recordEnds(path, file, from, size) : this.#lineEnds(file, from, size);
    let header: string | undefined;
    for await (const end of ends) {
      if (typeof end === "object") {
        header = end.text;
        from = end.end;
        continue;
      }
      if (end - from > constants.MAX_STRING_LENGTH)
        throw new Complaint(`${path}: what begins at byte ${from} is too long for a string`, EXIT_STOPPED);
      const block: Block = { file: path, from, to: end, size, modified };
      yield [blockItem(block, header), end / size];
      from = end;
    }
  }

  /** Behind the first newline after each size. */
  async *#lineEnds(file: FileHandle, from: number, size: number): AsyncGenerator<number> {
    let end = from;
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

  /** With `csv` first the header; then ends of records. All of the file is looked through for quotes. */
  async *#recordEnds(path: string, file: FileHandle, start: number, size: number): AsyncGenerator<number | Header> {
    const isCsv = this.#reading.format === "csv";
    const scan = new QuoteScan(delimiterOf([path]));
    const bytes = Buffer.allocUnsafe(SCAN_BYTES);
    let hasHeader = !isCsv;
    let from = start;
    for (let at = 0; at < size && !this.#isClosed; ) {
      const { bytesRead } = await file.read(bytes, 0, Math.min(SCAN_BYTES, size - at), at);
      if (bytesRead === 0) break;
      const least = hasHeader ? Math.max(0, from + this.#size - 1 - at) : 0;
      const newlines = scan.recordEnds(bytes.subarray(0, bytesRead), least);
      if (!isCsv && scan.quotedNewline !== undefined)
        throw new Complaint(
          `${path} has records of several lines (byte ${scan.quotedNewline}): it needs --format csv`,
          EXIT_STOPPED,
        );
      for (const newline of newlines) {
        const end = at + newline + 1;
        if (hasHeader) {
          if (end - from < this.#size) continue;
          yield end;
        } else {
          const text = await textBetween(file, from, end);
          hasHeader = text !== "";
          if (hasHeader) {
            await checkHeader(text, this.#reading, path);
            yield { text, end };
          }
        }
        from = end;
      }
      at += bytesRead;
    }
    if (scan.isQuoted)
      throw new Complaint(`${path}: the quote that opens behind byte ${from} is never closed`, EXIT_STOPPED);
    if (hasHeader && from < size) yield size;
  }
}

async function markLength(file: FileHandle): Promise<number> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTE_ORDER_MARK.length), 0, BYTE_ORDER_MARK.length, 0);
  return bytesRead === BYTE_ORDER_MARK.length && buffer.equals(BYTE_ORDER_MARK) ? bytesRead : 0;
}

/** A line, without its end. */
async function textBetween(file: FileHandle, from: number, to: number): Promise<string> {
  const { buffer } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
  return buffer.toString("utf8").replace(/\r?\n$/, "");
}

/** Keeps what the file was like: another content is another input. */
function blockItem(block: Block, header: string | undefined): Item {
  const place = `${block.file}, bytes ${block.from} to ${block.to}`;
  return { input: JSON.stringify(block), header, place, key: undefined };
}
