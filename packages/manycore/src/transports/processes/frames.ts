/**
 * Messages over a socket between two processes:
 *
 *   bytes of the head (4) | bytes of the body (4) | head | body
 *
 * The head is a message without its bulk, as `v8` has it; the body is that bulk, as it lies. No head: the body is records
 * of a ring (`carrier.ts`). Neither: a wake-up, the most frequent of all.
 */

import { deserialize, serialize } from "node:v8";

const HEAD_BYTES = 8;

/** Records of a ring, as they lie there. */
export interface Records {
  readonly kind: "records";
  readonly bytes: Uint8Array;
}

interface Wake {
  readonly kind: "wake";
}

type Bulky = { readonly body?: Uint8Array };

/** The frame of a message, in parts, so that what is large is not copied. `bulk` is that part of it which is left out of the head. */
export function frame(message: Wake | Records | (object & { readonly kind: string })): Uint8Array[] {
  if (message.kind === "wake") return [WAKE];
  if (message.kind === "records") {
    const { bytes } = message as Records;
    return [lengths(0, bytes.length), bytes];
  }
  const { body, ...rest } = message as Bulky;
  const head = serialize(rest);
  return body === undefined ? [lengths(head.length, 0), head] : [lengths(head.length, body.length), head, body];
}

function lengths(head: number, body: number): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES);
  bytes.writeUInt32LE(head, 0);
  bytes.writeUInt32LE(body, 4);
  return bytes;
}

const WAKE = lengths(0, 0);

/** Puts messages together from what a socket gives. */
export class FrameReader<Message> {
  readonly #heard: (message: Message | Wake | Records) => void;
  readonly #lengths = Buffer.alloc(HEAD_BYTES);
  #has = 0;
  /** Head and body of the frame under way; of their own length, so that nothing is copied twice. */
  #frame: Uint8Array | undefined;
  #head = 0;

  constructor(heard: (message: Message | Wake | Records) => void) {
    this.#heard = heard;
  }

  feed(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const target = this.#frame ?? this.#lengths;
      const take = Math.min(target.length - this.#has, chunk.length - at);
      target.set(chunk.subarray(at, at + take), this.#has);
      this.#has += take;
      at += take;
      if (this.#has === target.length) this.#whole();
    }
  }

  /** What was under way is there. */
  #whole(): void {
    this.#has = 0;
    if (this.#frame === undefined) {
      this.#head = this.#lengths.readUInt32LE(0);
      const length = this.#head + this.#lengths.readUInt32LE(4);
      if (length === 0) this.#heard({ kind: "wake" });
      else this.#frame = new Uint8Array(length);
      return;
    }
    const frame = this.#frame;
    this.#frame = undefined;
    const body = frame.subarray(this.#head);
    if (this.#head === 0) return this.#heard({ kind: "records", bytes: body });
    const message = deserialize(frame.subarray(0, this.#head)) as Message;
    // A view of its own memory: whoever makes arrays of the body's buffer counts from its start.
    this.#heard(body.length === 0 ? message : { ...message, body: aligned(body) });
  }
}

const ALIGNMENT = 8;

/** Typed arrays can be laid over it. */
const aligned = (bytes: Uint8Array): Uint8Array => (bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice());
