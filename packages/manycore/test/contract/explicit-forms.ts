/** `capture`, `task` and `tasks`: what goes along, or where the function is, said by the user. */

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { capture, FunctionShippingError, perWorker, share, task, tasks } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { failsWith } from "../support/expect.ts";

/** Tests run as ES modules and as CommonJS: there is no one way to ask for this file's place. */
const fixtures = pathToFileURL(join(dirname(process.argv[1] as string), "../fixtures/"));
const url = new URL("tasks.mjs", fixtures);
type Fixture = typeof import("../fixtures/tasks.mjs");

export function explicitFormsContract(room: Room): void {
  contract(room, "capture", (it) => {
    it("gives a function its captured values, of any kind, and the call's arguments after them", async (pool) => {
      const values = {
        k: 3,
        list: [1, 2],
        map: new Map([["a", { deep: 4 }]]),
        when: new Date(0),
        key: Symbol.for("key"),
        nothing: undefined,
        double: (x: number) => 2 * x,
        shared: share({ offset: 100 }),
        own: perWorker(() => ["made here"]),
      };
      const fn = capture(values, (each, x: number, y: number) => [
        each.k * x + y,
        each.list,
        each.map.get("a")?.deep,
        each.when.getTime(),
        each.key === Symbol.for("key"),
        "nothing" in each,
        each.double(x),
        each.shared.value.offset,
        each.own.get()[0],
      ]);
      const expected = [32, [1, 2], 4, 0, true, true, 20, 100, "made here"];
      assert.deepEqual(await pool.submit(fn, 10, 2), expected);
      assert.deepEqual(fn(10, 2), expected, "called here it is an ordinary function");
    });

    it("maps, nests, and may be an argument or captured in turn", async (pool) => {
      const k = 2;
      const scale = capture({ k }, ({ k }, x: number) => k * x);
      assert.deepEqual(await pool.map(scale, [1, 2, 3]), [2, 4, 6]);
      const shift = capture({ scale, by: 1 }, ({ scale, by }, x: number) => scale(x) + by);
      assert.equal(await pool.submit(shift, 10), 21);
      assert.equal(await pool.submit((f: (x: number) => number) => f(5), shift), 11);
      assert.equal(await pool.submit(() => shift(6)), 13);
    });

    it("takes primitives as they are at the capture, and objects as they are at the submit", async (pool) => {
      let n = 1;
      const log = ["a"];
      const fn = capture({ n, log }, ({ n, log }) => [n, log.join("")]);
      n = 2;
      log.push("b");
      assert.deepEqual(await pool.submit(fn), [1, "ab"]);
      log.push("c");
      assert.deepEqual(await pool.submit(fn), [1, "abc"]);
      assert.equal(n, 2);
    });

    it("may lead back to itself", async (pool) => {
      const box: { fn?: (n: number) => number } = {};
      box.fn = capture({ box }, ({ box }, n: number): number => (n === 0 ? 0 : n + (box.fn?.(n - 1) ?? NaN)));
      assert.equal(await pool.submit(box.fn, 4), 10);
    });

    it("refuses what cannot be captured, at submit, by its name", (pool) => {
      const fn = capture({ lazy: Promise.resolve(1) }, ({ lazy }) => typeof lazy);
      assert.throws(() => pool.submit(fn), { name: "FunctionShippingError", message: /captures `lazy`.*Promise/ });
    });
  });

  contract(room, "task", (it) => {
    it("runs an export of a module by its name", async (pool) => {
      const add = task<Fixture["add"]>(url, "add");
      assert.equal(await pool.submit(add, 1, 2), 3);
      assert.equal(await add(1, 2), 3, "called here it imports the module");
      assert.equal(task(url.href, "add"), add);
      assert.equal(add.name, "add");
    });

    it("runs exports of CommonJS modules, and of Node's own", async (pool) => {
      const file = join(dirname(process.argv[1] as string), "../fixtures/tasks.cjs");
      assert.equal(await pool.submit(task<(x: number) => number>(file, "triple"), 5), 15);
      assert.equal(
        await pool.submit(task<(a: string, b: string) => string>("node:path", "join"), "a", "b"),
        join("a", "b"),
      );
    });

    it("gives all functions of a module as tasks", async (pool) => {
      const { add, square } = tasks<Fixture>(url);
      assert.deepEqual(await pool.map(square, [1, 2, 3]), [1, 4, 9]);
      assert.equal(
        await pool.submit(
          capture({ add }, async ({ add }, x: number) => add(x, 1)),
          4,
        ),
        5,
      );
    });

    it("that does not exist fails with the nearest name", async (pool) => {
      const error = await failsWith(FunctionShippingError, pool.submit(task(url, "sqaure"), 1));
      assert.match(error.message, /tasks\.mjs has no export "sqaure".*Did you mean "square"\?/);
      await failsWith(Error, pool.submit(task(new URL("nowhere.mjs", fixtures), "x")));
    });
  });
}
