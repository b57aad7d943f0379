/** Every core, one import: Python's `concurrent.futures` for TypeScript. */

export * from "./errors.ts";
export { Executor } from "./executor.ts";
export { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from "./executors.ts";
export { capture } from "./functions/capture.ts";
export { Placeholder, partial } from "./functions/partial.ts";
export { type Task, type Tasks, task, tasks } from "./functions/task.ts";
export { Future, type FutureState } from "./futures/future.ts";
export {
  ALL_COMPLETED,
  asCompleted,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  firstSuccess,
  type Waited,
  type WaitOptions,
  wait,
} from "./futures/wait.ts";
export type * from "./interface.ts";
export { Range, range, split } from "./map/range.ts";
export { PerWorker, perWorker } from "./shared/per-worker.ts";
export { Shared, share } from "./shared/share.ts";
export { type ClassOptions, registerClass, registerError } from "./wire/classes.ts";
export { type Moved, move } from "./wire/move.ts";
export { type CurrentTask, currentTask, sleep, sleepSync } from "./worker/context.ts";
