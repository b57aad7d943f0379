/** A child ends with its host, however busy it is: it is tied to it by the kernel, or by a thread that looks. */

import { Worker, type WorkerOptions } from "node:worker_threads";
import type { Native } from "../../shared/native.ts";

/** The thread looks this often, ms. */
const LOOK_MS = 250;

/** A process whose parent is gone has another; on Windows it keeps the pid of the one that was. */
const WATCH = `
  const { parentPort, workerData: { hostPid, ms } } = require("node:worker_threads");
  const never = new Int32Array(new SharedArrayBuffer(4));
  const isThere = () => {
    try {
      return process.ppid === hostPid && process.kill(hostPid, 0);
    } catch (error) {
      return error.code === "EPERM";
    }
  };
  parentPort.postMessage("looking");
  while (isThere()) Atomics.wait(never, 0, 0, ms);
  process.kill(process.pid, "SIGKILL");
`;

/**
 * Ties this process to its parent, and says when that is done: before any task has begun, which may never let go of this
 * thread again. Where the parent is gone, or nothing can watch it (a thread does not start where the working directory has been
 * deleted, say), the process ends.
 */
export function tieTo(hostPid: number, native: Native | undefined, tied: () => void): void {
  const byKernel = native?.dieWithParent(hostPid) ?? "unsupported";
  if (byKernel === true) return tied();
  if (byKernel === false || process.ppid !== hostPid) process.exit();
  const workerData = { hostPid, ms: LOOK_MS };
  // Its own streams: to pipe them into this process's, Node would make those (worker/output.ts says why nobody may).
  const watch = newThread({ eval: true, workerData, execArgv: [], env: {}, stdout: true, stderr: true });
  watch.once("message", () => {
    watch.unref();
    tied();
  });
  watch.once("error", (error) => {
    throw error;
  });
}

function newThread(options: WorkerOptions): Worker {
  try {
    return new Worker(WATCH, options);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new Error(`A worker process must not outlive its host, and no thread can be started that looks: ${why}`, {
      cause,
    });
  }
}
