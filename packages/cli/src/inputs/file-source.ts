/** Files as inputs: those that `--input` names, or those that standard input lists. */

import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type Complaint, cannotRead } from "../complaint.ts";
import { filesOf } from "./file-walk.ts";
import { type Item, namedItem, type Source } from "./source.ts";
import { TextSource } from "./text-source.ts";

/** So many files are found ahead of the run: the walk of a usual tree is over before the workers have started. */
const MOST_AHEAD = 1 << 16;

/** Files, folders and globs. */
export class FileSource implements Source {
  readonly batches: AsyncIterable<readonly Item[]>;
  readonly #paths: readonly string[];
  readonly #isInput: (path: string) => boolean;
  readonly #found: (readonly Item[])[] = [];
  #ahead = 0;
  #drawn = 0;
  /** How many there are, once all are found. */
  #count: number | undefined;
  #failure: Complaint | undefined;
  #isClosed = false;
  /** Each side waits for the other here. */
  #bell = newBell();

  /** @param except files that folders and globs do not mean */
  constructor(paths: readonly string[], except: readonly string[]) {
    this.#paths = paths;
    this.#isInput = noneOf(except);
    this.batches = this.#draw();
  }

  /** While files are still being found nobody knows how many there are. */
  drawn(): number | undefined {
    return this.#count === undefined ? undefined : Math.min(1, this.#drawn / Math.max(1, this.#count));
  }

  close(): void {
    this.#isClosed = true;
    this.#ring();
  }

  async *#draw(): AsyncGenerator<readonly Item[]> {
    void this.#walk();
    for (;;) {
      const batch = this.#found.shift();
      if (this.#isClosed) return;
      if (batch === undefined) {
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#count !== undefined) return;
        await this.#bell.rung;
        continue;
      }
      this.#ahead -= batch.length;
      this.#drawn += batch.length;
      this.#ring();
      yield batch;
    }
  }

  async #walk(): Promise<void> {
    for (const path of this.#paths) {
      try {
        for await (const files of filesOf(path)) {
          while (this.#ahead > MOST_AHEAD && !this.#isClosed) await this.#bell.rung;
          if (this.#isClosed) return;
          const inputs = files.filter(this.#isInput);
          this.#found.push(inputs.map(namedItem));
          this.#ahead += inputs.length;
          this.#ring();
        }
      } catch (error) {
        this.#failure = cannotRead((error as { path?: string }).path ?? path, error);
        return this.#ring();
      }
    }
    this.#count = this.#drawn + this.#ahead;
    this.#ring();
  }

  #ring(): void {
    const { ring } = this.#bell;
    this.#bell = newBell();
    ring();
  }
}

/** By name first: to resolve every path would take longer than to find it. */
function noneOf(except: readonly string[]): (path: string) => boolean {
  const names = except.map((path) => basename(path));
  const paths = new Set(except.map((path) => resolve(path)));
  return (path) => !names.some((name) => path.endsWith(name)) || !paths.has(resolve(path));
}

function newBell(): { readonly rung: Promise<void>; readonly ring: () => void } {
  let ring = (): void => {};
  const rung = new Promise<void>((resolve) => {
    ring = resolve;
  });
  return { rung, ring };
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
    for await (const all of this.#lines.batches) {
      const lines = all.filter(({ input }) => input !== ""); // no file has no name
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
