/** What executors, views and maps accept: names, bounds and defaults in one place. */

import { availableParallelism } from "node:os";
import type {
  CallOptions,
  ExecutorOptions,
  MapOptions,
  ProcessPoolOptions,
  ShutdownOptions,
  ThreadPoolOptions,
} from "./interface.ts";
import {
  abortSignal,
  atLeast,
  atLeastOrInfinity,
  boolean,
  type Checks,
  callable,
  checkOptions,
  directory,
  duration,
  either,
  finite,
  list,
  oneOf,
  positiveDuration,
  record,
  text,
} from "./options.ts";
import { Gate } from "./scheduling/gate.ts";
import type { Policy } from "./scheduling/work.ts";

const executorChecks: Checks<ExecutorOptions> = {
  maxWorkers: atLeast(1),
  minWorkers: atLeast(0),
  idleTimeout: duration,
  initializer: callable,
  initArgs: list,
  maxTasksPerChild: atLeastOrInfinity(1),
  maxMemoryPerChild: atLeastOrInfinity(1),
  concurrency: atLeast(1),
  maxPending: atLeastOrInfinity(1),
};

const threadChecks: Checks<ThreadPoolOptions> = {
  ...executorChecks,
  workerNamePrefix: text,
  resourceLimits: record,
  env: record,
  execArgv: list,
};

const processChecks: Checks<ProcessPoolOptions> = {
  ...executorChecks,
  env: record,
  execArgv: list,
  cwd: directory,
  innerThreads: atLeast(1),
};

const callChecks: Checks<CallOptions> = {
  signal: abortSignal,
  timeout: positiveDuration,
  queueTimeout: duration,
  grace: duration,
  retries: either(atLeastOrInfinity(0), record),
  priority: finite,
  transfer: list,
  name: text,
  concurrency: atLeastOrInfinity(1),
  onProgress: callable,
  ship: oneOf("auto", "value"),
};

const mapChecks: Checks<MapOptions> = {
  chunkSize: (value) => (value === "auto" ? undefined : atLeast(1)(value)),
  bufferSize: atLeast(1),
  deadline: duration,
  ordered: boolean,
  signal: abortSignal,
  onProgress: callable,
  into: callable,
};

const shutdownChecks: Checks<ShutdownOptions> = { wait: boolean, cancelFutures: boolean, timeout: duration };

/** Executor options with their defaults filled in. */
export interface ResolvedExecutorOptions {
  readonly maxWorkers: number;
  readonly minWorkers: number;
  readonly idleTimeout: number;
  readonly initializer: ((...args: never[]) => unknown) | undefined;
  readonly initArgs: readonly unknown[];
  readonly maxTasksPerChild: number;
  readonly maxMemoryPerChild: number;
  readonly concurrency: number;
  readonly maxPending: number;
}

export function threadOptions(given: ThreadPoolOptions | undefined): ThreadPoolOptions {
  return checkOptions("ThreadPoolExecutor", given, threadChecks);
}

export function processOptions(given: ProcessPoolOptions | undefined): ProcessPoolOptions {
  return checkOptions("ProcessPoolExecutor", given, processChecks);
}

export function inlineOptions(given: ExecutorOptions | undefined): ExecutorOptions {
  return checkOptions("InlineExecutor", given, executorChecks);
}

/** Fills in the defaults of options that have been checked. @throws RangeError when `minWorkers` is above `maxWorkers` */
export function resolveExecutor(
  options: ExecutorOptions,
  defaultWorkers = availableParallelism(),
): ResolvedExecutorOptions {
  const { maxWorkers = Math.max(defaultWorkers, options.minWorkers ?? 0), minWorkers = 0 } = options;
  if (minWorkers > maxWorkers)
    throw new RangeError(`Option "minWorkers" (${minWorkers}) must not be above "maxWorkers" (${maxWorkers}).`);
  return {
    maxWorkers,
    minWorkers,
    idleTimeout: options.idleTimeout ?? Infinity,
    initializer: options.initializer,
    initArgs: options.initArgs ?? [],
    maxTasksPerChild: options.maxTasksPerChild ?? Infinity,
    maxMemoryPerChild: options.maxMemoryPerChild ?? Infinity,
    concurrency: options.concurrency ?? 1,
    maxPending: options.maxPending ?? Infinity,
  };
}

/** What a view's calls have in common: the options as given, and the policy made of them. */
export interface View {
  readonly given: CallOptions;
  readonly policy: Policy;
}

export const PLAIN_VIEW: View = viewOf({});

/** A view with other options than `base`; what is left out stays. */
export function viewWith(base: View, options: CallOptions): View {
  checkOptions("with()", options, callChecks);
  if (typeof options.retries === "object") {
    checkOptions("with({ retries })", options.retries, { max: atLeastOrInfinity(0), on: callable });
    if (options.retries.max === undefined)
      throw new TypeError('Option "retries" of with() needs "max", the number of tries after the first.');
  }
  const given = { ...base.given, ...options };
  // A gate counts the calls of its own view: a view made of this one without naming `concurrency` shares it.
  return viewOf(given, options.concurrency === undefined ? base.policy.gate : undefined);
}

function viewOf(given: CallOptions, inherited?: Gate): View {
  const { retries = 0, concurrency = Infinity } = given;
  const policy: Policy = {
    timeout: given.timeout ?? Infinity,
    queueTimeout: given.queueTimeout ?? Infinity,
    grace: given.grace ?? 250,
    maxRetries: typeof retries === "number" ? retries : retries.max,
    retryOn: typeof retries === "number" ? undefined : retries.on,
    priority: given.priority ?? 0,
    gate: inherited ?? (concurrency === Infinity ? undefined : new Gate(concurrency)),
  };
  return { given, policy };
}

export function mapOptions(where: string, given: MapOptions | undefined): MapOptions {
  return checkOptions(where, given, mapChecks);
}

export function shutdownOptions(given: ShutdownOptions | undefined): Required<ShutdownOptions> {
  const { wait = true, cancelFutures = false, timeout = Infinity } = checkOptions("shutdown()", given, shutdownChecks);
  return { wait, cancelFutures, timeout };
}
