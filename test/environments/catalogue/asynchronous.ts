/** Functions that await. */

import { sleep } from "manycore";
import type { Group } from "./case.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Tree {
  readonly value: number;
  readonly children?: readonly Tree[];
}

async function sum({ value, children = [] }: Tree): Promise<number> {
  const parts = await Promise.all(children.map(sum));
  return value + parts.reduce((total, part) => total + part, 0);
}

async function retry<R>(times: number, attempt: (n: number) => Promise<R>): Promise<R> {
  for (let n = 1; ; n++) {
    try {
      return await attempt(n);
    } catch (error) {
      if (n === times) throw error;
    }
  }
}

async function* pages(count: number): AsyncGenerator<number[]> {
  for (let page = 0; page < count; page++) {
    await pause(0);
    yield [page * 2, page * 2 + 1];
  }
}

/** At most `limit` at a time, in order. */
async function mapLimited<A, R>(items: readonly A[], limit: number, fn: (item: A) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const next = items.entries();
  const work = async () => {
    for (const [index, item] of next) results[index] = await fn(item);
  };
  await Promise.all(Array.from({ length: limit }, work));
  return results;
}

export const asynchronous: Group = {
  name: "asynchronous",
  cases: [
    {
      name: "an async function that uses an async helper",
      run: (pool) =>
        pool.submit(async (x: number) => {
          await pause(1);
          return x + 1;
        }, 41),
      expected: 42,
      captures: true,
    },
    {
      name: "async recursion over a tree",
      run: (pool) => pool.submit(sum, { value: 1, children: [{ value: 2, children: [{ value: 3 }] }, { value: 4 }] }),
      expected: 10,
      captures: true,
    },
    {
      name: "promise combinators",
      run: (pool) =>
        pool.submit(async () => {
          const late = pause(5).then(() => "late");
          const settled = await Promise.allSettled([Promise.reject(new Error("no")), Promise.resolve(1)]);
          return [
            await Promise.race([late, "early"]),
            await Promise.any([Promise.reject(new Error("no")), late]),
            settled.map(({ status }) => status),
          ];
        }),
      expected: ["early", "late", ["rejected", "fulfilled"]],
      captures: true,
    },
    {
      name: "another try after an error, with a function as an argument",
      run: (pool) =>
        pool.submit(() =>
          retry(3, async (n) => {
            if (n < 3) throw new Error(`try ${n}`);
            return `done at ${n}`;
          }),
        ),
      expected: "done at 3",
      captures: true,
    },
    {
      name: "an async generator that the task collects",
      run: (pool) =>
        pool.submit(async (count: number) => {
          const all: number[] = [];
          for await (const page of pages(count)) all.push(...page);
          return all;
        }, 3),
      expected: [0, 1, 2, 3, 4, 5],
      captures: true,
    },
    {
      name: "a limit of things at a time",
      run: (pool) =>
        pool.submit(
          async (items: string[]) => {
            let running = 0;
            let most = 0;
            const lengths = await mapLimited(items, 2, async (item) => {
              most = Math.max(most, ++running);
              await pause(1);
              running--;
              return item.length;
            });
            return { lengths, most };
          },
          ["a", "bb", "ccc", "dddd"],
        ),
      expected: { lengths: [1, 2, 3, 4], most: 2 },
      captures: true,
    },
    {
      name: "manycore's own functions in a task",
      run: (pool) =>
        pool.submit(async () => {
          await sleep(1);
          return "rested";
        }),
      expected: "rested",
      captures: true,
    },
  ],
};
