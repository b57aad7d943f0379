/** A lane as the scheduler sees it: what it has, how loaded it is, and whether it may be fed. */

import type { Lane } from "../transports/transport.ts";
import type { Work } from "./work.ts";

/**
 * ```
 *  starting ──▶ ready ◀──▶ aborting     (a task was asked to stop and has not returned)
 *      └──────────┴─────────┴──▶ retiring ──▶ stopping ──▶ gone
 * ```
 * Only starting and ready lanes are fed. A retiring lane finishes what it has.
 */
export type LaneStanding = "starting" | "ready" | "aborting" | "retiring" | "stopping";

export class LaneState {
  readonly workerId: number;
  lane: Lane;
  standing: LaneStanding = "starting";
  /** In the order of sending. */
  readonly works = new Set<Work>();
  /** Works chosen for it in this pump, not yet sent. */
  batch: Work[] = [];
  /** It has a call with transferred arguments: nothing may come behind it. */
  reserved = false;
  /** Definition id of the function that it was sent last. */
  lastFn = -1;
  /** Estimated ms of what it has. */
  load = 0;
  /** Items it may still be sent before it is replaced: `maxTasksPerChild`. */
  budget: number;
  /** Items that were asked to stop and have not returned, with the timer of their grace: key `call id:item`. */
  readonly deaf = new Map<string, NodeJS.Timeout | undefined>();
  /** A deaf task's grace is over: the worker goes when its other tasks have ended. */
  isDoomed = false;
  timeoutTimer: NodeJS.Timeout | undefined;
  timeoutDue = Infinity;
  idleTimer: NodeJS.Timeout | undefined;
  /** When it was last sent something, `performance.now()`. */
  sentAt = 0;
  /** Clocks of its life, `performance.now()`. */
  readonly openedAt = performance.now();
  readyAt: number | undefined;
  tasks = 0;
  workMs = 0;

  constructor(workerId: number, budget: number) {
    this.workerId = workerId;
    this.budget = budget;
    this.lane = undefined as never; // set by its opener at once: the lane's events need this state
  }

  get isIdle(): boolean {
    return this.works.size === 0 && this.batch.length === 0;
  }

  get isFed(): boolean {
    return (this.standing === "starting" || this.standing === "ready") && this.budget > 0;
  }

  /** Calls it has, sent or about to be. */
  get calls(): number {
    return this.works.size + this.batch.length;
  }

  clearTimers(): void {
    clearTimeout(this.timeoutTimer);
    clearTimeout(this.idleTimer);
    for (const timer of this.deaf.values()) clearTimeout(timer);
    this.deaf.clear();
  }
}
