/**
 * Calls that must have started by a time. Those of one `queueTimeout` expire in the order they came, so each duration has
 * a queue and only its first call is looked at: one timer for all.
 */

import { Deque } from "../deque.ts";
import { LONGEST_TIMER_MS } from "../timers.ts";
import type { Work } from "./work.ts";

export class QueueTimeouts {
  readonly #queues = new Map<number, Deque<Work>>();
  readonly #expire: (work: Work) => void;
  #timer: NodeJS.Timeout | undefined;
  #due = Infinity;

  /** `expire` is told of every work whose time is over, started or not. */
  constructor(expire: (work: Work) => void) {
    this.#expire = expire;
  }

  add(work: Work): void {
    const { queueTimeout } = work.policy;
    if (queueTimeout === Infinity) return;
    let queue = this.#queues.get(queueTimeout);
    if (queue === undefined) {
      queue = new Deque();
      this.#queues.set(queueTimeout, queue);
    }
    this.#skipEnded(queue);
    queue.push(work);
    this.#arm(work.submittedAt + queueTimeout);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#queues.clear();
  }

  /** A call that is over needs no timer, and should not be kept for one. */
  #skipEnded(queue: Deque<Work>): void {
    while (queue.peek()?.state === "over") queue.shift();
  }

  #arm(due: number): void {
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#fire(), Math.min(Math.max(0, due - performance.now()), LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  #fire(): void {
    this.#due = Infinity;
    const now = performance.now();
    for (const [queueTimeout, queue] of this.#queues) {
      for (;;) {
        this.#skipEnded(queue);
        const first = queue.peek();
        if (first === undefined) {
          this.#queues.delete(queueTimeout);
          break;
        }
        const due = first.submittedAt + queueTimeout;
        if (due > now) {
          this.#arm(due);
          break;
        }
        queue.shift();
        this.#expire(first);
      }
    }
  }
}
