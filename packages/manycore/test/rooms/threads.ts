import { ThreadPoolExecutor } from "manycore";
import type { Room } from "../support/contract.ts";

/** Calls run on worker threads. */
export const threads: Room = {
  name: "threads",
  className: "ThreadPoolExecutor",
  capabilities: { kill: true, isolated: true, parallel: true, transfer: true },
  open: (options) => new ThreadPoolExecutor(options),
};
