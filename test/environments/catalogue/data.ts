/** Captured data of every kind. */

import { registerClass } from "manycore";
import type { Group } from "./case.ts";

const stock = new Map<string, { readonly count: number; readonly tags: ReadonlySet<string> }>([
  ["tea", { count: 4, tags: new Set(["hot", "leaf"]) }],
  ["ice", { count: 0, tags: new Set(["cold"]) }],
]);

const launch = new Date(Date.UTC(2024, 1, 29));
const weights = new Float64Array([0.5, 0.25, 0.25]);
const bitmap = new Uint8Array([0b1010, 0b0001]);

interface Person {
  readonly name: string;
  friend?: Person;
}
const ada: Person = { name: "Ada" };
const bob: Person = { name: "Bob", friend: ada };
ada.friend = bob;

const NOTHING = undefined;
const LIMITS = { most: Number.POSITIVE_INFINITY, none: null, nan: Number.NaN, big: 12345678901234567890n };

class Money {
  readonly cents: number;
  constructor(cents: number) {
    this.cents = cents;
  }
  plus(other: Money): Money {
    return new Money(this.cents + other.cents);
  }
}
registerClass(Money);
const fee = new Money(250);

const seen = new Map<string, number>();

export const data: Group = {
  name: "captured data",
  cases: [
    {
      name: "a Map of objects with Sets",
      run: (pool) =>
        pool.submit((tag: string) => [...stock].filter(([, { tags }]) => tags.has(tag)).map(([name]) => name), "cold"),
      expected: ["ice"],
      captures: true,
    },
    {
      name: "a Date",
      run: (pool) => pool.submit((days: number) => new Date(launch.getTime() + days * 86_400_000).toISOString(), 1),
      expected: "2024-03-01T00:00:00.000Z",
      captures: true,
    },
    {
      name: "typed arrays",
      run: (pool) =>
        pool.submit(
          (values: Float64Array) => {
            const weighted = values.map((value, i) => value * (weights[i] ?? 0));
            return [weighted, bitmap[0]];
          },
          new Float64Array([4, 8, 16]),
        ),
      expected: [new Float64Array([2, 2, 4]), 10],
      captures: true,
    },
    {
      name: "a captured Buffer as a view of bytes",
      run: (pool) => {
        const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
        const view = new DataView(buffer, 2, 4);
        return pool.submit(() => [view.getUint16(0), view.byteLength, buffer.byteLength]);
      },
      expected: [0x0304, 4, 8],
      captures: true,
    },
    {
      name: "objects that refer to each other",
      run: (pool) => pool.submit(() => [ada.friend?.name, bob.friend?.friend === bob]),
      expected: ["Bob", true],
      captures: true,
    },
    {
      name: "undefined, null, NaN, Infinity and a large BigInt",
      run: (pool) => pool.submit(() => [NOTHING, LIMITS.none, LIMITS.nan, -LIMITS.most, LIMITS.big + 1n]),
      expected: [undefined, null, Number.NaN, Number.NEGATIVE_INFINITY, 12345678901234567891n],
      captures: true,
    },
    {
      name: "an instance of a registered class, there and back",
      run: async (pool) => {
        const total = await pool.submit((price: Money) => price.plus(fee), new Money(1000));
        return [total instanceof Money, total.cents];
      },
      expected: [true, 1250],
      captures: true,
    },
    {
      name: "a Map that was changed between two calls",
      run: async (pool) => {
        seen.clear();
        const read = (name: string) => seen.get(name) ?? 0;
        const before = await pool.submit(read, "tea");
        seen.set("tea", 3);
        return [before, await pool.submit(read, "tea")];
      },
      expected: [0, 3],
      captures: true,
    },
    {
      name: "symbols that every thread has",
      run: (pool) => {
        const registered = Symbol.for("catalogue.mark");
        const iterator: typeof Symbol.iterator = Symbol.iterator;
        return pool.submit(() => [
          registered === Symbol.for("catalogue.mark"),
          typeof ("text" as Iterable<string>)[iterator],
        ]);
      },
      expected: [true, "function"],
      captures: true,
    },
    {
      name: "arrays of arrays, sparse and frozen",
      run: (pool) => {
        const grid = Object.freeze([[1, 2], [3], []]);
        // biome-ignore lint/suspicious/noSparseArray: it is what is captured
        const holes = [1, , 3];
        return pool.submit(() => [grid.flat(), 1 in holes, holes.length]);
      },
      expected: [[1, 2, 3], false, 3],
      captures: true,
    },
  ],
};
