/** Variables at the top of a module, and what it imports from modules of the same program. */

import type { Group } from "./case.ts";
import cuboid, { circle, Point, square as squareOf, UNIT } from "./support/geometry.ts";
import * as shapes from "./support/shapes.ts";

const VAT = 1.19;
const RATES = { standard: 0.19, reduced: 0.07 } as const;
let greeting = "hello";

const gross = (net: number): number => Math.round(net * VAT * 100) / 100;

/** Hoisted: it uses what is declared after it. */
function describe(name: string): string {
  return `${greeting}, ${name}${ENDING}`;
}
const ENDING = "!";

/** Exported: workers import it, and everything around it, from this module; in a bundle it goes by value. */
export function taxOf(kind: keyof typeof RATES, net: number): number {
  return Math.round(net * RATES[kind] * 100) / 100;
}

export const surface = (radius: number): string => `${circle(radius) * 4} ${UNIT}²`;

export default function (text: string): string {
  return [...text].reverse().join("");
}

const levels = ["low", "medium", "high"] as const;
const [lowest, , highest] = levels;
const { standard: usual, ...others } = RATES;

export const modules: Group = {
  name: "modules",
  cases: [
    {
      name: "a private function that uses a constant of its module",
      run: (pool) => pool.map(gross, [100, 9.99]),
      expected: [119, 11.89],
      captures: true,
    },
    {
      name: "a variable of the module that is assigned between two calls",
      run: async (pool) => {
        greeting = "hello";
        const first = await pool.submit(describe, "Ada");
        greeting = "good night";
        return [first, await pool.submit(describe, "Bob")];
      },
      expected: ["hello, Ada!", "good night, Bob!"],
      captures: true,
    },
    {
      name: "an exported function that uses a constant of its module",
      run: (pool) => pool.submit(taxOf, "reduced", 200),
      expected: 14,
      captures: true,
    },
    {
      name: "an exported arrow function that uses imports",
      run: (pool) => pool.submit(surface, 1),
      expected: "12.56 cm²",
      captures: true,
    },
    {
      name: "a function imported from another module, as the task",
      run: (pool) => pool.map(circle, [1, 2]),
      expected: [3.14, 12.57],
      captures: true,
    },
    {
      name: "named imports, one under another name, and a default import",
      run: (pool) => pool.submit((x: number) => [squareOf(x), cuboid(x, x, x), UNIT], 3),
      expected: [9, 27, "cm"],
      captures: true,
    },
    {
      name: "an imported class",
      run: (pool) => pool.submit((x: number, y: number) => new Point(0, 0).distance(new Point(x, y)), 3, 4),
      expected: 5,
      captures: true,
    },
    {
      name: "a namespace import of a module that hands things on",
      run: (pool) =>
        pool.submit((r: number) => [shapes.area(r), shapes.volume(r, r, 2), shapes.UNIT, new shapes.Corner(r, 0).x], 2),
      expected: [12.57, 8, "cm", 2],
      captures: true,
    },
    {
      name: "a namespace inside a namespace",
      run: (pool) => pool.submit((a: number) => shapes.geometry.square(a), 1.5),
      expected: 2.25,
      captures: true,
    },
    {
      name: "constants that come from destructuring",
      run: (pool) => pool.submit(() => [lowest, highest, usual, others.reduced]),
      expected: ["low", "high", 0.19, 0.07],
      captures: true,
    },
    {
      name: "an import inside the task",
      needs: "imports",
      run: (pool) =>
        pool.submit(async (text: string) => {
          const { createHash } = await import("node:crypto");
          return createHash("md5").update(text).digest("hex");
        }, "manycore"),
      expected: "b2636c6a1fe757428291deb02d957457",
      captures: false,
    },
  ],
};
