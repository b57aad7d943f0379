/** What the codec makes of values, ready to cross a wall. */

import type { Definition } from "../functions/definitions.ts";
import { copyBytes } from "./copy.ts";

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

/** A payload that lies on an encoder's slab, or has it to itself. A view costs as much as a small encoding: it is made when asked for. */
export class Encoded implements Payload {
  readonly attachments: readonly unknown[];
  readonly transfer: readonly object[];
  readonly needs: readonly Definition[];
  readonly #slab: Uint8Array;
  readonly #from: number;
  readonly #to: number;
  /** Is the slab a block with nothing else on it? */
  readonly #isOwn: boolean;

  constructor(
    slab: Uint8Array,
    from: number,
    to: number,
    attachments: Payload["attachments"] = NONE,
    transfer: Payload["transfer"] = NONE,
    needs: Payload["needs"] = NONE,
    isOwn = false,
  ) {
    this.#slab = slab;
    this.#from = from;
    this.#to = to;
    this.attachments = attachments;
    this.transfer = transfer;
    this.needs = needs;
    this.#isOwn = isOwn;
  }

  /** These bytes, and nothing else. */
  static of(bytes: Uint8Array): Encoded {
    return new Encoded(bytes, 0, bytes.length);
  }

  get length(): number {
    return this.#to - this.#from;
  }

  get bytes(): Uint8Array {
    return this.#slab.subarray(this.#from, this.#to);
  }

  /** Bytes with memory to themselves, which can be given away. */
  get ownBytes(): Uint8Array | undefined {
    return this.#isOwn ? this.bytes : undefined;
  }

  /** All bytes that it takes, of buffers beside it too. */
  get size(): number {
    return this.transfer.length === 0 ? this.length : this.length + sizeOf(this.transfer);
  }

  copyTo(target: Uint8Array, at: number): void {
    copyBytes(this.#slab, this.#from, this.#to, target, at);
  }

  /** The bytes from `from` to `to`, which name nothing to be transferred. */
  part(from: number, to: number): Encoded {
    return new Encoded(this.#slab, this.#from + from, this.#from + to, this.attachments, NONE, this.needs);
  }

  /** The same with other objects beside it. */
  beside(attachments: Payload["attachments"], transfer: Payload["transfer"]): Encoded {
    return new Encoded(this.#slab, this.#from, this.#to, attachments, transfer, this.needs, this.#isOwn);
  }
}

/** Bytes of the buffers among these. */
export function sizeOf(attachments: readonly unknown[]): number {
  let bytes = 0;
  for (const each of attachments) if (each instanceof ArrayBuffer) bytes += each.byteLength;
  return bytes;
}
