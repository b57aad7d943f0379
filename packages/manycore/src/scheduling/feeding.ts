/**
 * Which lane gets what: the backlog to lanes with room, in one batch a lane; then, to lanes with nothing to do, what others
 * have not begun.
 */

import { MAX_RANGE } from "../ring/slots.ts";
import type { Aborting } from "./aborting.ts";
import type { Backlog, Next } from "./backlog.ts";
import { creditFor, isCrumb, PREFETCH_BELOW_MS, RANGE_MS, TARGET_MS, UNKNOWN_TASK_MS } from "./credit.ts";
import type { Crew } from "./crew.ts";
import type { LaneState } from "./lane-state.ts";
import { richest, takeBack, unclaimed } from "./stealing.ts";
import { watchTimeouts } from "./timeouts.ts";
import type { Work } from "./work.ts";

/** Idle lanes look this often at what others have not begun, ms. */
const LOOK_AGAIN_MS = 10;

/**
 * What lanes would take, when all had been given what there was: nothing, since they are full; a batch, as they are not; or
 * anything, since one has nothing to do. A stream's items come one by one as its reader reads, and each sent by itself would
 * cost more than it takes to run.
 */
type Appetite = "none" | "batch" | "any";

export interface FeedingHost {
  readonly backlog: Backlog;
  readonly crew: Crew;
  readonly aborting: Aborting;
  readonly concurrency: number;
  readonly maxWorkers: number;
  /** A work's last items were taken back from its lane. */
  taken(work: Work, count: number): void;
}

export class Feeding {
  readonly #host: FeedingHost;
  #lookTimer: NodeJS.Timeout | undefined;
  #appetite: Appetite = "any";

  constructor(host: FeedingHost) {
    this.#host = host;
  }

  /** Everybody gets what there is. */
  feed(): void {
    const { backlog } = this.#host;
    this.#appetite = "none";
    let next = backlog.peek();
    for (; next !== undefined; next = backlog.peek()) {
      const state = this.#choose(next);
      if (state === undefined) break;
      if (next.grows && !state.isIdle && isCrumb(next.taskMs, backlog.remaining)) {
        this.#appetite = "batch";
        break;
      }
      if (!this.#fill(state, next.taskMs)) break;
    }
    if (next === undefined) this.#appetite = this.#host.crew.hasIdle ? "any" : "batch";
    this.#flush();
    if (backlog.isEmpty) this.#steal();
  }

  /** So many items of a source wait: would they be taken now? */
  wants(count: number, taskMs: number | undefined): boolean {
    if (this.#appetite === "any") return true;
    return this.#appetite === "batch" && !isCrumb(taskMs, count);
  }

  /** This work to this lane, now. */
  pin(work: Work, state: LaneState): void {
    this.#assign(state, work);
    this.#flush();
  }

  stop(): void {
    clearTimeout(this.#lookTimer);
  }

  /**
   * A lane to feed: an idle one, best one that ran the function last and has it, its captured data and its compiled code at
   * hand; or a new one; or the least loaded that has room.
   */
  #choose({ fnId, taskMs = UNKNOWN_TASK_MS, exclusive, nested }: Next): LaneState | undefined {
    let ready: LaneState | undefined;
    let idle: LaneState | undefined;
    let loaded: LaneState | undefined;
    for (const state of this.#host.crew.lanes) {
      // An idle lane may be full too: of calls that were taken back and that its worker has not passed.
      if (!state.isFed || state.reserved || state.lane.credit <= state.batch.length) continue;
      if (!state.isIdle) {
        if (
          !exclusive &&
          (nested || this.#hasRoom(state, taskMs)) &&
          (loaded === undefined || state.load < loaded.load)
        )
          loaded = state;
      } else if (state.standing === "ready") {
        if (state.lastFn === fnId) return state;
        ready ??= state;
      } else {
        idle ??= state;
      }
    }
    if (ready !== undefined || idle !== undefined) return ready ?? idle;
    return (this.#host.crew.isFull ? undefined : this.#host.crew.open()) ?? loaded;
  }

  /** A lane that is more than half full is left alone: refilling it reply by reply would cost a message each. */
  #hasRoom(state: LaneState, taskMs: number): boolean {
    if (state.lane.credit - state.batch.length <= state.calls) return false;
    if (state.calls < this.#host.concurrency || state.load + taskMs <= TARGET_MS / 2) return true;
    return state.calls === this.#host.concurrency && taskMs <= PREFETCH_BELOW_MS;
  }

  /** Chooses works for a lane up to its credit. False: there was nothing to take. */
  #fill(state: LaneState, taskMs: number | undefined): boolean {
    const { backlog } = this.#host;
    const most = Math.min(state.lane.credit - state.batch.length, state.budget);
    const limit = this.#host.concurrency > 1 ? 1 : Math.min(state.budget, MAX_RANGE);
    const range = creditFor(taskMs, backlog.remaining, this.#host.maxWorkers, limit, RANGE_MS);
    let room = creditFor(taskMs, backlog.remaining, this.#host.maxWorkers, most);
    let took = false;
    while (room > 0) {
      if (took && backlog.peek()?.exclusive === true) break;
      const work = backlog.take(range, limit);
      if (work === undefined) break;
      this.#assign(state, work);
      took = true;
      room -= work.items.count;
      if (work.exclusive || work.items.count > 1 || state.load >= TARGET_MS) break;
    }
    return took;
  }

  #assign(state: LaneState, work: Work): void {
    work.lane = state;
    work.state = "sent";
    state.lastFn = work.fnId;
    work.estimateMs = (work.order.time.ms ?? UNKNOWN_TASK_MS) * work.items.count;
    state.load += work.estimateMs;
    state.budget -= work.items.count;
    state.reserved ||= work.exclusive;
    state.batch.push(work);
  }

  #flush(): void {
    for (const state of this.#host.crew.lanes) {
      if (state.batch.length === 0) continue;
      const { batch } = state;
      state.batch = [];
      clearTimeout(state.idleTimer);
      if (state.works.size === 0) state.lane.hold(true);
      for (const work of batch) state.works.add(work);
      state.sentAt = performance.now();
      state.lane.send(batch);
      watchTimeouts(state, batch, this.#host.aborting);
    }
  }

  /** Lanes with nothing to do take from the richest. Where all are busy and there may be one more, it is opened to do so. */
  #steal(): void {
    const thieves = [...this.#host.crew.lanes].filter(
      (state) => state.standing === "ready" && state.isFed && state.isIdle && state.lane.credit > 0,
    );
    for (const thief of thieves) {
      const found = richest(this.#host.crew.lanes);
      if (found === undefined) return this.#lookAgain();
      const works = takeBack(found.victim, Math.min(found.share, thief.budget, thief.lane.credit), (work, count) =>
        this.#host.taken(work, count),
      );
      for (const work of works) {
        work.ticket.joined(work);
        this.#assign(thief, work);
      }
      this.#flush();
    }
    if (thieves.length > 0 || this.#host.crew.isFull) return;
    // Calls of a starting lane are begun as soon as any other worker's would be.
    const started = [...this.#host.crew.lanes].filter((state) => state.standing === "ready");
    if (richest(started) !== undefined) this.#host.crew.open();
  }

  /** There is nothing to steal yet; there may be, if a worker does not begin what it was sent. */
  #lookAgain(): void {
    if (this.#lookTimer !== undefined || ![...this.#host.crew.lanes].some((state) => unclaimed(state) > 0)) return;
    this.#lookTimer = setTimeout(() => {
      this.#lookTimer = undefined;
      this.feed();
    }, LOOK_AGAIN_MS).unref();
  }
}
