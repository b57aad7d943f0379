/**
 * `timeout` counts from an item's start, which only the worker knows: it stamps the slot. The host keeps one timer a lane
 * and looks at the stamps when the earliest item could be over its time, so a timeout costs no message.
 */

import { TimeoutError } from "../errors.ts";
import { LONGEST_TIMER_MS } from "../timers.ts";
import type { Aborting } from "./aborting.ts";
import type { LaneState } from "./lane-state.ts";
import { retryOverdue } from "./replies.ts";
import type { Work } from "./work.ts";

/** The lane is sent these: if some are timed, look when the first of them could be over. */
export function watchTimeouts(state: LaneState, sent: readonly Work[], aborting: Aborting): void {
  let earliest = Infinity;
  for (const work of sent) if (work.timed) earliest = Math.min(earliest, work.policy.timeout);
  if (earliest < Infinity) arm(state, aborting, earliest);
}

function arm(state: LaneState, aborting: Aborting, ms: number): void {
  const due = performance.now() + ms;
  if (due >= state.timeoutDue) return;
  clearTimeout(state.timeoutTimer);
  state.timeoutDue = due;
  state.timeoutTimer = setTimeout(
    // The replies that arrived while the host was busy come first: an item that has ended was not late.
    () => setImmediate(() => look(state, aborting)),
    Math.min(Math.ceil(ms), LONGEST_TIMER_MS),
  );
}

function look(state: LaneState, aborting: Aborting): void {
  state.timeoutDue = Infinity;
  let next = Infinity;
  for (const work of [...state.works]) {
    if (work.timed) next = Math.min(next, lookAt(work, state, aborting));
  }
  if (next < Infinity) arm(state, aborting, next);
}

/** Ms until this work has to be looked at again. */
function lookAt(work: Work, state: LaneState, aborting: Aborting): number {
  const { timeout } = work.policy;
  const running = state.lane.running(work);
  if (running === undefined || !work.ticket.isOpen(work.first + running.item)) return timeout;
  const { item } = running;
  const left = timeout - running.ms;
  if (left > 0) return left;
  if (work.overdue?.has(item) === true) return timeout;
  const index = work.indexOf(item);
  const error = new TimeoutError(`${work.name} (item ${index}) ran for more than ${timeout} ms.`, {
    task: work.name,
    item: index,
    attempt: work.attempt,
    workerId: state.workerId,
  });
  if (!retryOverdue(work, item, error)) work.ticket.failed(work.first + item, error);
  aborting.ask(work, item);
  return timeout;
}
