/**
 * The child's end of the socket. It writes at once and waits until all is written: what a task has published is in the
 * kernel's hands before the next one begins, whatever that one does to its process. It reads by the event loop, and, where
 * a task is in the middle of a loop or a call needs a message, without it.
 */

import { readSync, writevSync } from "node:fs";
import { Socket } from "node:net";
import { blockThread } from "../../ring/block.ts";
import type { ToHost } from "../rings/messages.ts";
import { FrameReader, frame, type Records } from "./frames.ts";
import { fromFrame, SOCKET_FD, type ToProcess, toFrame } from "./messages.ts";

/** Between two tries to write to a socket that is full, or to read from one that is empty, ms. */
const PAUSE_MS = 0.1;
const CHUNK_BYTES = 1 << 16;

export type Arrival = ToProcess | Records;

export class Line {
  readonly #hear: (message: Arrival) => void;
  /** Sees a message as soon as it is read, which may be in the middle of a task. */
  readonly #glimpse: (message: Arrival) => void;
  readonly #frames = new FrameReader<object>((message) => this.#arrive(fromFrame(message) as Arrival));
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  readonly #queue: Arrival[] = [];
  #isScheduled = false;
  #isHeld = false;
  #isGone = false;

  constructor(hear: (message: Arrival) => void, glimpse: (message: Arrival) => void, gone: () => void) {
    this.#hear = hear;
    this.#glimpse = glimpse;
    const socket = new Socket({ fd: SOCKET_FD });
    socket.on("data", (chunk) => {
      this.#frames.feed(chunk);
      this.#deliver();
    });
    socket.on("error", () => {}); // its end follows
    socket.on("close", gone);
  }

  post(message: ToHost | Records): void {
    let parts = frame(message.kind === "records" ? message : toFrame(message));
    while (!this.#isGone) {
      const written = this.#write(parts);
      parts = without(parts, written);
      if (parts.length === 0) return;
      blockThread(PAUSE_MS);
    }
  }

  /** What comes from now on waits. */
  hold(): void {
    this.#isHeld = true;
  }

  /** What has come is heard, and what comes. */
  open(): void {
    this.#isHeld = false;
    this.#deliver();
  }

  /** Hear the next message, as soon as it is there. */
  receive(): boolean {
    while (this.#queue.length === 0 && !this.#isGone) if (!this.pull()) blockThread(PAUSE_MS);
    const message = this.#queue.shift();
    if (message !== undefined) this.#hear(message);
    return message !== undefined;
  }

  /** Read what has arrived, without the event loop; it is heard later, but glimpsed now. True: there was something. */
  pull(): boolean {
    try {
      const count = readSync(SOCKET_FD, this.#chunk, 0, CHUNK_BYTES, null);
      if (count === 0) this.#isGone = true;
      this.#frames.feed(this.#chunk.subarray(0, count));
      if (this.#queue.length > 0) this.#deliverLater();
      return count > 0;
    } catch (error) {
      if (!isFull(error)) this.#isGone = true;
      return false;
    }
  }

  #arrive(message: Arrival): void {
    this.#queue.push(message);
    this.#glimpse(message);
  }

  #deliver(): void {
    while (!this.#isHeld) {
      const message = this.#queue.shift();
      if (message === undefined) return;
      this.#hear(message);
    }
  }

  #deliverLater(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#deliver();
    });
  }

  /** How many bytes of the parts the socket took. */
  #write(parts: readonly Uint8Array[]): number {
    try {
      return writevSync(SOCKET_FD, parts);
    } catch (error) {
      if (!isFull(error)) this.#isGone = true; // nobody is there to hear it
      return 0;
    }
  }
}

const isFull = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EAGAIN";

/** The parts without their first bytes. */
function without(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  return parts.flatMap((part) => {
    const rest = part.subarray(left);
    left = Math.max(0, left - part.length);
    return rest.length > 0 ? [rest] : [];
  });
}
