/**
 * Asking tasks to stop, and what follows when they do not.
 *
 *   ask → the item is settled at once → its lane is `aborting`: not fed, its waiting calls go elsewhere
 *       → the task returns within `grace`: the lane is fed again (or, with several tasks under way, replaced when they end)
 *       → it does not: the worker is killed and replaced. Others under way in it are lost with it, so with several, it is
 *         killed only if its event loop does not answer.
 */

import { LONGEST_TIMER_MS } from "../timers.ts";
import type { Capabilities } from "../transports/transport.ts";
import type { LaneState } from "./lane-state.ts";
import type { Work } from "./work.ts";

export interface AbortingHost {
  readonly capabilities: Capabilities;
  readonly concurrency: number;
  /** Give what a lane has not begun to the others. */
  evacuate(lane: LaneState): void;
  kill(lane: LaneState): void;
  retire(lane: LaneState): void;
  /** The lane may be fed again. */
  resume(lane: LaneState): void;
}

/** What an event loop that is alive needs to answer on a machine that is overloaded, however short the grace, ms. */
const LEAST_ANSWER_MS = 500;

const keyOf = (id: number, item: number): string => `${id}:${item}`;

export class Aborting {
  readonly #host: AbortingHost;

  constructor(host: AbortingHost) {
    this.#host = host;
  }

  /** A claimed item of a sent work is to stop. Its ticket has been settled by the caller. */
  ask(work: Work, item: number): void {
    const { lane } = work;
    if (lane === undefined || lane.standing === "stopping") return;
    const key = keyOf(work.id, item);
    if (lane.deaf.has(key)) return;
    lane.lane.abort(work, item);
    if (lane.standing === "ready") lane.standing = "aborting";
    this.#host.evacuate(lane);
    const { grace } = work.policy;
    if (!this.#host.capabilities.kill || grace === Infinity) lane.deaf.set(key, undefined);
    else if (grace === 0 && this.#host.concurrency === 1) this.#killSoon(lane, key);
    else
      lane.deaf.set(
        key,
        setTimeout(() => void this.#expire(lane, key, grace), Math.min(grace, LONGEST_TIMER_MS)),
      );
  }

  /** A reply for this item has come: if it was asked to stop, it has. */
  returned(lane: LaneState, id: number, item: number): void {
    if (lane.deaf.size === 0) return;
    const key = keyOf(id, item);
    clearTimeout(lane.deaf.get(key));
    if (!lane.deaf.delete(key) || lane.deaf.size > 0 || lane.standing !== "aborting") return;
    if (this.#host.concurrency > 1) this.#host.retire(lane);
    else this.#host.resume(lane);
  }

  /** A work of the lane is over. If only deaf tasks are left, nothing keeps their worker. */
  rested(lane: LaneState): void {
    if (lane.isDoomed && lane.standing === "aborting" && lane.works.size <= lane.deaf.size) this.#host.kill(lane);
  }

  async #expire(lane: LaneState, key: string, grace: number): Promise<void> {
    if (this.#host.concurrency > 1 && (await lane.lane.answers(Math.max(grace, LEAST_ANSWER_MS)))) {
      lane.isDoomed = true;
      this.rested(lane);
    } else {
      this.#killIfDeaf(lane, key);
    }
  }

  /** Not here and now: the caller may be telling replies, and this item's may be the next. */
  #killSoon(lane: LaneState, key: string): void {
    lane.deaf.set(key, undefined);
    setImmediate(() => this.#killIfDeaf(lane, key));
  }

  /** It may have returned a moment ago. Nothing new was claimed since it was asked, so its reply settles the question. */
  #killIfDeaf(lane: LaneState, key: string): void {
    lane.lane.read();
    if (lane.deaf.has(key)) this.#host.kill(lane);
  }
}
