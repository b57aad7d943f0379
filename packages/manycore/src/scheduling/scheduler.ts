/**
 * Who runs what, and when. Works wait in the backlog; lanes are opened on demand; a lane with room is sent as much as
 * its credit allows, in one batch a turn; a lane with nothing to do takes from the richest. What comes back is told to
 * the work's ticket, or tried again.
 */

import { type BrokenExecutorError, CancelledError } from "../errors.ts";
import type { Reply, Taken, Transport } from "../transports/transport.ts";
import { Aborting, type AbortingHost } from "./aborting.ts";
import { Backlog, type Source } from "./backlog.ts";
import { Bunch } from "./bunch.ts";
import { Crew, type CrewOptions } from "./crew.ts";
import { type Entry, itemOf } from "./entries.ts";
import { Feeding, type FeedingHost } from "./feeding.ts";
import type { Gate } from "./gate.ts";
import type { LaneState } from "./lane-state.ts";
import { Linger } from "./linger.ts";
import { Meter } from "./meter.ts";
import { QueueTimeouts } from "./queue-timeouts.ts";
import { type RepliesHost, settle } from "./replies.ts";
import { takeBack } from "./stealing.ts";
import type { Submission } from "./submission.ts";
import { TurnClock } from "./turn-clock.ts";
import { type Order, Work } from "./work.ts";

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

export class Scheduler implements AbortingHost, FeedingHost, RepliesHost {
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
  readonly maxWorkers: number;
  readonly #feeding = new Feeding(this);
  readonly #on: SchedulerEvents;
  readonly #queueTimeouts: QueueTimeouts;
  readonly #gates = new Set<Gate>();
  readonly #linger = new Linger();
  #pumpScheduled = false;

  constructor(transport: Transport, options: SchedulerOptions, on: SchedulerEvents) {
    this.capabilities = transport.capabilities;
    this.concurrency = options.concurrency;
    this.maxWorkers = options.maxWorkers;
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
      hasNoMore: () => this.backlog.isEmpty,
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
  }

  /** A submitted call: with the last one in a bunch, where it is alike and of the same turn; else as a work of its own. */
  submit(order: Order, entry: Entry, submission: Submission<unknown>, now: number): void {
    const bunch = this.#bunchFor(order, entry, now);
    if (bunch === undefined) return this.accept(new Work(order, itemOf(entry), submission, now));
    this.outstanding++;
    bunch.add(entry, submission);
    this.backlog.grown(order, bunch);
  }

  #bunchFor(order: Order, entry: Entry, now: number): Bunch | undefined {
    const { gate, queueTimeout } = order.policy;
    if (gate !== undefined || queueTimeout !== Infinity) return undefined;
    const last = this.backlog.last(order);
    if (last === undefined || last.submittedAt !== now || last.order !== order) return undefined;
    if (last instanceof Work) return Bunch.of(last, entry);
    return last.takesIn(order, entry) ? last : undefined;
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
      this.clock.newTurn();
      this.#pump();
      if (this.outstanding === 1) this.#linger.sent(this.crew.lanes);
    });
  }

  /** A source has so many items: no reason to look, where the lanes are full and will ask for them. */
  offer(count: number, taskMs: number | undefined): void {
    if (this.#feeding.wants(count, taskMs)) this.schedule();
  }

  /** Take back what has not started of a work: those items never run. The caller settles them. */
  revoke(work: Work): Taken {
    const taken = this.#takeBackAll(work);
    this.ended(taken.count);
    return taken;
  }

  /** Take back one item, if it has not started. True: it never runs. */
  revokeItem(work: Work, item: number): boolean {
    if (work.state === "over") return false;
    const { count } = work.items;
    if (count === 1) return this.revoke(work).count > 0;
    if (work.state !== "sent") {
      this.backlog.drop(work.left);
      work.left = 0;
      this.#over(work);
      this.#putRestBack(work, item + 1, count);
      this.#putRestBack(work, 0, item);
    } else {
      const { from, count: taken } = (work.lane as LaneState).lane.revoke(work, item);
      if (taken === 0) return false;
      this.taken(work, taken);
      const end = from + taken;
      this.#putRestBack(work, Math.max(from, item + 1), end);
      if (from > item) return false;
    }
    this.ended(1);
    return true;
  }

  #putRestBack(work: Work, from: number, end: number): void {
    if (from < end) this.requeue(work.slice(from, end - from));
  }

  /** A call that waits in a bunch never runs. */
  drop(bunch: Bunch, index: number): true {
    bunch.drop(index);
    this.backlog.forget(1);
    this.ended(1);
    return true;
  }

  /** Send a pinned work to its lane. */
  pin(work: Work, state: LaneState): void {
    this.#count(work);
    this.#feeding.pin(work, state);
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
    this.#feeding.stop();
    await this.crew.stop(how);
  }

  ended(count: number): void {
    this.outstanding -= count;
    if (count > 0) this.#on.rested();
  }

  requeue(work: Work): void {
    work.policy.gate?.follow();
    this.#putBack(work);
  }

  /** Before what waits; it is inside its gate. */
  #putBack(work: Work): void {
    work.ticket.joined(work);
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
    const back = takeBack(state, Infinity, (work, count) => this.taken(work, count));
    for (const work of back.reverse()) this.#putBack(work);
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
    this.#feeding.feed();
    this.crew.settleDown();
  }

  #reply(state: LaneState, reply: Reply): void {
    const work = reply.call as Work; // what a lane gets are works
    if (work.state !== "sent" || work.lane !== state) return;
    this.aborting.returned(state, work.id, reply.item);
    settle(work, state, reply, this);
    if (work.left === 0) this.#over(work);
  }

  /** The last items of a work were taken back from its lane. */
  taken(work: Work, count: number): void {
    work.end -= count;
    work.left -= count;
    if (work.lane !== undefined) work.lane.budget += count;
    if (work.left === 0) this.#over(work);
  }

  #takeBackAll(work: Work): Taken {
    if (work.state === "over") return { from: 0, count: 0 };
    if (work.state === "sent") {
      const taken = (work.lane as LaneState).lane.revoke(work, 0);
      if (taken.count > 0) this.taken(work, taken.count);
      return taken;
    }
    const count = work.left;
    if (work.state === "queued") this.backlog.drop(count);
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
    yield* this.backlog.dissolved();
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
    if (work.state === "queued") this.backlog.drop(left);
    for (let item = first; item < first + left; item++) work.ticket.failed(work.first + item, error);
    this.#over(work);
    this.ended(left);
  }
}
