/** A thread that sleeps without its event loop. */

const never = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the calling thread for `ms`. */
export function blockThread(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}
