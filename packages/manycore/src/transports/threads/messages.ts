/** What a thread is born with. */

import type { WorkerTerms } from "../rings/messages.ts";

export interface ThreadSetup extends WorkerTerms {
  readonly slots: SharedArrayBuffer;
  readonly calls: SharedArrayBuffer;
  readonly replies: SharedArrayBuffer;
  readonly scratch: SharedArrayBuffer;
}
