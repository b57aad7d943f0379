/** Functions written in a Vitest file, over what it imports. */

import path from "node:path";
import { chunk } from "lodash-es";
import { capture, FunctionShippingError, ThreadPoolExecutor, task } from "manycore";
import { afterAll, expect, test, vi } from "vitest";
import * as prices from "./prices.ts";
import { Currency, converted, Price, setRate } from "./prices.ts";
import * as weather from "./weather.ts";
import { temperature } from "./weather.ts";

vi.mock("./weather.ts", () => ({ temperature: () => 21 }));

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.shutdown());

const k = 5;

test("a variable of the test file", async () => {
  expect(await pool.submit((x: number) => x + k, 1)).toBe(6);
  expect(await pool.map((x: number) => x * k, [1, 2, 3])).toEqual([5, 10, 15]);
});

test("what a compiled module exports: a class, an enum, a function with the module's state as it is here", async () => {
  setRate(3);
  expect(await pool.submit(converted, 2)).toBe(6);
  expect(await pool.submit((x: number) => converted(x) + prices.converted(x), 2)).toBe(12);
  expect(await pool.submit((x: number) => new Price(x).twice(), 4)).toBe(8);
  expect(await pool.submit((code: number) => Currency[code], 2)).toBe("Franc");
});

test("packages and Node's modules, by name: `default`, namespace and member", async () => {
  expect(await pool.submit((name: string) => path.join("a", name), "b")).toBe(path.join("a", "b"));
  expect(await pool.submit(() => chunk([1, 2, 3], 2))).toEqual([[1, 2], [3]]);
  expect(await pool.submit(chunk, [1, 2, 3], 2)).toEqual([[1, 2], [3]]);
});

test("a mocked module is the mock in workers too", async () => {
  expect(await pool.submit(() => weather.temperature())).toBe(21);
  expect(await pool.submit(() => temperature())).toBe(21);
  expect(await pool.submit(temperature)).toBe(21);
});

test("import.meta", async () => {
  expect(await pool.submit(() => [import.meta.url, import.meta.dirname])).toEqual([
    import.meta.url,
    import.meta.dirname,
  ]);
});

test("a mock function is refused", () => {
  const fetchPage = vi.fn(() => 3);
  for (const submit of [() => pool.submit(fetchPage), () => pool.submit(() => fetchPage() + 1)]) {
    expect(submit).toThrow(FunctionShippingError);
    expect(submit).toThrow(/mock function.*plain function/);
  }
});

test("import() in a task: Node's modules and packages as Node has them, the project's own are refused there", async () => {
  const sizes = async () => {
    const { chunk } = await import("lodash-es");
    const { basename } = await import("node:path");
    return [chunk([1, 2, 3], 2).length, basename("a/b")];
  };
  expect(await pool.submit(sizes)).toEqual([2, "b"]);
  const own = pool.submit(async () => (await import("./weather.ts")).temperature());
  await expect(own).rejects.toThrow(/weather.*Import it at the top of the file/);
});

test("task: a module that Node can run as it is", async () => {
  const url = new URL("./halves.mjs", import.meta.url);
  expect(await pool.submit(task<(x: number) => number>(url, "half"), 8)).toBe(4);
});

test("capture", async () => {
  expect(
    await pool.submit(
      capture({ k }, ({ k }, x: number) => x * k),
      2,
    ),
  ).toBe(10);
});

test("errors arrive as what they are", async () => {
  const error = await pool
    .submit(() => {
      throw new TypeError("no such page");
    })
    .exception();
  expect(error).toBeInstanceOf(TypeError);
  expect((error as Error).stack).toContain("closures.test.ts");
});

test("what a task prints", async () => {
  await pool.submit(() => console.log("printed by a task"));
});
