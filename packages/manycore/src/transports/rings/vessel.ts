/** What a worker lives in, as its lane sees it: a thread, a process. */

import type { LossReason } from "../transport.ts";
import type { ToHost, ToWorker } from "./messages.ts";

export interface Vessel {
  /** Send a message; what is in `transfer` changes owner. */
  post(message: ToWorker, transfer?: readonly object[]): void;
  /** Hear one message that has arrived, at once. False: there is none, or they come by the event loop alone. */
  receive(): boolean;
  /** Keep the host's process alive until this has ended. */
  hold(on: boolean): void;
  /** Is what it prints beside its replies known to be there when they are? Then a reply may be looked for without the event loop. */
  readonly isQuiet: boolean;
  /** End it now. */
  kill(): void;
  /** It has taken its leave: let it end. */
  release(): void;
  /** It has ended and all that it said has been heard. */
  close(): void;
}

/** How it ended. */
export type Ending = Omit<LossReason, "hint"> & { readonly hint: string | undefined };

export interface VesselEvents {
  heard(message: ToHost): void;
  /** Once, after everything that it said. */
  ended(how: Ending): void;
}
