import { ThreadPoolExecutor } from "manycore";
import type { Room } from "../support/contract.ts";

/** Calls run on worker threads. */
export const threads: Room = {
  name: "threads",
  className: "ThreadPoolExecutor",
  capabilities: { kill: true, isolated: true, parallel: true, claims: true, sharedMemory: true, transfer: true },
  modestBytes: 48 * 2 ** 20,
  open: (options) => new ThreadPoolExecutor(options),
};
