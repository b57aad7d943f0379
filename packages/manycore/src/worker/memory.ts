/** Watching what memory a worker uses. */

import type { Outlet } from "./outlet.ts";

/** Bytes this worker's heap holds, garbage not yet collected and memory outside the heap included. */
export function heapInUse(): number {
  // Loaded where it is asked for: it would take a fifth of a worker's own start.
  const { used_heap_size, external_memory } = process.getBuiltinModule("node:v8").getHeapStatistics();
  return used_heap_size + external_memory;
}

/**
 * The same outlet, which calls `heavy` once when a task leaves more than `most` bytes `inUse`: before the reply, so that
 * whoever acts on the reply is not given this worker again.
 */
export function watchMemory(outlet: Outlet, most: number, inUse: () => number, heavy: () => void): Outlet {
  if (most === Infinity) return outlet;
  let isHeavy = false;
  const look = () => {
    if (isHeavy || inUse() <= most) return;
    isHeavy = true;
    heavy();
  };
  const looking =
    <Args extends unknown[]>(publish: (...args: Args) => void) =>
    (...args: Args) => {
      look();
      publish.apply(outlet, args);
    };
  return {
    value: looking(outlet.value),
    numbers: looking(outlet.numbers),
    error: looking(outlet.error),
    passed: (call) => outlet.passed(call),
    progress: (call, item, value) => outlet.progress(call, item, value),
  };
}
