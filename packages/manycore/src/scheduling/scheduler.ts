/**
 * Who runs what, and when. Works wait in the backlog; lanes are opened on demand; a lane with room is sent as much as
 * its credit allows, in one batch a turn; a lane with nothing to do takes from the richest. What comes back is told to
 * the work's ticket, or tried again.
 */

import { type BrokenExecutorError, CancelledError } from "../errors.ts";
import { MAX_RANGE } from "../ring/slots.ts";
import type { Reply, Taken, Transport } from "../transports/transport.ts";
import { Aborting, type AbortingHost } from "./aborting.ts";
import { Backlog, type Next, type Source } from "./backlog.ts";
import { creditFor, PREFETCH_BELOW_MS, TARGET_MS, UNKNOWN_TASK_MS } from "./credit.ts";
import { Crew, type CrewOptions } from "./crew.ts";
import type { Gate } from "./gate.ts";
import type { LaneState } from "./lane-state.ts";
import { Linger } from "./linger.ts";
import { Meter } from "./meter.ts";
import { QueueTimeouts } from "./queue-timeouts.ts";
import { type RepliesHost, settle } from "./replies.ts";
import { richest, takeBack, unclaimed } from "./stealing.ts";
import { watchTimeouts } from "./timeouts.ts";
import { TurnClock } from "./turn-clock.ts";
import type { Work } from "./work.ts";

/** Calls submitted in one turn leave together; but so many are a batch by themselves, and the workers begin meanwhile. */
const EAGER_CALLS = 256;
/** Idle lanes look this often at what others have not begun, ms. */
const LOOK_AGAIN_MS = 10;

export interface SchedulerOptions extends CrewOptions {
  readonly concurrency: number;
}

export interface SchedulerEvents {
  /** Nothing can run any more; all that waited has failed. */
  broken(error: BrokenExecutorError): void;
  /** Something ended: admission may have room, a shutdown may be complete. */
  rested(): void;
  /** A work's `queueTimeout` is over. */
  overdue(work: Work): void;
}

export class Scheduler implements AbortingHost, RepliesHost {
  readonly meter = new Meter();
  /** Of this turn of the event loop, or of this batch of replies. */
  readonly clock = new TurnClock();
  readonly aborting = new Aborting(this);
  readonly backlog = new Backlog();
  readonly crew: Crew;
  readonly capabilities: Transport["capabilities"];
  readonly concurrency: number;
  /** Items accepted that have not ended. */
  outstanding = 0;
  readonly #maxWorkers: number;
  readonly #on: SchedulerEvents;
  readonly #queueTimeouts: QueueTimeouts;
  readonly #gates = new Set<Gate>();
  readonly #linger = new Linger();
  #pumpScheduled = false;
  /** Works taken in in this turn. */
  #accepted = 0;
  #lookTimer: NodeJS.Timeout | undefined;

  constructor(transport: Transport, options: SchedulerOptions, on: SchedulerEvents) {
    this.capabilities = transport.capabilities;
    this.concurrency = options.concurrency;
    this.#maxWorkers = options.maxWorkers;
    this.#on = on;
    this.#queueTimeouts = new QueueTimeouts((work) => on.overdue(work));
    this.crew = new Crew(transport, options, this.meter, {
      reply: (state, reply) => this.#reply(state, reply),
      evacuate: (state) => this.evacuate(state),
      changed: () => {
        this.#linger.replied();
        this.clock.newTurn();
        this.#pump();
      },
      broken: (error) => this.#break(error),
    });
    this.crew.openLeast();
  }

  get isStopped(): boolean {
    return this.crew.isStopped;
  }

  /** Nothing waits, nothing runs, no map has more to give. */
  get isAtRest(): boolean {
    return this.outstanding === 0 && this.backlog.sources.length === 0;
  }

