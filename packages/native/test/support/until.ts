import { setTimeout } from "node:timers/promises";

/** Looks again until it holds. The suite's own time limit makes a failure of one that never does. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(5);
}
