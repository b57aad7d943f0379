/** The lanes there are: opened on demand, retired when they are used up, replaced when they die. */

import { BrokenExecutorError } from "../errors.ts";
import type { LaneEvents, LossReason, Reply, Transport } from "../transports/transport.ts";
import { LaneState } from "./lane-state.ts";
import type { Meter } from "./meter.ts";
import { Spare } from "./spare.ts";
import type { Work } from "./work.ts";

/** Workers that may die one after the other before any has started, until the executor is broken. */
const MAX_FAILED_STARTS = 3;

export interface CrewOptions {
  readonly maxWorkers: number;
  readonly minWorkers: number;
  readonly idleTimeout: number;
  readonly maxTasksPerChild: number;
}

export interface CrewEvents {
  reply(state: LaneState, reply: Reply): void;
  /** A lane is to get nothing more: give what it has not begun to others. */
  evacuate(state: LaneState): void;
  /** There may be room: a lane became ready, gave replies, or is gone. */
  changed(): void;
  /** Is there nothing that waits for a lane? */
  hasNoMore(): boolean;
  /** No worker can start. */
  broken(error: BrokenExecutorError): void;
}

export class Crew {
  readonly lanes = new Set<LaneState>();
  readonly #transport: Transport;
  readonly #options: CrewOptions;
  readonly #meter: Meter;
  readonly #on: CrewEvents;
  readonly #warming = new Map<LaneState, (() => void)[]>();
  /** Lanes that are being killed: they run nothing any more, and others start in their places. */
  readonly #dying = new Set<LaneState>();
  readonly #spare = new Spare(() => this.#openLane());
  #failedStarts = 0;
  #opened = 0;
  #isStopped = false;

  constructor(transport: Transport, options: CrewOptions, meter: Meter, on: CrewEvents) {
    this.#transport = transport;
    this.#options = options;
    this.#meter = meter;
    this.#on = on;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  get isFull(): boolean {
    return this.lanes.size - this.#dying.size >= this.#options.maxWorkers;
  }