  /** Take a new work in. */
  accept(work: Work): void {
    const { gate } = work.policy;
    this.#count(work);
    if (gate === undefined || gate.enter(work)) this.backlog.push(work);
    else this.#gates.add(gate);
    this.schedule();
    if (++this.#accepted % EAGER_CALLS === 0) this.#pump();
  }

  /** A source has cut this work; it is handed out at once. */
  admit(work: Work): void {
    this.#count(work);
    work.policy.gate?.follow();
  }

  addSource(source: Source): void {
    this.backlog.addSource(source);
    this.schedule();
  }

  removeSource(source: Source): void {
    this.backlog.removeSource(source);
    if (this.isAtRest) this.#on.rested();
  }

  /** Pump at the end of this turn: calls submitted together leave together. */
  schedule(): void {
    if (this.#pumpScheduled) return;
    this.#pumpScheduled = true;
    queueMicrotask(() => {
      this.#pumpScheduled = false;
      this.#accepted = 0;
      this.clock.newTurn();
      this.#pump();
      if (this.outstanding === 1) this.#linger.sent(this.crew.lanes);
    });
  }

  /** Take back what has not started of a work: those items never run. The caller settles them. */
  revoke(work: Work): Taken {
    const taken = this.#takeBackAll(work);
    this.ended(taken.count);
    return taken;
  }

  /** Send a pinned work to its lane. */
  pin(work: Work, state: LaneState): void {
    this.#count(work);
    this.#assign(state, work);
    this.#flush();
  }

  /** Everything that has not started is cancelled. */
  cancelUnstarted(reason: unknown): void {
    const unstarted = [...this.#waiting(), ...[...this.crew.lanes].flatMap((state) => [...state.works])];
    for (const work of unstarted) {
      const { from, count } = this.revoke(work);
      if (count > 0) work.ticket.cancelled(work.first + from, count, reason);
    }
    const error = new CancelledError("The item was cancelled before it started.", { cause: reason });
    for (const source of this.backlog.sources) source.abandon(error);
  }

  async stop(how: "drain" | "kill"): Promise<void> {
    this.#queueTimeouts.stop();
    clearTimeout(this.#lookTimer);
    await this.crew.stop(how);
  }

  ended(count: number): void {
    this.outstanding -= count;
    if (count > 0) this.#on.rested();
  }

  requeue(work: Work): void {
    work.ticket.joined(work);
    work.policy.gate?.follow();
    if (!this.isStopped) {
      this.backlog.unshift(work);
      this.schedule();
      return;
    }
    const { left } = work;
    work.left = 0;
    work.ticket.cancelled(work.first, left, "the executor was stopped");
    this.#over(work);
    this.ended(left);
  }

  evacuate(state: LaneState): void {
    const back = takeBack(state, Infinity, (work, count) => this.#taken(work, count));
    for (const work of back.reverse()) this.requeue(work);
  }

  kill(state: LaneState): void {
    this.crew.kill(state);
  }

  retire(state: LaneState): void {
    this.crew.retire(state);
  }

  resume(state: LaneState): void {
    state.standing = "ready";
    this.schedule();
  }

  #count(work: Work): void {
    this.outstanding += work.items.count;
    work.ticket.joined(work);
    this.#queueTimeouts.add(work);
  }

  #pump(): void {
    if (this.isStopped) return;
    for (let next = this.backlog.peek(); next !== undefined; next = this.backlog.peek()) {
      const state = this.#choose(next);
      if (state === undefined || !this.#fill(state, next.taskMs)) break;
    }
    this.#flush();
    if (this.backlog.isEmpty) this.#steal();
    this.crew.settleDown();
  }

  /** A lane to feed: an idle one, or a new one, or the least loaded that has room. */
  #choose({ taskMs = UNKNOWN_TASK_MS, exclusive, nested }: Next): LaneState | undefined {
    let idle: LaneState | undefined;
    let loaded: LaneState | undefined;
    for (const state of this.crew.lanes) {
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
        return state;
      } else {
        idle ??= state;
      }
    }
    if (idle !== undefined) return idle;
    return (this.crew.isFull ? undefined : this.crew.open()) ?? loaded;
  }

  /** A lane that is more than half full is left alone: refilling it reply by reply would cost a message each. */
  #hasRoom(state: LaneState, taskMs: number): boolean {
    if (state.lane.credit - state.batch.length <= state.calls) return false;
    if (state.calls < this.concurrency || state.load + taskMs <= TARGET_MS / 2) return true;
    return state.calls === this.concurrency && taskMs <= PREFETCH_BELOW_MS;
  }

  /** Chooses works for a lane up to its credit. False: there was nothing to take. */
  #fill(state: LaneState, taskMs: number | undefined): boolean {
    const { backlog } = this;
    const most = Math.min(state.lane.credit - state.batch.length, state.budget);
    const limit = this.concurrency > 1 ? 1 : Math.min(state.budget, MAX_RANGE);
    const range = creditFor(taskMs, backlog.remaining, this.#maxWorkers, limit);
    let room = creditFor(taskMs, backlog.remaining, this.#maxWorkers, most);
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
    work.estimateMs = (work.order.time.ms ?? UNKNOWN_TASK_MS) * work.items.count;
    state.load += work.estimateMs;
    state.budget -= work.items.count;
    state.reserved ||= work.exclusive;
    state.batch.push(work);
  }

  #flush(): void {
    for (const state of this.crew.lanes) {
      if (state.batch.length === 0) continue;
      const { batch } = state;
      state.batch = [];
      clearTimeout(state.idleTimer);
      if (state.works.size === 0) state.lane.hold(true);
      for (const work of batch) state.works.add(work);
      state.sentAt = performance.now();
      state.lane.send(batch);
      watchTimeouts(state, batch, this.aborting);
    }
  }

  /** Lanes with nothing to do take from the richest. Where all are busy and there may be one more, it is opened to do so. */
  #steal(): void {
    const thieves = [...this.crew.lanes].filter(
      (state) => state.standing === "ready" && state.isFed && state.isIdle && state.lane.credit > 0,
    );
    for (const thief of thieves) {
      const found = richest(this.crew.lanes);
      if (found === undefined) return this.#lookAgain();
      const works = takeBack(found.victim, Math.min(found.share, thief.budget, thief.lane.credit), (work, count) =>
        this.#taken(work, count),
      );
      for (const work of works) {
        work.ticket.joined(work);
        work.policy.gate?.follow();
        this.#assign(thief, work);
      }
      this.#flush();
    }
    if (thieves.length > 0 || this.crew.isFull) return;
    // Calls of a starting lane are begun as soon as any other worker's would be.
    const started = [...this.crew.lanes].filter((state) => state.standing === "ready");
    if (richest(started) !== undefined) this.crew.open();
  }

