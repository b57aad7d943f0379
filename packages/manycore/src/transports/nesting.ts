/** Executors inside tasks of executors, and so on: each level multiplies the workers. */

import { BrokenExecutorError } from "../errors.ts";
import { depthHere } from "../worker/here.ts";

const DEEPEST = 4;

/** @throws BrokenExecutorError where an executor's workers would be nested too deep */
export function checkDepth(): void {
  const depth = depthHere();
  if (depth < DEEPEST) return;
  throw new BrokenExecutorError(
    `Executors are nested ${depth} deep already: a task of a task's executor made one more. Make one executor on the host, and submit to it.`,
  );
}
