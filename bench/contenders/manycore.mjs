import { ThreadPoolExecutor } from "manycore";
import { tasks } from "../work.mjs";

async function open(task, workers) {
  const pool = new ThreadPoolExecutor({ maxWorkers: workers });
  await pool.warm();
  const fn = tasks[task];
  return {
    pool,
    run: (argument) => pool.submit(fn, argument),
    map: (items) => pool.map(fn, items),
    close: () => pool.shutdown(),
  };
}

export const manycore = { name: "manycore", version: "this one", open };
