import { ProcessPoolExecutor, ThreadPoolExecutor } from "manycore";
import { tasks } from "../work.mjs";

const opener = (Pool) => async (task, workers) => {
  const pool = new Pool({ maxWorkers: workers });
  await pool.warm();
  const fn = tasks[task];
  return {
    pool,
    run: (argument) => pool.submit(fn, argument),
    map: (items) => pool.map(fn, items),
    close: () => pool.shutdown(),
  };
};

export const manycore = { name: "manycore", version: "this one", open: opener(ThreadPoolExecutor) };
export const manycoreProcesses = {
  name: "manycore, processes",
  version: "this one",
  open: opener(ProcessPoolExecutor),
};
