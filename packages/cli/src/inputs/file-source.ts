/** Files as inputs: those that `--input` names, or those that standard input lists. */

import { stat } from "node:fs/promises";
import { cannotRead } from "../complaint.ts";
import { filesOf } from "./file-walk.ts";
import { type Item, namedItem, type Source } from "./source.ts";
import { TextSource } from "./text-source.ts";

/** Files, folders and globs. How many files there are is counted beside the run, where somebody asks. */
export class FileSource implements Source {
  readonly batches: AsyncIterable<readonly Item[]>;
  readonly #paths: readonly string[];
  #count: number | undefined;
  #isCounting = false;
  #drawn = 0;
  #isClosed = false;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.batches = this.#walk();
  }

  drawn(): number | undefined {
    if (!this.#isCounting) void this.#countAll();
    return this.#count === undefined ? undefined : Math.min(1, this.#drawn / this.#count);
  }

  close(): void {
    this.#isClosed = true;
  }

  async *#walk(): AsyncGenerator<readonly Item[]> {
    for (const path of this.#paths) {
      try {
        for await (const files of filesOf(path)) {
          if (this.#isClosed) return;
          this.#drawn += files.length;
          yield files.map(namedItem);
        }
      } catch (error) {
        throw cannotRead((error as { path?: string }).path ?? path, error);
      }
    }
  }

  async #countAll(): Promise<void> {
    this.#isCounting = true;
    let count = 0;
    try {
      for (const path of this.#paths) {
        for await (const files of filesOf(path)) {
          if (this.#isClosed) return;
          count += files.length;
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
export class ListedFileSource implements Source {
  readonly batches: AsyncIterable<readonly Item[]>;
  readonly #lines: TextSource;

  /** @param end of a name */
  constructor(end: string) {
    const reading = { format: "lines", isBlock: false, delimiter: "," } as const;
    this.#lines = new TextSource({ paths: [], total: undefined, reading, end, keyOf: undefined });
    this.batches = this.#walk();
  }

  drawn(): undefined {
    return undefined;
  }

  close(): void {
    this.#lines.close();
  }

  async *#walk(): AsyncGenerator<readonly Item[]> {
    for await (const lines of this.#lines.batches) {
      // As many as come together are looked up together, and stay in their order.
      const found = await Promise.all(lines.map(({ input }) => isFolder(input)));
      let files: Item[] = [];
      for (const [index, line] of lines.entries()) {
        if (found[index] !== true) {
          files.push(namedItem(line.input));
          continue;
        }
        yield files;
        files = [];
        yield* this.#below(line);
      }
      yield files;
    }
  }

  async *#below({ input: path, place }: Item): AsyncGenerator<readonly Item[]> {
    try {
      for await (const files of filesOf(path)) yield files.map(namedItem);
    } catch (error) {
      throw cannotRead(`${(error as { path?: string }).path ?? path} (${place})`, error);
    }
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
