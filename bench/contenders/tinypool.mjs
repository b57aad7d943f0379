import { packageVersion } from "./installed.mjs";

const filename = new URL("../work.mjs", import.meta.url).href;

const opener = (options) => async (task, workers) => {
  const { Tinypool } = await import("tinypool");
  const pool = new Tinypool({ filename, name: task, minThreads: workers, maxThreads: workers, ...options });
  return { run: (argument) => pool.run(argument), close: () => pool.destroy() };
};

const version = packageVersion("tinypool");

export const tinypool = { name: "Tinypool", version, open: opener({}) };
export const tinypoolAtBest = {
  name: "Tinypool, best settings",
  version,
  open: opener({ concurrentTasksPerWorker: 64 }),
};
export const tinypoolProcesses = {
  name: "Tinypool, processes",
  version,
  open: opener({ runtime: "child_process" }),
};
