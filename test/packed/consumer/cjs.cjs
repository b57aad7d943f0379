const assert = require("node:assert/strict");
const { basename } = require("node:path");
const { Future, ThreadPoolExecutor } = require("manycore");

const offset = 2;

async function main() {
  const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  try {
    const future = pool.submit((x) => x * x + offset, 7);
    assert.ok(future instanceof Future);
    assert.equal(await future, 51);
    assert.equal(await pool.submit((path) => basename(path), "/a/b.txt"), "b.txt");
    assert.deepEqual(await pool.map((x) => x + 1, [1, 2, 3]), [2, 3, 4]);
  } finally {
    await pool.shutdown();
  }
  console.log("ok");
}

main();
