/** Items on their way to the workers: without those that need not run, and remembered until they have ended. */

import { Complaint } from "../complaint.ts";
import type { Item, Source } from "../inputs/source.ts";
import { keyOf } from "../keys.ts";
import { Numbering, type Past } from "../records/past.ts";

/** An item under way. */
export interface Entry {
  readonly item: Item;
  /** Undefined until somebody asks, where nobody had to know before it ran. */
  readonly key: string | undefined;
  readonly nth: number | undefined;
  /** It had failed in an earlier run. */
  readonly again: boolean;
}

export interface FeedSetup {
  readonly source: Source;
  /** What earlier runs did. */
  readonly past: Past | undefined;
  /** Run what failed then again. */
  readonly retriesFailed: boolean;
  /** Keys go to the job log. */
  readonly isLogged: boolean;
  readonly skipped: () => void;
}

type Arguments = readonly [input: string, header?: string];

const END: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** Arguments of the calls, one after the other; drawn by `starmap`. */
export class Feed implements AsyncIterable<Arguments> {
  readonly #setup: FeedSetup;
  readonly #batches: AsyncIterator<readonly Item[]>;
  readonly #underWay = new Map<number, Entry>();
  readonly #numbering = new Numbering();
  #batch: readonly Item[] = [];
  #at = 0;
  #count = 0;
  #isClosed = false;
  #received = 0;
  /** The inputs could not be read to their end. */
  failure: Complaint | undefined;

  constructor(setup: FeedSetup) {
    this.#setup = setup;
    this.#batches = setup.source.batches[Symbol.asyncIterator]();
  }

  /** The item with this place among those that were drawn, while it is under way. */
  at(index: number): Entry | undefined {
    return this.#underWay.get(index);
  }

  /** The same, given out once: it has ended. */
  take(index: number): Entry | undefined {
    const entry = this.#underWay.get(index);
    this.#underWay.delete(index);
    return entry;
  }

  /** Which part of the inputs has ended, 0 to 1, where so many have; undefined where nobody knows how many there are. */
  fraction(ended: number): number | undefined {
    const drawn = this.#setup.source.drawn();
    return drawn === undefined || this.#received === 0 ? drawn : drawn * Math.min(1, ended / this.#received);
  }

  /** No more inputs. */
  close(): void {
    this.#isClosed = true;
    this.#setup.source.close();
  }

  /** A promise only where a batch has to be waited for: one for every item would cost more than the item. */
  [Symbol.asyncIterator](): AsyncIterator<Arguments, undefined> {
    const next = (): IteratorResult<Arguments, undefined> | Promise<IteratorResult<Arguments, undefined>> =>
      this.#next() ?? this.#later();
    return {
      next: next as () => Promise<IteratorResult<Arguments, undefined>>,
      return: async () => {
        this.close();
        return END;
      },
    };
  }

  /** The next item of the batch; undefined when it is empty. */
  #next(): IteratorResult<Arguments, undefined> | undefined {
    if (this.#isClosed) return END;
    while (this.#at < this.#batch.length) {
      const item = this.#batch[this.#at++] as Item;
      const entry = this.#enter(item);
      if (entry === undefined) continue;
      this.#underWay.set(this.#count++, entry);
      const { input, header } = item;
      return { value: header === undefined ? [input] : [input, header], done: false };
    }
    return undefined;
  }

  async #later(): Promise<IteratorResult<Arguments, undefined>> {
    for (;;) {
      try {
        const { done, value } = await this.#batches.next();
        if (done === true) return END;
        [this.#batch, this.#at] = [value, 0];
        this.#received += value.length;
      } catch (error) {
        // Not an item that failed, but the end: what was drawn before it is finished.
        if (!(error instanceof Complaint)) throw error;
        this.failure = error;
        return END;
      }
      const next = this.#next();
      if (next !== undefined) return next;
    }
  }

  /** Undefined for what need not run. */
  #enter(item: Item): Entry | undefined {
    const { past, isLogged, retriesFailed, skipped } = this.#setup;
    if (!isLogged && past === undefined) return { item, key: undefined, nth: undefined, again: false };
    const key = keyOf(item);
    const nth = item.key === undefined ? undefined : this.#numbering.next(key);
    const standing = past?.take({ key, nth }) ?? "new";
    const again = standing === "failed" && retriesFailed;
    if (standing === "new" || again) return { item, key, nth, again };
    skipped();
    return undefined;
  }
}
