/** How a side sleeps on a word until the other has changed it: by what the memory is, shared between threads or processes. */

export interface Waits {
  /** Blocks this thread while `words[index]` is `expected`, for `ms` at most; it may come back sooner for no reason. */
  wait(words: Int32Array, index: number, expected: number, ms: number): void;
  /** Wakes whoever sleeps on the word. */
  notify(words: Int32Array, index: number): void;
}

/** Threads of one process, over a SharedArrayBuffer. */
export const threadWaits: Waits = {
  wait(words, index, expected, ms) {
    Atomics.wait(words, index, expected, ms);
  },
  notify(words, index) {
    Atomics.notify(words, index);
  },
};