  /** There is nothing to steal yet; there may be, if a worker does not begin what it was sent. */
  #lookAgain(): void {
    if (this.#lookTimer !== undefined || ![...this.crew.lanes].some((state) => unclaimed(state) > 0)) return;
    this.#lookTimer = setTimeout(() => {
      this.#lookTimer = undefined;
      this.#pump();
    }, LOOK_AGAIN_MS).unref();
  }

  #reply(state: LaneState, reply: Reply): void {
    const work = reply.call as Work; // what a lane gets are works
    if (work.state !== "sent" || work.lane !== state) return;
    this.aborting.returned(state, work.id, reply.item);
    settle(work, state, reply, this);
    if (work.left === 0) this.#over(work);
  }

  #taken(work: Work, count: number): void {
    work.end -= count;
    work.left -= count;
    if (work.lane !== undefined) work.lane.budget += count;
    if (work.left === 0) this.#over(work);
  }

  #takeBackAll(work: Work): Taken {
    if (work.state === "over") return { from: 0, count: 0 };
    if (work.state === "sent") {
      const taken = (work.lane as LaneState).lane.revoke(work, 0);
      if (taken.count > 0) this.#taken(work, taken.count);
      return taken;
    }
    const count = work.left;
    if (work.state === "queued") this.backlog.drop();
    work.left = 0;
    this.#over(work);
    return { from: 0, count };
  }

  #over(work: Work): void {
    const { lane: state, policy } = work;
    const wasInside = work.state !== "gated";
    work.state = "over";
    work.ticket.parted(work);
    const next = wasInside ? policy.gate?.leave() : undefined;
    if (next !== undefined) this.backlog.push(next);
    if (policy.gate !== undefined) this.schedule();
    if (state === undefined || !state.works.delete(work)) return;
    state.load = state.works.size === 0 ? 0 : state.load - work.estimateMs;
    if (work.exclusive) state.reserved = false;
    if (state.works.size === 0) state.lane.hold(false);
    this.aborting.rested(state);
    this.crew.retireIfDone(state);
  }

  *#waiting(): Generator<Work> {
    yield* this.backlog.waiting();
    for (const gate of this.#gates) yield* gate.waiting();
  }

  /** Everything that is queued or sent fails with this, and nothing more is taken. */
  #break(error: BrokenExecutorError): void {
    this.#on.broken(error);
    for (const work of [...this.#waiting()]) this.#failAll(work, error);
    for (const source of this.backlog.sources) source.abandon(error);
    for (const state of this.crew.lanes) for (const work of [...state.works]) this.#failAll(work, error);
    void this.stop("kill");
    this.#on.rested();
  }

  #failAll(work: Work, error: unknown): void {
    const first = work.end - work.left;
    const { left } = work;
    work.left = 0;
    if (work.state === "queued") this.backlog.drop();
    for (let item = first; item < first + left; item++) work.ticket.failed(work.first + item, error);
    this.#over(work);
    this.ended(left);
  }
}
