import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Collects, and lets the finalizers run, which are tasks of their own. */
export async function collect(): Promise<void> {
  // What a WeakRef was asked for lives to the end of the task.
  await new Promise(setImmediate);
  (runInNewContext("gc") as () => void)();
  await new Promise(setImmediate);
}
