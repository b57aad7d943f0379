import { InlineExecutor } from "manycore";
import type { Room } from "../support/contract.ts";

/** Calls run in the host's own thread: nothing can be killed, nothing is its own, and a task that blocks blocks all. */
export const inline: Room = {
  name: "inline",
  className: "InlineExecutor",
  capabilities: { kill: false, isolated: false, parallel: false, claims: false, sharedMemory: true, transfer: false },
  modestBytes: Infinity,
  open: ({ resourceLimits: _, env: __, execArgv: ___, workerNamePrefix: ____, ...options } = {}) =>
    new InlineExecutor(options),
};
