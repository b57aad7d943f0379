/** Where the inputs come from: lines of a text or a list of files, drawn as they are needed. */

import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Complaint, EXIT_STOPPED, EXIT_USAGE, systemReason } from "./complaint.ts";
import { filesOf, firstFileOf } from "./file-walk.ts";
import { linesOf } from "./line-reader.ts";

export const FORMATS = ["lines", "files"] as const;
export type Format = (typeof FORMATS)[number];

/** One input, and where it was found. */
export interface Item {
  readonly input: string;
  /** As a person would look for it: `line 17`, `names.txt:17`, or the file itself. */
  readonly place: string;
}

export interface Source {
  /** As many at a time as came together: a promise for every line would cost more than the line. */
  readonly batches: AsyncIterable<readonly Item[]>;
  /** Which part of the inputs has been drawn, 0 to 1; undefined where nobody knows how many there are. */
  drawn(): number | undefined;
  /** Ends `batches` now, though it be waiting for somebody to type. */
  close(): void;
}

/**
 * Opens what `--input` names, or standard input.
 * @throws Complaint where something cannot be read, before anything runs
 */
export async function openInputs(paths: readonly string[], format: Format): Promise<Source> {
  for (const path of paths) await (format === "lines" ? checkText(path) : checkFiles(path));
  if (format === "lines") return new LineSource(paths, await totalSize(paths));
  return paths.length === 0 ? new ListedFileSource() : new FileSource(paths);
}

async function checkText(path: string): Promise<void> {
  try {
    const file = await open(path);
    const isFolder = await file.stat().then((found) => found.isDirectory());
    await file.close();
    if (isFolder) throw new Complaint(`${path} is a folder; --format files takes the files in it`);
  } catch (error) {
    throw error instanceof Complaint ? error : cannotRead(path, error, EXIT_USAGE);
  }
}

async function checkFiles(path: string): Promise<void> {
  try {
    if ((await firstFileOf(path)) === undefined) throw new Complaint(`no file matches ${path}`);
  } catch (error) {
    throw error instanceof Complaint ? error : cannotRead(path, error, EXIT_USAGE);
  }
}

const cannotRead = (path: string, error: unknown, exitCode: number): Complaint =>
  new Complaint(`cannot read ${path}: ${systemReason(error)}`, exitCode);

/** Bytes in all, where every input is a file of known size. */
async function totalSize(paths: readonly string[]): Promise<number | undefined> {
  if (paths.length === 0) return undefined;
  const found = await Promise.all(paths.map((path) => stat(path)));
  return found.every((file) => file.isFile()) ? found.reduce((sum, { size }) => sum + size, 0) : undefined;
}

const asItem = (file: string): Item => ({ input: file, place: file });

/** Standard input, or the files one after the other. */
class LineSource implements Source {
  readonly batches: AsyncIterable<readonly Item[]>;
  readonly #total: number | undefined;
  #before = 0;
  #stream: (Readable & { bytesRead?: number }) | undefined;
  #closed = false;

  constructor(paths: readonly string[], total: number | undefined) {
    this.#total = total;
    this.batches = this.#read(paths);
  }

  drawn(): number | undefined {
    if (this.#total === undefined) return undefined;
    const bytes = this.#before + (this.#stream?.bytesRead ?? 0);
    return this.#total === 0 ? 1 : Math.min(1, bytes / this.#total);
  }

  close(): void {
    this.#closed = true;
    this.#stream?.destroy();
  }

  async *#read(paths: readonly string[]): AsyncGenerator<readonly Item[]> {
    if (paths.length === 0) yield* this.#readOne(process.stdin, "standard input", "line ");
    for (const path of paths) {
      if (this.#closed) return;
      const stream = createReadStream(path);
      yield* this.#readOne(stream, path, paths.length === 1 ? "line " : `${path}:`);
      this.#before += stream.bytesRead;
    }
  }

  async *#readOne(stream: Readable, name: string, place: string): AsyncGenerator<readonly Item[]> {
    this.#stream = stream;
    let number = 0;
    try {
      for await (const lines of linesOf(stream)) {
        yield lines.map((input) => ({ input, place: place + ++number }));
      }
    } catch (error) {
      if (!this.#closed) throw cannotRead(name, error, EXIT_STOPPED);
    } finally {
      this.#stream = undefined;
    }
  }
}

/** Files, folders and globs. How many files there are is counted beside the run, which it does not wait for. */
class FileSource implements Source {
  readonly batches: AsyncIterable<readonly Item[]>;
  readonly #paths: readonly string[];
  #count: number | undefined;
  #counting = false;
  #drawn = 0;
  #closed = false;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.batches = this.#walk();
  }

  drawn(): number | undefined {
    if (!this.#counting) void this.#countAll();
    return this.#count === undefined ? undefined : Math.min(1, this.#drawn / this.#count);
  }

  close(): void {
    this.#closed = true;
  }

  async *#walk(): AsyncGenerator<readonly Item[]> {
    for (const path of this.#paths) {
      try {
        for await (const file of filesOf(path)) {
          if (this.#closed) return;
          this.#drawn++;
          yield [asItem(file)];
        }
      } catch (error) {
        throw cannotRead((error as { path?: string }).path ?? path, error, EXIT_STOPPED);
      }
    }
  }

  async #countAll(): Promise<void> {
    this.#counting = true;
    let count = 0;
    try {
      for (const path of this.#paths) {
        for await (const _ of filesOf(path)) {
          if (this.#closed) return;
          count++;
        }
      }
      this.#count = count;
    } catch {
      // The walk itself meets the same obstacle and says so.
    }
  }
}

/**
 * Files and folders that standard input names, one a line, as `find` and `git ls-files` print them. No globs: a name may
 * hold brackets. A name that leads nowhere goes to the task like any other, which fails on it, and the run goes on.
 */
class ListedFileSource implements Source {
  readonly batches: AsyncIterable<readonly Item[]>;
  readonly #lines = new LineSource([], undefined);

  constructor() {
    this.batches = this.#walk();
  }

  drawn(): undefined {
    return undefined;
  }

  close(): void {
    this.#lines.close();
  }

  async *#walk(): AsyncGenerator<readonly Item[]> {
    for await (const lines of this.#lines.batches) for (const line of lines) yield* this.#filesOf(line);
  }

  async *#filesOf({ input: path, place }: Item): AsyncGenerator<readonly Item[]> {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) return yield [asItem(path)];
    try {
      for await (const file of filesOf(path)) yield [asItem(file)];
    } catch (error) {
      throw cannotRead(`${(error as { path?: string }).path ?? path} (${place})`, error, EXIT_STOPPED);
    }
  }
}
