import { fileURLToPath } from "node:url";
import { packageVersion } from "./installed.mjs";

const script = fileURLToPath(new URL("workerpool-worker.mjs", import.meta.url));

const opener = (workerType) => async (task, workers) => {
  const { default: workerpool } = await import("workerpool");
  const pool = workerpool.pool(script, { workerType, minWorkers: workers, maxWorkers: workers });
  return { run: (argument) => pool.exec(task, [argument]), close: () => pool.terminate(true) };
};

const version = packageVersion("workerpool");

export const workerpool = { name: "workerpool", version, open: opener("thread") };
export const workerpoolProcesses = { name: "workerpool, processes", version, open: opener("process") };
