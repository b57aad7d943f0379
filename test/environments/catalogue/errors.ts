/** What tasks throw. */

import { registerError } from "manycore";
import type { Group } from "./case.ts";

class QuotaError extends Error {
  override readonly name = "QuotaError";
  readonly used: number;
  readonly limit: number;

  constructor(used: number, limit: number) {
    super(`${used} of ${limit} used`);
    this.used = used;
    this.limit = limit;
  }
}

class RegisteredError extends Error {
  override readonly name = "RegisteredError";
  readonly code = "E_REGISTERED";
}
registerError(RegisteredError);

const LIMIT = 10;

function spend(amount: number): number {
  if (amount > LIMIT) throw new QuotaError(amount, LIMIT);
  return LIMIT - amount;
}

const caught = async (promise: PromiseLike<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not fail");
};

export const errors: Group = {
  name: "errors",
  cases: [
    {
      name: "a built-in error: its class and message",
      run: async (pool) => {
        const error = await caught(pool.submit((text: string): unknown => JSON.parse(text), "{"));
        return [error instanceof SyntaxError, error.name, error.message !== ""];
      },
      expected: [true, "SyntaxError", true],
      captures: false,
    },
    {
      name: "an error class of one's own: name, message and its fields",
      run: async (pool) => {
        const error = (await caught(pool.submit(spend, 12))) as QuotaError;
        return [error instanceof Error, error.name, error.message, error.used, error.limit];
      },
      expected: [true, "QuotaError", "12 of 10 used", 12, 10],
      captures: true,
    },
    {
      name: "a registered error class: the same class here",
      run: async (pool) => {
        const error = await caught(
          pool.submit(() => {
            throw new RegisteredError("gone");
          }),
        );
        return [error instanceof RegisteredError, (error as RegisteredError).code, error.message];
      },
      expected: [true, "E_REGISTERED", "gone"],
      captures: true,
    },
    {
      name: "an error's cause, and the errors of an AggregateError",
      run: async (pool) => {
        const error = (await caught(
          pool.submit(async () => {
            const cause = new RangeError("too far");
            await Promise.any([Promise.reject(new Error("a", { cause })), Promise.reject(new TypeError("b"))]);
          }),
        )) as AggregateError;
        const [first, second] = error.errors as [Error, Error];
        return [error.name, (first.cause as Error).message, second instanceof TypeError];
      },
      expected: ["AggregateError", "too far", true],
      captures: false,
    },
    {
      name: "an own class thrown and caught inside the task",
      run: (pool) =>
        pool.map(
          (amount: number) => {
            try {
              return spend(amount);
            } catch (error) {
              if (error instanceof QuotaError) return error.limit - error.used;
              throw error;
            }
          },
          [3, 15],
        ),
      expected: [7, -5],
      captures: true,
    },
    {
      name: "settled results of a map, some of them failures",
      run: async (pool) =>
        (await pool.map(spend, [1, 99]).settled()).map((each) =>
          each.status === "fulfilled" ? each.value : (each.reason as Error).message,
        ),
      expected: [9, "99 of 10 used"],
      captures: true,
    },
    {
      name: "something thrown that is no error",
      run: async (pool) => {
        try {
          await pool.submit(() => {
            throw { status: 404 };
          });
          return "it did not fail";
        } catch (thrown) {
          return thrown;
        }
      },
      expected: { status: 404 },
      captures: false,
    },
  ],
};
