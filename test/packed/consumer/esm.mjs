import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { basename } from "node:path";
import * as manycore from "manycore";

// One implementation behind both entries: a future made by one is a Future of the other.
const required = createRequire(import.meta.url)("manycore");
assert.deepEqual(
  Object.keys(manycore)
    .filter((name) => name !== "default")
    .sort(),
  Object.keys(required).sort(),
);
assert.equal(required.Future, manycore.Future);

const offset = 2;
const pool = new manycore.ThreadPoolExecutor({ maxWorkers: 2 });
try {
  assert.equal(await pool.submit((x) => x * x + offset, 7), 51);
  assert.equal(await pool.submit((path) => basename(path), "/a/b.txt"), "b.txt");
  assert.deepEqual(await pool.map((x) => x + 1, [1, 2, 3]), [2, 3, 4]);
} finally {
  await pool.shutdown();
}
console.log("ok");
