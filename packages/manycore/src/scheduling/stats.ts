/** A snapshot of a scheduler, for `stats()`. */

import type { Stats, WorkerStats } from "../interface.ts";
import type { LaneState } from "./lane-state.ts";
import type { Scheduler } from "./scheduler.ts";

export function statsOf({ backlog, crew, meter, outstanding }: Scheduler): Stats {
  const now = performance.now();
  const lanes = crew.living;
  let running = 0;
  for (const state of lanes) for (const work of state.works) running += work.left;
  const workMs = lanes.reduce((sum, state) => sum + state.workMs, meter.workMs);
  const readyMs = lanes.reduce((sum, state) => sum + readyFor(state, now), meter.readyMs);
  return {
    pending: outstanding - running,
    running,
    completed: meter.run.count,
    oldestQueued: now - (backlog.oldest ?? now),
    utilisation: readyMs === 0 ? 0 : Math.min(1, workMs / readyMs),
    wait: meter.wait.summary(),
    run: meter.run.summary(),
    workers: lanes.map((state) => workerStats(state, now)),
  };
}

function readyFor(state: LaneState, now: number): number {
  return state.readyAt === undefined ? 0 : now - state.readyAt;
}

function workerStats(state: LaneState, now: number): WorkerStats {
  const { workerId, standing, tasks, workMs, openedAt, readyAt } = state;
  return {
    workerId,
    state: standing === "stopping" ? "retiring" : standing,
    tasks,
    start: (readyAt ?? now) - openedAt,
    wait: Math.max(0, readyFor(state, now) - workMs),
    work: workMs,
  };
}
