import type { Room } from "../support/contract.ts";
import { processes } from "./processes.ts";

// Here, and in the programs and children that inherit it: what the library does where the addon does not load.
process.env.MANYCORE_NATIVE = "0";

/** Calls run in processes that share no memory with the host: all goes over sockets. */
export const sockets: Room = {
  ...processes,
  name: "processes over sockets",
  capabilities: { ...processes.capabilities, claims: false },
};
