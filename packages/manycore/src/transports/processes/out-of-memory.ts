/** Was it memory? What a dead process leaves behind to tell it by. */

import { readFileSync } from "node:fs";

/** V8's last words. */
const HEAP_IS_FULL = /heap out of memory|Reached heap limit|OOM error in V8|Zone Allocation failed/i;

export const HEAP_HINT =
  'It ran out of memory, its heap was full: raise the limit, execArgv: ["--max-old-space-size=<MB>"], or give it less at a time.';
export const KERNEL_HINT =
  "The kernel killed it, since the machine or the container was out of memory: run fewer workers (maxWorkers), or give them less at a time.";

export const isHeapFull = (lastWords: string): boolean => HEAP_IS_FULL.test(lastWords);

/** How often the kernel has killed for memory so far: in this container, and on this machine. NaN where it does not tell. */
export function kernelKills(): number {
  return countIn(ownGroup(), "oom_kill") + countIn("/proc/vmstat", "oom_kill");
}

function ownGroup(): string {
  const path = /^0::(.*)$/m.exec(textOf("/proc/self/cgroup"))?.[1] ?? "";
  return `/sys/fs/cgroup${path}/memory.events`;
}

function countIn(file: string, name: string): number {
  const found = new RegExp(`^${name} (\\d+)$`, "m").exec(textOf(file))?.[1];
  return found === undefined ? 0 : Number(found);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // another system, or one that hides it
  }
}
