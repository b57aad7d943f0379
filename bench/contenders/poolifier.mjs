import { fileURLToPath } from "node:url";
import { packageVersion } from "./installed.mjs";

const file = fileURLToPath(new URL("poolifier-worker.mjs", import.meta.url));

const opener = (options) => async (task, workers) => {
  const { FixedThreadPool } = await import("poolifier");
  const pool = new FixedThreadPool(workers, file, options);
  return {
    run: (argument) => pool.execute(argument, task),
    map: (items) => pool.mapExecute(items, task),
    close: () => pool.destroy(),
  };
};

const version = packageVersion("poolifier");

export const poolifier = { name: "poolifier", version, open: opener({}) };
/** Its cheapest choice of a worker, and no events. */
export const poolifierAtBest = {
  name: "poolifier, best settings",
  version,
  open: opener({ workerChoiceStrategy: "ROUND_ROBIN", enableEvents: false }),
};
