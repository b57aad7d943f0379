/** Small programs that people run on all cores. */

import { range } from "manycore";
import type { Group } from "./case.ts";

const WIDTH = 24;

function mandelbrotRow(y: number): Uint8Array {
  const row = new Uint8Array(WIDTH);
  for (let px = 0; px < WIDTH; px++) {
    const [cx, cy] = [(px / WIDTH) * 3 - 2, y];
    let [x, y2, n] = [0, 0, 0];
    while (n < 50 && x * x + y2 * y2 <= 4) [x, y2, n] = [x * x - y2 * y2 + cx, 2 * x * y2 + cy, n + 1];
    row[px] = n;
  }
  return row;
}

function levenshtein(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] as number) + 1, (current[j - 1] as number) + 1, swap));
    }
    previous = current;
  }
  return previous[b.length] as number;
}

type Matrix = readonly (readonly number[])[];

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const transpose = (matrix: Matrix): Matrix => (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j] as number));
const multiply = (a: Matrix, b: Matrix): Matrix => {
  const columns = transpose(b);
  return a.map((row) => columns.map((column) => dot(row, column)));
};

function queens(n: number, row = 0, columns = 0, left = 0, right = 0): number {
  if (row === n) return 1;
  let count = 0;
  for (let free = ~(columns | left | right) & ((1 << n) - 1); free !== 0; free &= free - 1) {
    const bit = free & -free;
    count += queens(n, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}

/** Quoted fields, doubled quotes, line breaks within quotes. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const row = rows.at(-1) as string[];
    const each = text.charAt(i);
    const extend = (more: string) => row.push(row.pop() + more);
    if (quoted && each === '"' && text[i + 1] === '"') extend(text.charAt(++i));
    else if (each === '"') quoted = !quoted;
    else if (!quoted && each === ",") row.push("");
    else if (!quoted && each === "\n") rows.push([""]);
    else extend(each);
  }
  return rows;
}

const histogramOf = (values: readonly number[]): Uint32Array => {
  const bins = new Uint32Array(4);
  for (const value of values) bins[Math.min(3, Math.floor(value / 25))]!++;
  return bins;
};

function quicksort<T>(items: readonly T[], compare: (a: T, b: T) => number): T[] {
  const [pivot, ...rest] = items;
  if (pivot === undefined) return [];
  const before = rest.filter((each) => compare(each, pivot) < 0);
  const after = rest.filter((each) => compare(each, pivot) >= 0);
  return [...quicksort(before, compare), pivot, ...quicksort(after, compare)];
}

const sieve = ([from, to]: readonly [number, number]): number => {
  let count = 0;
  const composite = new Uint8Array(to);
  for (let n = 2; n < to; n++) {
    if (composite[n] === 1) continue;
    if (n >= from) count++;
    for (let multiple = n * n; multiple < to; multiple += n) composite[multiple] = 1;
  }
  return count;
};

const mulberry = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

const SAMPLES = 5000;

function inCircle(seed: number): number {
  const random = mulberry(seed);
  let count = 0;
  for (let i = 0; i < SAMPLES; i++) if (Math.hypot(random(), random()) < 1) count++;
  return count;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}+/gu) ?? [];

interface Edge {
  readonly to: string;
  readonly cost: number;
}
const roads = new Map<string, readonly Edge[]>([
  [
    "a",
    [
      { to: "b", cost: 7 },
      { to: "c", cost: 2 },
    ],
  ],
  [
    "c",
    [
      { to: "b", cost: 3 },
      { to: "d", cost: 8 },
    ],
  ],
  ["b", [{ to: "d", cost: 1 }]],
]);

function cheapest(from: string, to: string): number | undefined {
  const known = new Map([[from, 0]]);
  const open = [from];
  for (let here = open.shift(); here !== undefined; here = open.shift()) {
    const spent = known.get(here) as number;
    for (const { to: next, cost } of roads.get(here) ?? []) {
      if (spent + cost >= (known.get(next) ?? Number.POSITIVE_INFINITY)) continue;
      known.set(next, spent + cost);
      open.push(next);
    }
  }
  return known.get(to);
}

const LINES = ["the cat and the dog", "The end", "a dog"];

export const algorithms: Group = {
  name: "algorithms",
  cases: [
    {
      name: "rows of the Mandelbrot set",
      run: (pool) => pool.map(mandelbrotRow, [-1, 0, 0.5]),
      expected: [-1, 0, 0.5].map(mandelbrotRow),
      captures: true,
    },
    {
      name: "Levenshtein distances, by starmap",
      run: (pool) =>
        pool.starmap(levenshtein, [
          ["kitten", "sitting"],
          ["", "abc"],
        ] as [string, string][]),
      expected: [3, 3],
      captures: false,
    },
    {
      name: "a matrix product",
      run: (pool) =>
        pool.submit(
          multiply,
          [
            [1, 2],
            [3, 4],
          ],
          [
            [5, 6],
            [7, 8],
          ],
        ),
      expected: [
        [19, 22],
        [43, 50],
      ],
      captures: true,
    },
    {
      name: "the number of ways to place queens",
      run: (pool) => pool.map((n: number) => queens(n), [4, 6, 8]),
      expected: [2, 4, 92],
      captures: true,
    },
    {
      name: "CSV with quotes",
      run: (pool) => pool.submit(parseCsv, 'a,"b,c"\n"say ""hi""","two\nlines"'),
      expected: [
        ["a", "b,c"],
        ['say "hi"', "two\nlines"],
      ],
      captures: false,
    },
    {
      name: "a histogram, map and then a fold here",
      run: async (pool) => {
        const parts = await pool.map(histogramOf, [
          [1, 30, 99],
          [26, 60, 100, 3],
        ]);
        return parts.reduce((sum, part) => sum.map((count, i) => count + (part[i] ?? 0)));
      },
      expected: new Uint32Array([2, 2, 1, 2]),
      captures: false,
    },
    {
      name: "quicksort with an order that is passed",
      run: (pool) =>
        pool.submit(quicksort<string>, ["pear", "fig", "banana"], (a: string, b: string) => a.length - b.length),
      expected: ["fig", "pear", "banana"],
      captures: true,
    },
    {
      name: "a sieve in segments",
      run: async (pool) =>
        (
          await pool.map(sieve, [
            [0, 1000],
            [1000, 2000],
            [2000, 5000],
          ])
        ).reduce((a, b) => a + b),
      expected: 669,
      captures: false,
    },
    {
      name: "Monte Carlo with a seed for each item",
      run: async (pool) => {
        const counts = await pool.map(inCircle, range(1, 5));
        return counts.reduce((a, b) => a + b);
      },
      expected: [1, 2, 3, 4].map(inCircle).reduce((a, b) => a + b),
      captures: true,
    },
    {
      name: "mapReduce: the longest word",
      run: (pool) =>
        pool.mapReduce(LINES, {
          zero: () => "",
          fold: (longest: string, line) => wordsOf(line).reduce((a, b) => (b.length > a.length ? b : a), longest),
          merge: (a, b) => (b.length > a.length ? b : a),
        }),
      expected: "the",
      captures: true,
    },
    {
      name: "reduceByKey: how often each word occurs",
      run: async (pool) =>
        [
          ...(await pool.reduceByKey(
            LINES,
            (line) => wordsOf(line).map((word) => [word, 1] as const),
            (a: number, b: number) => a + b,
          )),
        ].sort(([a], [b]) => (a < b ? -1 : 1)),
      expected: [
        ["a", 1],
        ["and", 1],
        ["cat", 1],
        ["dog", 2],
        ["end", 1],
        ["the", 3],
      ],
      captures: true,
    },
    {
      name: "the cheapest way through a captured graph",
      run: (pool) =>
        pool.starmap(cheapest, [
          ["a", "d"],
          ["d", "a"],
        ] as [string, string][]),
      expected: [6, undefined],
      captures: true,
    },
    {
      name: "a map into a typed array",
      run: (pool) => pool.map((i: number) => i ** 2 / WIDTH, range(4), { into: Float32Array }),
      expected: Float32Array.from([0, 1, 4, 9], (square) => square / WIDTH),
      captures: true,
    },
  ],
};
