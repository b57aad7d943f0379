/** What the codec makes of values, ready to cross a wall: types only. */

import type { Definition } from "../functions/definitions.ts";

/** Values as bytes, with what bytes cannot carry beside them. */
export interface Payload {
  readonly bytes: Uint8Array;
  /**
   * Values that ride beside the bytes and are cloned by the room itself: SharedArrayBuffers, moved ArrayBuffers and
   * ports, platform objects such as KeyObject. The bytes name them by index.
   */
  readonly attachments: readonly unknown[];
  /** Those of `attachments` that change owner: a payload with any can be sent once only. */
  readonly transfer: readonly object[];
  /** The functions, handles and classes that decoding needs, with all they need in turn, in their current version. */
  readonly needs: readonly Definition[];
}

/** The shared empty list, so that the common payload allocates none. */
export const NONE: readonly never[] = Object.freeze([]);
