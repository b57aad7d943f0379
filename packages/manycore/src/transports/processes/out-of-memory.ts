/** Was it memory? What a dead process leaves behind to tell it by. */

import { readFileSync } from "node:fs";

/** V8's last words. */
const HEAP_IS_FULL = /heap out of memory|Reached heap limit|OOM error in V8|Zone Allocation failed/i;

export const HEAP_HINT =
  'It ran out of memory, its heap was full: raise the limit, execArgv: ["--max-old-space-size=<MB>"], or give it less at a time.';
export const KERNEL_HINT =
  "The kernel killed it, since the machine or the container was out of memory: run fewer workers (maxWorkers), or give them less at a time.";

export const isHeapFull = (lastWords: string): boolean => HEAP_IS_FULL.test(lastWords);

/** Gives a file's text; of one that is not there, an empty one. */
export type Read = (file: string) => string;

/** Kills for memory that the kernel has counted, and that no death was put down to yet. */
export class KernelKills {
  readonly #read: Read;
  #known: number;

  constructor(read: Read = textOf) {
    this.#read = read;
    this.#known = kernelKills(read);
  }

  /** Was a process that somebody killed a moment ago one of them? Each is one death's. */
  explainOne(): boolean {
    if (kernelKills(this.#read) <= this.#known) return false;
    this.#known++;
    return true;
  }
}

/**
 * How often the kernel has killed for memory so far: in this process's group, whoever was short of it, or on this machine
 * where a group does not count. 0 where it does not tell.
 */
export function kernelKills(read: Read = textOf): number {
  const files = [...groupFiles(read("/proc/self/cgroup")), "/proc/vmstat"];
  for (const file of files) {
    const count = countIn(read(file));
    if (count !== undefined) return count;
  }
  return 0;
}

/**
 * Where the group's count may be. A group has a path, which a container that sees its own group alone may give as its host
 * has it: there is nothing at that place then, and the count is at the top.
 */
function groupFiles(groups: string): string[] {
  const second = /^0::(.*)$/m.exec(groups)?.[1];
  const first = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(groups)?.[1];
  const under = (top: string, path: string | undefined, name: string) =>
    path === undefined ? [] : [`${top}${path === "/" ? "" : path}/${name}`, `${top}/${name}`];
  return [
    ...under("/sys/fs/cgroup/memory", first, "memory.oom_control"), // version 1
    ...under("/sys/fs/cgroup", second, "memory.events"), // version 2
  ];
}

function countIn(text: string): number | undefined {
  const found = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // another system, or one that hides it
  }
}
