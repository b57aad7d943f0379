/**
 * What earlier runs did, by the job log: which inputs need not run again.
 *
 * Two inputs with the same hash are the same record, and it does not matter which of them was done: a key is done as
 * often as the log says. Under `--key` they may be different records: there the second one of a name is another input
 * than the first, and is counted as such.
 */

import { DIGEST_LENGTH, digestOf } from "../keys.ts";
import { Tally } from "./tally.ts";

/** `failed`: it ran before, and not well. */
export type Standing = "new" | "done" | "failed";

/** Names an input: its key, and under `--key` the how-manieth of that name it is. */
export interface Identity {
  readonly key: string;
  /** From 1; undefined where keys are hashes. */
  readonly nth: number | undefined;
}

export class Past {
  readonly #done = new Tally();
  readonly #failed = new Tally();
  /** Inputs that the log has. */
  inputs = 0;

  /** A line of the log. `again`: of an input that had failed before. */
  record(identity: Identity, isOk: boolean, again: boolean): void {
    const digest = digestOfIdentity(identity);
    if (again && this.#failed.get(digest) > 0) this.#failed.add(digest, -1);
    else this.inputs++;
    (isOk ? this.#done : this.#failed).add(digest, 1);
  }

  /** The next input of this name: each one of the log is given out once. */
  take(identity: Identity): Standing {
    const digest = digestOfIdentity(identity);
    for (const [standing, tally] of [["done", this.#done] as const, ["failed", this.#failed] as const]) {
      if (tally.get(digest) === 0) continue;
      tally.add(digest, -1);
      return standing;
    }
    return "new";
  }
}

const HASH = new RegExp(`^[0-9a-f]{${DIGEST_LENGTH}}$`);

const digestOfIdentity = ({ key, nth }: Identity): string =>
  nth === undefined ? (HASH.test(key) ? key : digestOf(key)) : digestOf(`${nth} ${key}`);

/** Numbers the inputs of each name. */
export class Numbering {
  readonly #seen = new Tally();

  next(key: string): number {
    return this.#seen.add(digestOf(key), 1);
  }
}