  /** Those that are not being killed. */
  get living(): LaneState[] {
    return [...this.lanes].filter((state) => !this.#dying.has(state));
  }

  /** Is there a lane with nothing to do, or room for one more? */
  get hasIdle(): boolean {
    if (!this.isFull) return true;
    for (const state of this.lanes) if (state.isFed && state.isIdle) return true;
    return false;
  }

  /** A new lane, or undefined where none can be had. */
  open(): LaneState | undefined {
    const state = this.#spare.take() ?? this.#openLane();
    if (state !== undefined) this.lanes.add(state);
    return state;
  }

  #openLane(): LaneState | undefined {
    if (this.#isStopped) return undefined;
    const state = new LaneState(this.#opened++, this.#options.maxTasksPerChild);
    try {
      state.lane = this.#transport.openLane(state.workerId, this.#eventsOf(state));
    } catch (cause) {
      const error =
        cause instanceof BrokenExecutorError
          ? cause
          : new BrokenExecutorError(`No worker can start: ${messageOf(cause)}`, { cause });
      this.#isStopped = true;
      queueMicrotask(() => this.#on.broken(error));
      return undefined;
    }
    return state;
  }

  /** A worker starts while the host is still looking at the first function: both take about as long. */
  openFirst(): void {
    if (this.#opened === 0) this.open();
  }

  /** As many lanes as the executor keeps in any case. */
  openLeast(): void {
    while (this.lanes.size < this.#options.minWorkers) if (this.open() === undefined) return;
  }

  /** As many lanes as there may be; resolves with those that are ready. */
  async warm(): Promise<LaneState[]> {
    while (!this.isFull) if (this.open() === undefined) break;
    const lanes = [...this.lanes];
    await Promise.all(lanes.map((state) => this.#whenReady(state)));
    return lanes.filter((state) => this.lanes.has(state) && state.standing === "ready");
  }

  kill(state: LaneState): void {
    if (!this.#isStopped && this.lanes.has(state) && !this.#dying.has(state)) {
      this.#dying.add(state);
      // Not here and now: the caller may be telling replies.
      queueMicrotask(() => this.#on.changed());
    }
    void this.#stopLane(state, "kill");
  }

  /** It gets nothing more, and ends when it has nothing left. */
  retire(state: LaneState): void {
    if (state.standing === "stopping") return;
    state.standing = "retiring";
    this.#on.evacuate(state);
    this.retireIfDone(state);
  }

  retireIfDone(state: LaneState): void {
    if (!state.isIdle) return;
    if (state.standing === "retiring" || (state.budget <= 0 && state.standing === "ready"))
      void this.#stopLane(state, "drain");
  }

  /** Lanes that have nothing to do are stopped after a while. */
  settleDown(): void {
    const { idleTimeout, minWorkers } = this.#options;
    if (idleTimeout === Infinity) return;
    const isSpare = (state: LaneState) => state.isIdle && state.standing === "ready" && this.lanes.size > minWorkers;
    for (const state of this.lanes) {
      if (!isSpare(state)) continue;
      clearTimeout(state.idleTimer);
      state.idleTimer = setTimeout(() => isSpare(state) && void this.#stopLane(state, "drain"), idleTimeout).unref();
    }
  }

  /** End every lane; no new one is opened. */
  async stop(how: "drain" | "kill"): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#spare.dismiss(), ...[...this.lanes].map((state) => this.#stopLane(state, how))]);
  }

  #eventsOf(state: LaneState): LaneEvents {
    return {
      ready: () => this.#ready(state),
      broken: (cause) =>
        this.#on.broken(
          new BrokenExecutorError(`The initializer threw in a worker, so the executor is broken: ${messageOf(cause)}`, {
            cause,
          }),
        ),
      reply: (reply) => this.#on.reply(state, reply),
      progress: (call, item, value) => {
        const work = call as Work;
        work.ticket.progress(work.first + item, value);
      },
      drained: () => this.#on.changed(),
      hasNoMore: () => this.#on.hasNoMore(),
      heavy: () => this.retire(state),
      closed: (why) => this.#closed(state, why),
    };
  }

  #ready(state: LaneState): void {
    this.#failedStarts = 0;
    state.readyAt = performance.now();
    state.sentAt = state.readyAt; // what it was sent before could not be begun before
    if (state.standing === "starting") state.standing = state.deaf.size > 0 ? "aborting" : "ready";
    this.#endWarming(state);
    this.#on.changed();
  }

  #closed(state: LaneState, why: LossReason | undefined): void {
    const isKilled = this.#dying.delete(state);
    this.#spare.lost(state);
    this.lanes.delete(state);
    state.clearTimers();
    this.#meter.left(state);
    this.#endWarming(state);
    if (this.#isStopped) return;
    if (state.readyAt === undefined && why !== undefined && ++this.#failedStarts >= MAX_FAILED_STARTS) {
      const what = why.cause === undefined ? "" : `: ${messageOf(why.cause)}`;
      this.#on.broken(
        new BrokenExecutorError(
          `Workers cannot start: ${MAX_FAILED_STARTS} in a row died before they were ready${what}`,
          { cause: why.cause },
        ),
      );
      return;
    }
    if (isKilled || why !== undefined) this.#spare.died();
    this.openLeast();
    this.#on.changed();
  }

  async #stopLane(state: LaneState, how: "drain" | "kill"): Promise<void> {
    state.standing = "stopping";
    clearTimeout(state.idleTimer);
    await state.lane.stop(how);
  }

  #whenReady(state: LaneState): Promise<void> | undefined {
    if (state.standing !== "starting") return undefined;
    return new Promise((resolve) => {
      const waiting = this.#warming.get(state) ?? [];
      this.#warming.set(state, [...waiting, resolve]);
    });
  }

  #endWarming(state: LaneState): void {
    for (const resolve of this.#warming.get(state) ?? []) resolve();
    this.#warming.delete(state);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
