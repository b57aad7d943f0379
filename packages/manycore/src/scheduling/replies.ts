/** What a lane's reply means for its work: an outcome for the ticket, another try, or a way back to the backlog. */

import { WorkerLostError } from "../errors.ts";
import type { LossReason, Reply } from "../transports/transport.ts";
import { isDetached } from "../wire/buffers.ts";
import { blend } from "./credit.ts";
import type { LaneState } from "./lane-state.ts";
import type { Meter } from "./meter.ts";
import type { TurnClock } from "./turn-clock.ts";
import { countOf, type Work } from "./work.ts";

export interface RepliesHost {
  readonly isStopped: boolean;
  readonly meter: Meter;
  readonly clock: TurnClock;
  /** Items of this executor have ended. */
  ended(count: number): void;
  /** To be run again, before what waits. */
  requeue(work: Work): void;
}

/** Tells the ticket of what has come; `work.left` is brought down by the items it speaks of. */
export function settle(work: Work, state: LaneState, reply: Reply, host: RepliesHost): void {
  const count = countOf(reply);
  work.left -= count;
  const index = work.first + reply.item;
  const { ticket } = work;
  if (work.overdue !== undefined && settleOverdue(work, work.overdue, state, reply, host)) return;
  switch (reply.kind) {
    case "value":
      measure(work, state, reply.runMs, 1, host);
      ticket.value(index, reply.value, reply.size);
      return host.ended(1);
    case "numbers":
      measure(work, state, reply.runMs, count, host);
      ticket.numbers(index, reply.values);
      return host.ended(count);
    case "error":
      measure(work, state, reply.runMs, 1, host);
      if (isWorthRetrying(work, reply.error) && retry(work, reply.item, host)) return;
      ticket.failed(index, reply.error);
      return host.ended(1);
    case "lost":
      if (retry(work, reply.item, host)) return;
      ticket.failed(index, lostError(work, reply.item, state, reply.reason));
      return host.ended(1);
    case "returned":
      return giveBack(work, reply.item, count, state, host);
  }
}

/**
 * What an item that is to be tried again has come to in the end is no news: a value would be late, and might be half of
 * one. False: the reply speaks of none.
 */
function settleOverdue(
  work: Work,
  overdue: Map<number, unknown>,
  state: LaneState,
  reply: Reply,
  host: RepliesHost,
): boolean {
  if (reply.kind === "returned") return false;
  const count = countOf(reply);
  const late = [...overdue.keys()].filter((item) => item >= reply.item && item < reply.item + count);
  if (late.length === 0) return false;
  if (reply.kind !== "lost") measure(work, state, reply.runMs, count, host);
  for (const item of late) {
    if (retry(work, item, host)) continue;
    work.ticket.failed(work.first + item, overdue.get(item));
    host.ended(1);
  }
  if (reply.kind !== "numbers") return true;
  for (const [offset, value] of reply.values.entries()) {
    if (overdue.has(reply.item + offset)) continue;
    work.ticket.value(work.first + reply.item + offset, value, 0);
    host.ended(1);
  }
  return true;
}

/** Its time is over. True: it runs again, once its worker is rid of it; until then it is open. */
export function retryOverdue(work: Work, item: number, error: unknown): boolean {
  if (work.attempt > work.policy.maxRetries || work.exclusive || work.pinned !== undefined) return false;
  if (!isWorthRetrying(work, error)) return false;
  work.overdue ??= new Map();
  work.overdue.set(item, error);
  return true;
}

/** `retries: { on }` is the user's: what it throws counts as no. */
function isWorthRetrying(work: Work, error: unknown): boolean {
  try {
    return work.policy.retryOn?.(error, work.attempt) === true;
  } catch {
    return false;
  }
}

function retry(work: Work, item: number, host: RepliesHost): boolean {
  if (work.exclusive || work.pinned !== undefined || host.isStopped) return false;
  if (work.attempt > work.policy.maxRetries || !work.ticket.isOpen(work.first + item)) return false;
  host.requeue(work.slice(item, 1, work.attempt + 1));
  return true;
}

/** Items that a dead lane had not begun: they go elsewhere, unless they were meant for it alone. */
function giveBack(work: Work, from: number, count: number, state: LaneState, host: RepliesHost): void {
  const isGone = hasGone(work);
  if (work.pinned === undefined && !isGone) return host.requeue(work.slice(from, count));
  const rest = isGone ? " What was handed over to it is lost." : "";
  const hint = `It was gone before the call began.${rest}`;
  const reason: LossReason = { exitCode: null, signal: null, cause: undefined, hint };
  for (let item = from; item < from + count; item++)
    work.ticket.failed(work.first + item, lostError(work, item, state, reason));
  host.ended(count);
}

/** Memory that went with the call is the dead worker's. */
function hasGone({ items }: Work): boolean {
  if (items.kind !== "one" && items.kind !== "many") return false;
  return items.payload.transfer.some((each) => each instanceof ArrayBuffer && isDetached(each));
}

function measure(work: Work, state: LaneState, runMs: number, count: number, host: RepliesHost): void {
  const each = runMs / count;
  state.tasks += count;
  state.workMs += runMs;
  const { time } = work.order;
  time.ms = blend(time.ms, each, count);
  host.meter.ran(each, count, host.clock.read() - runMs - work.submittedAt);
}

function lostError(
  work: Work,
  item: number,
  { workerId }: LaneState,
  { exitCode, signal, cause, hint }: LossReason,
): WorkerLostError {
  const how = signal !== null ? `signal ${signal}` : exitCode !== null ? `exit code ${exitCode}` : "no exit code";
  const index = work.indexOf(item);
  const message = `The worker was lost while it ran ${work.name} (item ${index}, try ${work.attempt}): ${how}.${hint === undefined ? "" : ` ${hint}`}`;
  return new WorkerLostError(message, {
    ...(exitCode !== null && { exitCode }),
    ...(signal !== null && { signal }),
    cause,
    task: work.name,
    item: index,
    attempt: work.attempt,
    workerId,
  });
}
