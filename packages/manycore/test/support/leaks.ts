/** What a test must not leave behind: workers, ports, timers, listeners on the process. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { Worker } from "node:worker_threads";

const workers = new Set<Worker>();

// The one place where Node tells of every worker, whoever made it and whether or not it holds the process.
process.on("worker", (worker: Worker) => {
  workers.add(worker);
  worker.once("exit", () => workers.delete(worker));
});

/** Live workers of this process, threads and children; those that are dead and not waited for too. */
export const liveWorkers = (): number => workers.size + children().length;

/** Pids of the children of this process, where the system tells. */
export function children(): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) && parentOf(pid) === process.pid ? [pid] : [];
  });
}

function parentOf(pid: number): number | undefined {
  try {
    // After the name, which may hold anything: state, parent.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined; // it has ended
  }
}

interface Belongings {
  readonly workers: number;
  readonly resources: Readonly<Record<string, number>>;
  readonly listeners: Readonly<Record<string, number>>;
}

const WATCHED = new Set(["MessagePort", "Timeout", "Worker"]);

export function belongings(): Belongings {
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo())
    if (WATCHED.has(name)) resources[name] = (resources[name] ?? 0) + 1;
  const listeners: Record<string, number> = {};
  for (const event of process.eventNames()) listeners[String(event)] = process.listenerCount(event as "exit");
  return { workers: liveWorkers(), resources, listeners };
}

/**
 * Asserts that nothing has been added since `before`. What ends with the next turns of the event loop may end; what is
 * still there after some seconds is a leak.
 */
export async function leavesNothingBehind(before: Belongings): Promise<void> {
  for (let look = 0; look < 300 && grown(before).length > 0; look++) {
    // No timer of our own may be counted, so the pause is spent before the look.
    await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(grown(before), [], "left behind");
}

function grown(before: Belongings): string[] {
  const now = belongings();
  const found = now.workers > before.workers ? [`${now.workers - before.workers} worker(s)`] : [];
  for (const kind of ["resources", "listeners"] as const) {
    for (const [name, count] of Object.entries(now[kind])) {
      const extra = count - (before[kind][name] ?? 0);
      if (extra > 0) found.push(`${extra} of ${kind}: ${name}`);
    }
  }
  return found;
}
