import { ProcessPoolExecutor } from "manycore";
import { useNamedCells } from "../support/cells.ts";
import type { Room } from "../support/contract.ts";

useNamedCells();

/** Calls run in processes of their own, on memory that they share with the host. */
export const processes: Room = {
  name: "processes",
  className: "ProcessPoolExecutor",
  capabilities: { kill: true, isolated: true, parallel: true, claims: true, sharedMemory: false, transfer: false },
  // Resident memory, Node's own included.
  modestBytes: 112 * 2 ** 20,
  open: ({ resourceLimits, workerNamePrefix: _, execArgv = [], ...options } = {}) => {
    const most = resourceLimits?.maxOldGenerationSizeMb;
    const limits = most === undefined ? [] : [`--max-old-space-size=${most}`];
    const given = [...execArgv, ...limits];
    return new ProcessPoolExecutor({ ...options, ...(given.length > 0 && { execArgv: given }) });
  },
};
