/** What a process is born with: its first message. */

import type { ToHost, ToWorker, WorkerTerms } from "../rings/messages.ts";

/** The child's end of the socket, and of the memory where there is some. */
export const SOCKET_FD = 3;
export const ARENA_FD = 4;

export interface ProcessSetup {
  readonly kind: "setup";
  readonly terms: WorkerTerms;
  /** The memory that both see is open as `ARENA_FD`; otherwise all goes over the socket. */
  readonly hasArena: boolean;
  readonly hostPid: number;
}

export type ToProcess = ToWorker | ProcessSetup;

/** A message whose bulk is its body. */
export interface Framed {
  readonly kind: string;
  readonly body?: Uint8Array;
}

/** A message as frames have it: what is large in it is its body. */
export const toFrame = (message: ToProcess | ToHost): Framed => {
  if (message.kind !== "spill") return message;
  const { bytes, ...rest } = message;
  return { ...rest, body: bytes };
};

export const fromFrame = (message: object): ToProcess | ToHost => {
  const { kind, body, ...rest } = message as Framed;
  return (kind === "spill" ? { kind, bytes: body ?? new Uint8Array(0), ...rest } : message) as ToProcess | ToHost;
};
