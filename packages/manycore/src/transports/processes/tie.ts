/** A child ends with its host, however busy it is: it is tied to it by the kernel, or by a thread that looks. */

import { Worker } from "node:worker_threads";
import type { Native } from "../../shared/native.ts";

/** The thread looks this often, ms. */
const LOOK_MS = 250;

/** A process whose parent is gone has another. */
const WATCH = `
  const { workerData: { hostPid, ms } } = require("node:worker_threads");
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (process.ppid === hostPid) Atomics.wait(never, 0, 0, ms);
  process.kill(process.pid, "SIGKILL");
`;

/** Ties this process to its parent; false where that is gone already. */
export function tieTo(hostPid: number, native: Native | undefined): boolean {
  const tied = native?.dieWithParent(hostPid) ?? "unsupported";
  if (tied !== "unsupported") return tied;
  if (process.ppid !== hostPid) return false;
  const workerData = { hostPid, ms: LOOK_MS };
  // Its own streams: to pipe them into this process's, Node would make those (worker/output.ts says why nobody may).
  new Worker(WATCH, { eval: true, workerData, execArgv: [], env: {}, stdout: true, stderr: true }).unref();
  return true;
}
