/** Programs whose pool ends in the middle of things. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../support/child.ts";

test("killWorkers() resolves though every call is being taken back: the dying workers keep the program alive", async () => {
  const { code, stdout, hung } = await run(`
    import { ThreadPoolExecutor } from "manycore";
    const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const square = (x) => x * x;
    const first = Array.from({ length: 16 }, (_, i) => pool.submit(square, i));
    await first[0];
    const more = Array.from({ length: 16 }, (_, i) => pool.submit(square, i));
    for (const future of [...first, ...more]) future.exception().catch(() => {});
    await pool.killWorkers();
    console.log("gone");
  `);
  assert.deepEqual({ code, stdout, hung }, { code: 0, stdout: "gone\n", hung: false });
});

test("a burst of many calls, again and again, never overfills a lane", async () => {
  const { code, stdout, stderr } = await run(`
    import { ThreadPoolExecutor } from "manycore";
    const same = (x) => x;
    for (let pools = 0; pools < 3; pools++) {
      const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
      await pool.submit(same, 1);
      for (let round = 0; round < 16; round++) {
        await Promise.all(Array.from({ length: 500 }, (_, i) => pool.submit(same, i)));
      }
      await pool.shutdown();
    }
    console.log("whole");
  `);
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "whole\n", stderr: "" });
});
