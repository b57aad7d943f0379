/** What a language of this age can be written in. */

import type { Group } from "./case.ts";

const DEFAULT_WIDTH = 8;
const separators = { date: "-", time: ":" };

/** Defaults are evaluated where the function runs. */
const pad = (
  text: string,
  { width = DEFAULT_WIDTH, fill = separators.date }: { width?: number; fill?: string } = {},
): string => text.padStart(width, fill);

function html(strings: TemplateStringsArray, ...values: unknown[]): string {
  return String.raw(
    { raw: strings },
    ...values.map((value) => String(value).replace(ESCAPED, (each) => ENTITIES[each] ?? each)),
  );
}
const ESCAPED = /[<>&]/g;
const ENTITIES: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };

const ISO_DATE = /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/u;

function* naturals(from = 1): Generator<number, void, undefined> {
  for (let n = from; ; n++) yield n;
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}

const MODULUS = 2n ** 61n - 1n;
const modPow = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  for (let [b, e] = [base, exponent]; e > 0n; e >>= 1n, b = (b * b) % MODULUS)
    if (e & 1n) result = (result * b) % MODULUS;
  return result;
};

interface Config {
  readonly server?: { readonly port?: number; readonly hosts?: readonly string[]; readonly start?: () => string };
}

const fallback: Config = { server: { port: 80 } };

function findPair(rows: readonly (readonly number[])[], wanted: number): [number, number] | undefined {
  let found: [number, number] | undefined;
  search: for (const [r, row] of rows.entries()) {
    for (const [c, value] of row.entries()) {
      if (value < 0) continue search;
      if (value !== wanted) continue;
      found = [r, c];
      break search;
    }
  }
  return found;
}

function romanOf(n: number): string {
  switch (true) {
    case n >= 10:
      return `X${romanOf(n - 10)}`;
    case n === 9:
      return "IX";
    case n >= 5:
      return `V${romanOf(n - 5)}`;
    case n === 4:
      return "IV";
    default:
      return "I".repeat(n);
  }
}

const events: string[] = [];
const KEY = "computed";

export const syntax: Group = {
  name: "syntax",
  cases: [
    {
      name: "destructured parameters with defaults that are captured",
      run: (pool) => Promise.all([pool.submit(pad, "12"), pool.submit(pad, "12", { width: 4, fill: "0" })]),
      expected: ["------12", "0012"],
      captures: true,
    },
    {
      name: "a default that uses an earlier parameter",
      run: (pool) =>
        pool.submit((from: number, to: number = from + DEFAULT_WIDTH, ...more: number[]) => to - from + more.length, 3),
      expected: 8,
      captures: true,
    },
    {
      name: "a tagged template",
      run: (pool) => pool.submit((name: string) => html`<b>${name}</b>`, "R&D <team>"),
      expected: "<b>R&amp;D &lt;team&gt;</b>",
      captures: true,
    },
    {
      name: "a captured regular expression with named groups",
      run: (pool) => pool.map((day: string) => ISO_DATE.exec(day)?.groups?.month, ["2024-02-29", "29.2.2024"]),
      expected: ["02", undefined],
      captures: true,
    },
    {
      name: "generators that the task draws from",
      run: (pool) => pool.submit((count: number) => [...take(naturals(5), count)], 3),
      expected: [5, 6, 7],
      captures: true,
    },
    {
      name: "BigInt",
      run: (pool) => pool.submit(modPow, 3n, 10n ** 9n),
      expected: modPow(3n, 10n ** 9n),
      captures: true,
    },
    {
      name: "optional chaining and nullish coalescing",
      run: (pool) =>
        pool.submit(
          ({ server }: Config) => [
            server?.port ?? fallback.server?.port,
            server?.hosts?.[0] ?? "localhost",
            server?.start?.() ?? "idle",
          ],
          { server: { hosts: ["a.example"] } },
        ),
      expected: [80, "a.example", "idle"],
      captures: true,
    },
    {
      name: "labelled loops",
      run: (pool) =>
        pool.submit(
          findPair,
          [
            [1, -1, 7],
            [2, 7],
          ],
          7,
        ),
      expected: [1, 1],
      captures: false,
    },
    {
      name: "a switch, recursively",
      run: (pool) => pool.map(romanOf, [4, 19, 27]),
      expected: ["IV", "XIX", "XXVII"],
      captures: true,
    },
    {
      name: "try, catch and finally, with a captured list that this worker changes",
      run: (pool) =>
        pool.submit(() => {
          events.length = 0;
          try {
            events.push("try");
            JSON.parse("{");
          } catch (error) {
            events.push((error as Error).name);
          } finally {
            events.push("finally");
          }
          return [...events];
        }),
      expected: ["try", "SyntaxError", "finally"],
      captures: true,
    },
    {
      name: "computed keys, spread, getters in a literal",
      run: (pool) =>
        pool.submit(
          (extra: Readonly<Record<string, number>>) => {
            const point = {
              [KEY]: 1,
              ...extra,
              get sum(): number {
                return this.x + this[KEY];
              },
              x: 2,
            };
            return { ...point };
          },
          { y: 3 },
        ),
      expected: { computed: 1, y: 3, sum: 3, x: 2 },
      captures: true,
    },
    {
      name: "logical assignment, exponentiation, numeric separators",
      run: (pool) =>
        pool.submit(
          (counts: Record<string, number | null>) => {
            counts.a ??= 1_000;
            counts.b ||= 2 ** 3;
            counts.c &&= 5;
            return counts;
          },
          { a: null, b: 0, c: 1 },
        ),
      expected: { a: 1000, b: 8, c: 5 },
      captures: false,
    },
    {
      name: "types that are erased: satisfies, as const, generics, non-null",
      run: (pool) => {
        const palette = { red: [255, 0, 0], green: "#00ff00" } satisfies Record<string, string | number[]>;
        const first = <T>(list: readonly T[]): T => list[0]!;
        return pool.submit(() => [first(palette.red), palette.green.slice(1, 3)] as const);
      },
      expected: [255, "00"],
      captures: true,
    },
    {
      name: "text beyond ASCII, in names too",
      run: (pool) => {
        const größe = "𝒳 ≥ ½";
        return pool.submit(() => [größe, [...größe].length, "\u{1F600}".codePointAt(0)]);
      },
      expected: ["𝒳 ≥ ½", 5, 128512],
      captures: true,
    },
  ],
};
