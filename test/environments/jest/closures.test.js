/** Functions written in a Jest file, over what it requires. */

const path = require("node:path");
const { capture, FunctionShippingError, InlineExecutor, ThreadPoolExecutor, task } = require("manycore");
const picomatch = require("picomatch");
const aliased = require("@/prices");
const prices = require("./prices.js");
const { converted, grade, Price, setRate } = require("./prices.js");
const weather = require("./weather.js");
const { temperature } = require("./weather.js");

jest.mock("./weather", () => ({ temperature: () => 21 }));

let pool;
beforeAll(() => {
  pool = new ThreadPoolExecutor({ maxWorkers: 1 });
});
afterAll(() => pool.shutdown());

const k = 5;

test("a variable of the test file", async () => {
  expect(await pool.submit((x) => x + k, 1)).toBe(6);
  expect(await pool.map((x) => x * k, [1, 2, 3])).toEqual([5, 10, 15]);
});

test("values of the file's own context, there and back", async () => {
  const stock = new Map([["tea", { boxes: [1, 2], since: new Date(0) }]]);
  const left = await pool.submit((name) => stock.get(name), "tea");
  expect(left).toEqual({ boxes: [1, 2], since: new Date(0) });
  expect(left.since).toBeInstanceOf(Date);
  const error = await pool.submit((given) => given instanceof RangeError && given, new RangeError("too far"));
  expect(error).toBeInstanceOf(RangeError);
});

test("a module of the program goes by value, with its state as it is here", async () => {
  setRate(3);
  expect(await pool.submit(converted, 2)).toBe(6);
  expect(await pool.submit((x) => converted(x) + prices.converted(x) + aliased.converted(x), 2)).toBe(18);
  expect(await pool.submit((x) => new Price(x).twice(), 4)).toBe(8);
  expect(await pool.map(grade, [1, 50, 500])).toEqual(["cheap", "fair", "dear"]);
});

test("packages and Node's modules go by name", async () => {
  expect(await pool.submit((name) => path.join("a", name), "b")).toBe(path.join("a", "b"));
  expect(await pool.submit((name) => picomatch.isMatch(name, "*.js"), "a.js")).toBe(true);
  expect(await pool.submit(picomatch.isMatch, "a.css", "*.js")).toBe(false);
});

test("a mocked module is the mock in workers too", async () => {
  expect(await pool.submit(() => weather.temperature())).toBe(21);
  expect(await pool.submit(() => temperature())).toBe(21);
  expect(await pool.submit(temperature)).toBe(21);
});

test("a mock function is refused", () => {
  const fetchPage = jest.fn(() => 3);
  for (const submit of [() => pool.submit(fetchPage), () => pool.submit(() => fetchPage() + 1)]) {
    expect(submit).toThrow(FunctionShippingError);
    expect(submit).toThrow(/mock function.*plain function/);
  }
});

test("Jest's own globals are refused, Node's are used", async () => {
  expect(() => pool.submit(() => expect(1).toBe(1))).toThrow(/the global `expect`/);
  expect(await pool.submit(() => typeof process.pid + typeof Buffer.from + typeof structuredClone)).toBe(
    "numberfunctionfunction",
  );
});

test("errors arrive as what they are", async () => {
  const failing = pool.submit(() => {
    throw new TypeError("no such page");
  });
  await expect(failing).rejects.toThrow(TypeError);
  expect((await failing.exception()).stack).toContain("closures.test.js");
});

test("capture and task", async () => {
  expect(
    await pool.submit(
      capture({ k }, ({ k }, x) => x * k),
      2,
    ),
  ).toBe(10);
  expect(await pool.submit(task(require.resolve("./prices"), "grade"), 50)).toBe("fair");
});

test("what a task prints", async () => {
  await pool.submit(() => console.log("printed by a task"));
});

test("an InlineExecutor", async () => {
  const inline = new InlineExecutor();
  expect(await inline.submit((x) => x + k, 1)).toBe(6);
  await inline.shutdown();
});
