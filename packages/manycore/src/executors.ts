/** The executors of this package: an Executor and a room. */

import { Executor } from "./executor.ts";
import { inlineOptions, PLAIN_VIEW, processOptions, resolveExecutor, threadOptions } from "./executor-options.ts";
import { checkApart } from "./functions/apart.ts";
import { encodeArguments } from "./functions/encoding.ts";
import { ship } from "./functions/ship.ts";
import type { ExecutorOptions, ProcessPoolOptions, ThreadPoolOptions } from "./interface.ts";
import { inlineRoom } from "./transports/inline/room.ts";
import { processRoom } from "./transports/processes/host.ts";
import { threadRoom } from "./transports/threads/host.ts";

/**
 * Runs calls on worker threads of this process, which start on demand. Python: `ThreadPoolExecutor`, except that these
 * threads run at the same time.
 */
export class ThreadPoolExecutor extends Executor {
  /** @throws TypeError, RangeError naming the option; FunctionShippingError, SerializationError for the initializer */
  constructor(options?: ThreadPoolOptions) {
    const given = threadOptions(options);
    const resolved = resolveExecutor(given);
    const { initializer, initArgs } = resolved;
    const room = threadRoom({
      concurrency: resolved.concurrency,
      maxMemory: resolved.maxMemoryPerChild,
      initializer: initializer && {
        fn: ship(initializer as () => unknown),
        payload: encodeArguments(initArgs, "again"),
      },
      workerNamePrefix: given.workerNamePrefix ?? "manycore",
      resourceLimits: given.resourceLimits,
      env: given.env as NodeJS.ProcessEnv | undefined,
      execArgv: given.execArgv,
    });
    super(Executor.core(room, resolved), PLAIN_VIEW);
  }
}

/**
 * Runs calls in processes of their own, which start on demand: a crash, a leak or a global of one is no other's. Arguments
 * and results are copied; with `@manycore/native` through memory that both processes see, without it over a socket, which
 * is slower. Memory cannot be shared or change owner: a SharedArrayBuffer is refused, `with({ transfer })` too, and what
 * is in a `share` is copied into each process once. No worker outlives this process. Python: `ProcessPoolExecutor`.
 */
export class ProcessPoolExecutor extends Executor {
  /** @throws TypeError, RangeError naming the option; FunctionShippingError, SerializationError for the initializer */
  constructor(options?: ProcessPoolOptions) {
    const given = processOptions(options);
    const resolved = resolveExecutor(given);
    const { initializer, initArgs } = resolved;
    const fn = initializer && ship(initializer as () => unknown);
    if (fn !== undefined) checkApart(fn.needs);
    const room = processRoom({
      concurrency: resolved.concurrency,
      maxMemory: resolved.maxMemoryPerChild,
      initializer: fn && { fn, payload: encodeArguments(initArgs, "apart") },
      env: given.env,
      execArgv: given.execArgv,
      cwd: given.cwd,
      innerThreads: given.innerThreads,
    });
    super(Executor.core(room, resolved), PLAIN_VIEW);
  }
}

/**
 * Runs calls here, in this thread, one after the other: for tests and for debugging with breakpoints. Arguments and
 * results are copied as in any room, and what cannot be shipped is refused, so that what works here works there.
 * `maxWorkers` (default 1) bounds how many asynchronous tasks are under way. A task that does not return cannot be ended.
 */
export class InlineExecutor extends Executor {
  /** @throws TypeError, RangeError naming the option; FunctionShippingError, SerializationError for the initializer */
  constructor(options?: ExecutorOptions) {
    const resolved = resolveExecutor(inlineOptions(options), 1);
    const { concurrency, initializer, initArgs } = resolved;
    if (initializer !== undefined) ship(initializer as () => unknown); // refused here as it would be anywhere
    const room = inlineRoom({ concurrency, initializer, initArgs: encodeArguments(initArgs, "again") });
    super(Executor.core(room, resolved), PLAIN_VIEW);
  }
}
