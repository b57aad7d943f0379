/** Functions that use variables of the code around them. */

import type { Group } from "./case.ts";

const makeScale = (factor: number) => (x: number) => x * factor;

const add = (a: number) => (b: number) => (c: number) => a + b * c;

/** Each worker has a memory of its own. */
function memoise<A, R>(fn: (arg: A) => R): (arg: A) => R {
  const known = new Map<A, R>();
  return (arg) => {
    const found = known.get(arg);
    if (found !== undefined) return found;
    const fresh = fn(arg);
    known.set(arg, fresh);
    return fresh;
  };
}

const slowSquare = (x: number): number => {
  let sum = 0;
  for (let i = 0; i < x; i++) sum += x;
  return sum;
};

const compose =
  <A, B, C>(outer: (b: B) => C, inner: (a: A) => B) =>
  (a: A): C =>
    outer(inner(a));

function makeCounter(start: number): () => number {
  let count = start;
  return () => {
    count += 1;
    return count;
  };
}

function once<R>(fn: () => R): () => R {
  let result: { value: R } | undefined;
  return () => {
    result ??= { value: fn() };
    return result.value;
  };
}

function makeValidator(rules: Readonly<Record<string, (value: string) => boolean>>) {
  return (record: Readonly<Record<string, string>>): string[] =>
    Object.entries(rules).flatMap(([field, isValid]) => (isValid(record[field] ?? "") ? [] : [field]));
}

function makeAccount(owner: string) {
  let balance = 0;
  const log: string[] = [];
  return {
    deposit(amount: number): void {
      balance += amount;
      log.push(`+${amount}`);
    },
    statement: (currency: string): string => `${owner}: ${balance} ${currency} (${log.join(" ")})`,
  };
}

export const closures: Group = {
  name: "closures",
  cases: [
    {
      name: "a factory's result",
      run: (pool) => pool.submit(makeScale(6), 7),
      expected: 42,
      captures: true,
    },
    {
      name: "closures over a loop's variable",
      run: (pool) => Promise.all([1, 2, 3].map((k) => pool.submit((x: number) => x + k, 10))),
      expected: [11, 12, 13],
      captures: true,
    },
    {
      name: "closures over the variable of a for loop, which is a new one each time",
      run: (pool) => {
        const futures = [];
        for (let k = 0; k < 4; k++) futures.push(pool.submit(() => k * k));
        return Promise.all(futures);
      },
      expected: [0, 1, 4, 9],
      captures: true,
    },
    {
      name: "a curried function, two arguments in",
      run: (pool) => pool.map(add(100)(2), [1, 2, 3]),
      expected: [102, 104, 106],
      captures: true,
    },
    {
      name: "a memoised function and the function inside",
      run: (pool) => pool.map(memoise(slowSquare), [12, 12, 5]),
      expected: [144, 144, 25],
      captures: true,
    },
    {
      name: "a composition of functions",
      run: (pool) =>
        pool.submit(
          compose(makeScale(3), (text: string) => text.length),
          "four",
        ),
      expected: 12,
      captures: true,
    },
    {
      name: "a counter, which counts from where it is at each call",
      run: async (pool) => {
        const next = makeCounter(7);
        const first = await pool.submit(next);
        next();
        return [first, await pool.submit(next)];
      },
      expected: [8, 9],
      captures: true,
    },
    {
      name: "a function that runs its work once",
      run: (pool) => {
        const table = once(() => Array.from({ length: 5 }, (_, i) => i ** 3));
        return pool.submit((i: number) => (table()[i] ?? 0) + (table()[i - 1] ?? 0), 4);
      },
      expected: 64 + 27,
      captures: true,
    },
    {
      name: "rules in an object, captured as a whole",
      run: (pool) =>
        pool.submit(
          makeValidator({ name: (value) => value !== "", age: (value) => /^\d+$/.test(value), town: () => true }),
          { name: "", age: "12" },
        ),
      expected: ["name"],
      captures: true,
    },
    {
      name: "state that other closures have changed before",
      run: (pool) => {
        const account = makeAccount("Ada");
        account.deposit(20);
        account.deposit(5);
        return pool.submit(account.statement, "EUR");
      },
      expected: "Ada: 25 EUR (+20 +5)",
      captures: true,
    },
    {
      name: "an inner variable that hides one of the same name",
      run: (pool) => {
        const value = 1;
        const outer = () => {
          const value = 10;
          return [value, (() => value + 1)()];
        };
        return pool.submit(() => [value, ...outer()]);
      },
      expected: [1, 10, 11],
      captures: true,
    },
    {
      name: "a closure made inside a task",
      run: (pool) => pool.submit((factors: number[]) => factors.map(makeScale).map((scale) => scale(2)), [1, 5]),
      expected: [2, 10],
      captures: true,
    },
  ],
};
