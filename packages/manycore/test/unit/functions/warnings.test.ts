/** What works, and yet may surprise: one warning, with what to write instead. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Programs } from "./support/programs.ts";

interface WarningCase {
  readonly name: string;
  readonly code: string;
  /** As `Program.text`; it submits more than once. */
  readonly text: string;
  /** The whole warning. FILE is the program's path, FOLDER that of its folder. */
  readonly says: string;
  readonly gives: unknown;
  /** Code that the warning gives and the mended program has, letter for letter. */
  readonly paste: string;
  readonly fixed: string;
  readonly mended: unknown;
  readonly files?: Readonly<Record<string, string>>;
}

const STATE = `
let limit = 1;
export const setLimit = (value) => { limit = value; };
export const isOver = (x) => x > limit;
`;

const POINT = `
      class Point {
        constructor(x, y) { this.x = x; this.y = y; }
        length() { return Math.hypot(this.x, this.y); }
      }`;

const cases: readonly WarningCase[] = [
  {
    name: "a task that assigns a captured variable",
    code: "MANYCORE_CAPTURE_ASSIGNED",
    text: `
      let total = 1;
      const add = (x) => { total += x; return total; };
      const sums = [await pool.submit(add, 5), await pool.submit(add, 5)];
      return [...sums, total];`,
    says: '"add" (FILE:3) assigns to the captured variable `total`. A worker has its own copy: the variable here does not change. Return the value instead.',
    gives: [6, 11, 1],
    paste: "Return the value",
    fixed: `
      let total = 1;
      const add = (x) => x; // Return the value
      total += await pool.submit(add, 5);
      return total;`,
    mended: 6,
  },
  {
    name: "an exported function that reads what has been assigned here",
    code: "MANYCORE_MODULE_STATE",
    files: { "state.js": STATE },
    text: `
      const { isOver, setLimit } = await import("./state.js");
      setLimit(10);
      return [await pool.submit(isOver, 5), await pool.submit(isOver, 5)];`,
    says: '"isOver" (FOLDER/state.js:4) reads `limit`, which has been assigned here. A worker imports the module afresh and has its own: pass the value as an argument, or ship the function with its variables: pool.with({ ship: "value" }).',
    gives: [true, true],
    paste: 'pool.with({ ship: "value" })',
    fixed: `
      const { isOver, setLimit } = await import("./state.js");
      setLimit(10);
      return pool.with({ ship: "value" }).submit(isOver, 5);`,
    mended: false,
  },
  {
    name: "captured data of more than a megabyte",
    code: "MANYCORE_LARGE_CAPTURE",
    text: `
      const names = ["x".repeat(1_500_000)];
      const count = () => names.length;
      return [await pool.submit(count), await pool.submit(count)];`,
    says: '"count" (FILE:3) captures `names` (1.5 MB), which is encoded anew for every burst of calls, in case it has changed. If it does not change, it need be encoded only once: const shared = share(names), and shared.value in the task.',
    gives: [1, 1],
    paste: "const shared = share(names)",
    fixed: `
      const names = ["x".repeat(1_500_000)];
      const shared = share(names);
      const count = () => shared.value.length;
      return pool.submit(count);`,
    mended: 1,
  },
  {
    name: "a captured instance of a class that is not registered",
    code: "MANYCORE_UNREGISTERED_CLASS",
    text: `${POINT}
      const points = [new Point(3, 4)];
      const read = () => [points[0].x, typeof points[0].length];
      return [await pool.submit(read), await pool.submit(read)];`,
    says: 'points[0], which "read" (FILE:7) captures, is an instance of Point. It arrives as a plain object with its fields, without its methods. Call registerClass(Point) once to keep its class, or pass plain data.',
    gives: [
      [3, "undefined"],
      [3, "undefined"],
    ],
    paste: "registerClass(Point)",
    fixed: `${POINT}
      registerClass(Point);
      const points = [new Point(3, 4)];
      return pool.submit(() => points[0].length());`,
    mended: 5,
  },
  {
    name: "an argument that is an instance of a subclass of a built-in",
    code: "MANYCORE_UNREGISTERED_CLASS",
    text: `
      class Tally extends Map { total() { return [...this.values()].reduce((a, b) => a + b, 0); } }
      const read = ({ tally }) => [tally.size, typeof tally.total];
      return [await pool.submit(read, { tally: new Tally([[1, 2]]) }), await pool.submit(read, { tally: new Tally() })];`,
    says: "args[0].tally is an instance of Tally. It arrives as the built-in that its class extends, without its methods. Call registerClass(Tally) once to keep its class, or pass plain data.",
    gives: [
      [1, "undefined"],
      [0, "undefined"],
    ],
    paste: "registerClass(Tally)",
    fixed: `
      class Tally extends Map { total() { return [...this.values()].reduce((a, b) => a + b, 0); } }
      registerClass(Tally);
      return pool.submit(({ tally }) => tally.total(), { tally: new Tally([[1, 2]]) });`,
    mended: 2,
  },
];

const programs = new Programs();

for (const each of cases) {
  const { files } = each;
  test(`${each.name} earns one warning`, async () => {
    const { file, value, error, warnings } = await programs.run({ text: each.text, files });
    if (error !== undefined) throw error;
    assert.deepEqual(value, each.gives);
    const says = each.says.replaceAll("FILE", file).replaceAll("FOLDER", file.slice(0, file.lastIndexOf("/")));
    assert.deepEqual(
      warnings.map(({ message }) => message),
      [says],
    );
    assert.equal(warnings[0]?.code, each.code);
  });
  test(`${each.name}: what it is told to do works, and earns none`, async () => {
    assert.ok(each.says.includes(each.paste), `the warning does not say ${each.paste}`);
    assert.ok(each.fixed.includes(each.paste), `the mended program does not have ${each.paste}`);
    const { value, error, warnings } = await programs.run({ text: each.fixed, files });
    if (error !== undefined) throw error;
    assert.deepEqual(value, each.mended);
    assert.deepEqual(warnings, []);
  });
}
