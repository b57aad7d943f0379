/** Assertions that several parts of the contract make. */

import assert from "node:assert/strict";
import type { Future } from "manycore";

type ErrorClass<E> = abstract new (...args: never[]) => E;

/** Asserts that `work` fails, at the call or later, with an `errorClass`; gives the error. */
export async function failsWith<E extends Error>(
  errorClass: ErrorClass<E>,
  work: (() => unknown) | PromiseLike<unknown>,
): Promise<E> {
  let value: unknown;
  try {
    value = await (typeof work === "function" ? work() : work);
  } catch (error) {
    assert.ok(
      error instanceof errorClass,
      `wanted ${errorClass.name}, got ${error instanceof Error ? error.stack : String(error)}`,
    );
    return error;
  }
  assert.fail(`wanted ${errorClass.name}, got the value ${String(value)}`);
}

/** Asserts that `work` throws an `errorClass` at the call; gives the error. */
export function throwsAtOnce<E extends Error>(errorClass: ErrorClass<E>, work: () => unknown): E {
  try {
    work();
  } catch (error) {
    assert.ok(
      error instanceof errorClass,
      `wanted ${errorClass.name}, got ${error instanceof Error ? error.stack : String(error)}`,
    );
    return error;
  }
  assert.fail(`wanted ${errorClass.name}, nothing was thrown`);
}

/** Counts how often a future tells that it is done. */
export function tellings(future: Future<unknown>): { count: number } {
  const told = { count: 0 };
  future.addDoneCallback(() => {
    told.count++;
  });
  return told;
}
