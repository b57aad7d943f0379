/** Where this thread stands: how many executors' workers it is nested in. */

const KEY = Symbol.for("manycore.depth");
const shared = globalThis as { [KEY]?: number };

export function enterWorker(depth: number): void {
  shared[KEY] = depth;
}

/** 0 in the program's own thread, 1 in a worker of its executor, 2 in a worker of that worker's executor. */
export function depthHere(): number {
  return shared[KEY] ?? 0;
}
