/** A realistic function, how a user would run it, and what comes of it: the same in every environment. */

import type { Executor } from "manycore";

export interface Case {
  readonly name: string;
  /** Submits or maps. What it returns, or what its future gives, is compared with `expected`. */
  readonly run: (pool: Executor) => unknown;
  readonly expected: unknown;
  /**
   * The function needs its captured variables by value, which takes an inspector. Without one it must be refused, with
   * a text that names the way out.
   */
  readonly captures: boolean;
  /** What it needs of the environment: without it the function is refused. */
  readonly needs?: "packages" | "imports" | "assets";
}

/** A function that cannot be shipped: refused at `submit`, in these words. */
export interface RefusedCase {
  readonly name: string;
  /** Must throw at once. */
  readonly submit: (pool: Executor) => unknown;
  /** `problem` and `fix` are found in the message in every environment; names may be shortened by a minifier. */
  readonly problem: RegExp;
  readonly fix: RegExp;
  /** As in `Case`: without an inspector it is that which is missed first. Default false. */
  readonly captures?: boolean;
}

/** Cases of one kind. */
export interface Group {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly refused?: readonly RefusedCase[];
}
