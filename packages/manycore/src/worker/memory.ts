import { getHeapStatistics } from "node:v8";

/** Bytes this worker's heap holds, garbage not yet collected and memory outside the heap included. */
export function heapInUse(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
