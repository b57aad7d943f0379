import { packageVersion } from "./installed.mjs";

const filename = new URL("../work.mjs", import.meta.url).href;

async function open(task, workers, options) {
  const { Piscina } = await import("piscina");
  const pool = new Piscina({ filename, name: task, minThreads: workers, maxThreads: workers, ...options });
  return { run: (argument) => pool.run(argument), close: () => pool.destroy() };
}

/** Tasks sent ahead, no histograms, the ring of its own instead of an array: each was measured to help. */
async function openAtBest(task, workers) {
  const { FixedQueue } = await import("piscina");
  return open(task, workers, { concurrentTasksPerWorker: 64, recordTiming: false, taskQueue: new FixedQueue() });
}

const version = packageVersion("piscina");

export const piscina = { name: "Piscina", version, open };
export const piscinaAtBest = { name: "Piscina, best settings", version, open: openAtBest };
/** Its queue is what slows it down most: so the caller holds back all but 64. */
export const piscina64 = { name: "Piscina, best settings, 64 at a time", version, open: openAtBest, atATime: 64 };
