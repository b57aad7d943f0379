/** Lines and records of standard input, or of files one after the other. */

import { closeSync, constants, createReadStream, openSync, type PathLike, ReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { Complaint, cannotRead, EXIT_STOPPED } from "../complaint.ts";
import { BadInput, type Reading } from "../worker/reading.ts";
import { type Cut, csvRecords, lines } from "./cutting.ts";
import type { KeyReader } from "./field-key.ts";
import { checkHeader } from "./field-key.ts";
import type { Item, Source } from "./source.ts";

export interface TextSourceSetup {
  /** None: standard input. */
  readonly paths: readonly string[];
  /** Bytes of all of them. */
  readonly total: number | undefined;
  readonly reading: Reading;
  /** Ends a line. */
  readonly end: string;
  readonly keyOf: KeyReader | undefined;
}

/** Its place is put together only for those who ask. */
class TextItem implements Item {
  readonly input: string;
  readonly header: string | undefined;
  readonly key: string | undefined;
  readonly #where: string;
  readonly #line: number;

  constructor(input: string, header: string | undefined, key: string | undefined, where: string, line: number) {
    this.input = input;
    this.header = header;
    this.key = key;
    this.#where = where;
    this.#line = line;
  }

  get place(): string {
    return `${this.#where}${this.#line}`;
  }
}

export class TextSource implements Source {
  readonly batches: AsyncIterable<readonly Item[]>;
  readonly #setup: TextSourceSetup;
  #before = 0;
  #stream: (Readable & { bytesRead?: number }) | undefined;
  #isClosed = false;

  constructor(setup: TextSourceSetup) {
    this.#setup = setup;
    this.batches = this.#readAll();
  }

  drawn(): number | undefined {
    const { total } = this.#setup;
    if (total === undefined) return undefined;
    return total === 0 ? 1 : Math.min(1, (this.#before + (this.#stream?.bytesRead ?? 0)) / total);
  }

  close(): void {
    this.#isClosed = true;
    const stream = this.#stream;
    stream?.destroy();
    if (stream instanceof ReadStream && stream.pending) letGo(stream.path);
  }

  async *#readAll(): AsyncGenerator<readonly Item[]> {
    const { paths } = this.#setup;
    if (paths.length === 0) yield* this.#read(process.stdin, "standard input", "line ");
    for (const path of paths) {
      if (this.#isClosed) return;
      const stream = createReadStream(path);
      yield* this.#read(stream, path, paths.length === 1 ? "line " : `${path}:`);
      this.#before += stream.bytesRead;
    }
  }

  async *#read(stream: Readable, name: string, where: string): AsyncGenerator<readonly Item[]> {
    this.#stream = stream;
    const { format, delimiter } = this.#setup.reading;
    try {
      if (format === "csv") yield* this.#records(csvRecords(stream, delimiter), name, where);
      else
        for await (const cut of lines(stream, this.#setup.end))
          yield* this.#whole(this.#items(cut, format === "ndjson", where));
    } catch (error) {
      if (this.#isClosed) return;
      if (error instanceof BadInput) throw new Complaint(`${name}: ${error.message}`, EXIT_STOPPED);
      throw error instanceof Complaint ? error : cannotRead(name, error);
    } finally {
      this.#stream = undefined;
    }
  }

  /** Of NDJSON an empty line is nothing. */
  #items({ texts, line }: Cut, skipsEmpty: boolean, where: string): (Item | Complaint)[] {
    const items: (Item | Complaint)[] = [];
    for (const [index, text] of texts.entries()) {
      if (skipsEmpty && text.trim() === "") continue;
      items.push(this.#item(text, undefined, where, line + index));
    }
    return items;
  }

  async *#records(
    cuts: AsyncIterable<readonly (readonly [text: string, line: number])[]>,
    name: string,
    where: string,
  ) {
    let header: string | undefined;
    for await (const records of cuts) {
      const items: (Item | Complaint)[] = [];
      for (const [text, line] of records) {
        if (header !== undefined) items.push(this.#item(text, header, where, line));
        else {
          header = text;
          await checkHeader(header, this.#setup.reading, name);
        }
      }
      yield* this.#whole(items);
    }
  }

  /** What came before a record that has no key is an input like any other. */
  *#whole(items: readonly (Item | Complaint)[]): Generator<readonly Item[]> {
    const bad = items.findIndex((item) => item instanceof Complaint);
    yield (bad < 0 ? items : items.slice(0, bad)) as readonly Item[];
    if (bad >= 0) throw items[bad];
  }

  #item(text: string, header: string | undefined, where: string, line: number): Item | Complaint {
    const key = this.#setup.keyOf?.(text, header);
    if (key instanceof Error) return new Complaint(`${where}${line}: ${key.message}`, EXIT_STOPPED);
    return new TextItem(text, header, key, where, line);
  }
}

/**
 * A named pipe that nobody has opened for writing holds whoever opens it for reading, and a process that exits waits for
 * that: so there is a writer, for a moment.
 */
function letGo(path: PathLike): void {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // nobody was held
  }
}
