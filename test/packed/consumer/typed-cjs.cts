import assert = require("node:assert/strict");

import { type Future, ThreadPoolExecutor } from "manycore";

const offset = 2;

async function main(): Promise<void> {
  const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  try {
    const future: Future<number> = pool.submit((x: number) => x * x + offset, 7);
    // @ts-expect-error: a result is typed; were the types missing, this would compile
    const wrong: string[] = await pool.map((x: number) => x, [1]);
    assert.equal(await future, 51);
    assert.deepEqual(wrong, [1]);
  } finally {
    await pool.shutdown();
  }
  console.log("ok");
}

main();
