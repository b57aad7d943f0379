/** `manycore.mjs ITEMS WORKERS`: squares of a generator's numbers, read one by one. The answer: how many were right. */

import { ThreadPoolExecutor } from "manycore";
import { square } from "../../work.mjs";
import { grownBy, LOOK_EVERY, numbers } from "./resident.mjs";

const [items, workers] = process.argv.slice(2).map(Number);
const pool = new ThreadPoolExecutor({ maxWorkers: workers });
await pool.warm();
const grown = await grownBy(async (look) => {
  let next = 0;
  let right = 0;
  for await (const answer of pool.map(square, numbers(items))) {
    if (answer === next ** 2) right++;
    if (++next % LOOK_EVERY === 0) look();
  }
  return right;
});
await pool.shutdown();
console.log(JSON.stringify(grown));
