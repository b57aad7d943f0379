/** Functions written in a test file of Node's own runner. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, it, mock, test } from "node:test";
import { chunk } from "lodash-es";
import { capture, ThreadPoolExecutor, task } from "manycore";
import { callsHere, half } from "./halves.mjs";

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
after(() => pool.shutdown());

const k = 5;

// biome-ignore lint/suspicious/noExportsInTest: a test file is an entry module, whose exports go by value
export const exported = (x) => x - k;

describe("functions of a test file", () => {
  it("closures, what is exported, what is imported", async () => {
    assert.deepEqual(await pool.map((x) => x * k, [1, 2]), [5, 10]);
    assert.equal(await pool.submit(exported, 6), 1);
    assert.equal(await pool.submit((x) => join("a", String(half(x))), 4), join("a", "2"));
    assert.deepEqual(await pool.submit(() => chunk([1, 2, 3], 2)), [[1, 2], [3]]);
  });

  it("a function of another module runs in the worker's module", async () => {
    const before = callsHere();
    assert.equal(await pool.submit(half, 8), 4);
    assert.equal(callsHere(), before);
  });
});

test("the variables of a test's own block", async (t) => {
  const own = new Map([[1, t.name]]);
  assert.equal(await pool.submit((key) => own.get(key), 1), t.name);
});

test("what mock.fn has made is refused", () => {
  const fetchPage = mock.fn(() => 3);
  assert.throws(() => pool.submit(fetchPage), { name: "FunctionShippingError" });
});

test("capture and task", async () => {
  assert.equal(
    await pool.submit(
      capture({ k }, ({ k }, x) => x * k),
      2,
    ),
    10,
  );
  assert.equal(await pool.submit(task(new URL("./halves.mjs", import.meta.url), "half"), 8), 4);
});
