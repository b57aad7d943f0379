/** What the views of one executor share: its scheduler, its admission, and the states of its life. */

import { BrokenExecutorError, ExecutorShutdownError, QueueFullError, TimeoutError } from "./errors.ts";
import type { ResolvedExecutorOptions } from "./executor-options.ts";
import type { Passage } from "./functions/encoding.ts";
import { reportUnseen } from "./futures/unobserved.ts";
import type { ShutdownOptions } from "./interface.ts";
import { Scheduler } from "./scheduling/scheduler.ts";
import { Signals } from "./scheduling/signals.ts";
import { TaskTimes } from "./scheduling/task-times.ts";
import type { Policy, Work } from "./scheduling/work.ts";
import { LONGEST_TIMER_MS } from "./timers.ts";
import type { Transport } from "./transports/transport.ts";

/**
 * ```
 *   open ──shutdown──▶ draining ──all done──▶ closed
 *     │                   │ terminate, timeout ──▲
 *     └──────────────┬────┘
 *          workers cannot start, initializer threw
 *                    └──▶ broken
 * ```
 */
type Life = "open" | "draining" | "closed" | "broken";

export class ExecutorCore {
  readonly scheduler: Scheduler;
  readonly signals = new Signals();
  readonly times = new TaskTimes();
  readonly options: ResolvedExecutorOptions;
  readonly transport: Transport;
  #life: Life = "open";
  #broken: BrokenExecutorError | undefined;
  #closing: Promise<void> | undefined;
  #atRest: (() => void) | undefined;
  readonly #admission: (() => void)[] = [];

  constructor(transport: Transport, options: ResolvedExecutorOptions) {
    this.transport = transport;
    this.options = options;
    this.scheduler = new Scheduler(transport, options, {
      broken: (error) => {
        if (this.#life !== "closed") this.#life = "broken";
        this.#broken = error;
      },
      rested: () => this.#rested(),
      overdue: (work) => this.#overdue(work),
    });
  }

  /** @throws ExecutorShutdownError, BrokenExecutorError */
  checkOpen(): void {
    if (this.#life === "open") return;
    if (this.#broken !== undefined) throw new BrokenExecutorError(this.#broken.message, { cause: this.#broken.cause });
    throw new ExecutorShutdownError("The executor was shut down: it takes no new calls.");
  }

  /** @throws QueueFullError when there are `maxPending` calls already */
  checkRoom(): void {
    const { maxPending } = this.options;
    if (this.#hasRoom) return;
    throw new QueueFullError(
      `The executor has ${maxPending} calls queued and running, its maxPending. Await ready() before the next submit.`,
    );
  }

  /**
   * Calls of this policy may hand large buffers over, each to a worker with nothing else to do; not where they may have to
   * be sent again, or run beside others.
   */
  passageOf({ maxRetries }: Policy): Passage {
    const { sharedMemory, handsOver } = this.transport.capabilities;
    if (!sharedMemory) return "apart";
    return handsOver && maxRetries === 0 && this.options.concurrency === 1 ? "once" : "again";
  }

  /** Resolves when a call would be admitted; in the order of asking. */
  ready(): Promise<void> {
    if (this.#hasRoom || this.#life !== "open") return Promise.resolve();
    return new Promise((resolve) => this.#admission.push(resolve));
  }

  async shutdown({ wait, cancelFutures, timeout }: Required<ShutdownOptions>): Promise<void> {
    if (this.#life === "open") this.#life = "draining";
    if (cancelFutures) this.#cancelAll();
    for (const source of [...this.scheduler.backlog.sources]) source.drain();
    this.#closing ??= this.#close();
    if (timeout <= LONGEST_TIMER_MS) this.#killAfter(timeout);
    for (const resolve of this.#admission.splice(0)) resolve();
    if (wait) await this.#closing;
  }

  /** Cancel what has not started, end the workers at once. */
  async kill(): Promise<void> {
    if (this.#life === "open") this.#life = "draining";
    this.#cancelAll();
    await this.scheduler.stop("kill");
    await this.shutdown({ wait: true, cancelFutures: true, timeout: Infinity });
  }

  get #hasRoom(): boolean {
    return this.scheduler.outstanding < this.options.maxPending;
  }

  async #close(): Promise<void> {
    if (!this.scheduler.isAtRest) {
      await new Promise<void>((resolve) => {
        this.#atRest = resolve;
      });
    }
    await this.scheduler.stop("drain");
    if (this.#life === "draining") this.#life = "closed";
    reportUnseen(this);
  }

  #killAfter(timeout: number): void {
    const timer = setTimeout(() => void this.kill(), timeout);
    void this.#closing?.then(() => clearTimeout(timer));
  }

  #cancelAll(): void {
    this.scheduler.cancelUnstarted("the executor was shut down");
  }

  #rested(): void {
    while (this.#admission.length > 0 && this.#hasRoom) {
      // One at a time: each that is let in will submit before the next has to look again.
      this.#admission.shift()?.();
      if (this.options.maxPending - this.scheduler.outstanding <= 1) break;
    }
    if (this.#atRest !== undefined && this.scheduler.isAtRest) this.#atRest();
  }

  #overdue(work: Work): void {
    const { from, count } = this.scheduler.revoke(work);
    for (let item = from; item < from + count; item++) {
      const index = work.indexOf(item);
      work.ticket.failed(
        work.first + item,
        new TimeoutError(
          `${work.name} (item ${index}) had not started after its queueTimeout of ${work.policy.queueTimeout} ms.`,
        ),
      );
    }
  }
}
