/** The public vocabulary of executors: options, results, statistics. Types only; every time is in milliseconds. */

/** Anything that says how many items it holds: an array, a typed array, a Set, a Map, a `range()`. Strings are refused. */
export type SizedIterable<A> = object & Iterable<A> & ({ readonly length: number } | { readonly size: number });

/** Anything that can be drawn from: a generator, a stream, a sized iterable too. Strings are refused. */
export type AnyIterable<A> = object & (Iterable<A> | AsyncIterable<A>);

/** A typed array class whose instances can hold the results of a numeric `map`. */
export type NumericArrayConstructor =
  | Int8ArrayConstructor
  | Uint8ArrayConstructor
  | Uint8ClampedArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor;

/** What a constructor of an executor takes; unknown names are refused with the nearest right one. */
export interface ExecutorOptions {
  /** Most workers at a time. Default `os.availableParallelism()`. Python: `max_workers`. */
  maxWorkers?: number;
  /** Workers started at construction and kept while idle. Default 0: workers start on demand. */
  minWorkers?: number;
  /** Idle ms after which a worker above `minWorkers` is stopped. Default `Infinity`. */
  idleTimeout?: number;
  /** Runs once in each worker before its first task, shipped like any function. If it throws, the executor is broken. */
  // biome-ignore lint/suspicious/noExplicitAny: the arguments are those of `initArgs`
  initializer?: (...args: any[]) => unknown;
  /** Arguments of `initializer`. Default `[]`. */
  initArgs?: readonly unknown[];
  /** A worker is replaced after this many tasks (items of a `map` count one each). Python: `max_tasks_per_child`. */
  maxTasksPerChild?: number;
  /** A worker whose heap (thread) or resident memory (process) is over this many bytes after a task is replaced. */
  maxMemoryPerChild?: number;
  /** Asynchronous tasks that one worker runs at a time. Default 1. */
  concurrency?: number;
  /** Calls queued and running, beyond which `submit` throws `QueueFullError`. Default `Infinity`. */
  maxPending?: number;
}

/** `ThreadPoolExecutor`'s options: those of every executor, and the thread's own. */
export interface ThreadPoolOptions extends ExecutorOptions {
  /** Threads are named `<prefix>-<n>`. Default `manycore`. Python: `thread_name_prefix`. */
  workerNamePrefix?: string;
  /** Memory limits of a thread, as `worker_threads` takes them. Over them the thread dies: `WorkerLostError`. */
  resourceLimits?: {
    maxOldGenerationSizeMb?: number;
    maxYoungGenerationSizeMb?: number;
    codeRangeSizeMb?: number;
    stackSizeMb?: number;
  };
  /** Environment of the workers. Default: a copy of the host's. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Node options of the workers. Default: the host's. */
  execArgv?: readonly string[];
}

/** `ProcessPoolExecutor`'s options: those of every executor, and the process's own. */
export interface ProcessPoolOptions extends ExecutorOptions {
  /** Environment of the workers. Default: the host's, as it is when the executor is made. */
  env?: Readonly<Record<string, string | undefined>>;
  /**
   * Node options of the workers. Default: the host's, but for those of its own program (`--eval`, `--inspect`, `--test`,
   * `--watch`). `["--max-old-space-size=512"]` bounds a worker's heap: over it the process dies, `WorkerLostError`.
   */
  execArgv?: readonly string[];
  /** Directory that the workers run in. Default: the host's. */
  cwd?: string;
  /**
   * Threads that Node and libraries may use inside each worker: sets `UV_THREADPOOL_SIZE`, `OMP_NUM_THREADS` and the like
   * where they are not set, so that all workers together do not use more than there are cores. Default: left alone.
   */
  innerThreads?: number;
}

/** How far a call or a map has come; passed to `onProgress`. */
export interface Progress {
  /** Items that have ended, well or not. */
  readonly done: number;
  /** Items in all, where that is known. */
  readonly total: number | undefined;
  /** The item whose task called `reportProgress`; undefined when an item has ended. */
  readonly index: number | undefined;
  /** What it reported. */
  readonly value: unknown;
}

/** Which failures are tried again, and how often. */
export interface RetryPolicy {
  /** Tries after the first. */
  max: number;
  /** Which errors are worth another try. Default: lost workers only (`WorkerLostError`). */
  on?: (error: unknown, attempt: number) => boolean;
}

/** Options of a call, set with `pool.with(...)`. */
export interface CallOptions {
  /** Aborts: what has not started is cancelled, what runs is asked to stop and after `grace` killed. */
  signal?: AbortSignal | undefined;
  /** Ms a call, or an item of a map, may run, counted from its start. Default `Infinity`. */
  timeout?: number;
  /** Ms from submit to start, after which the call never runs and fails with `TimeoutError`. Default `Infinity`. */
  queueTimeout?: number;
  /** Ms an aborted task has to return before its worker is killed and replaced. Default 250; 0: killed at once. */
  grace?: number;
  /** Tries after the first when a worker is lost, or a policy. Default 0. */
  retries?: number | RetryPolicy;
  /** Higher goes first among what is queued. Default 0. */
  priority?: number;
  /** Objects whose ownership goes to the worker: such a call is sent once, to a worker with nothing before it, and never retried. */
  transfer?: readonly object[];
  /** Name of the task in errors and statistics. Default the function's name. */
  name?: string;
  /** At most this many calls of this view run at a time. Default `Infinity`. */
  concurrency?: number;
  /** Called with what tasks report by `currentTask().reportProgress(value)`, and as items end. */
  onProgress?: (progress: Progress) => void;
  /** `"value"`: ship the function's source text even where a module could give it. Default `"auto"`. */
  ship?: "auto" | "value";
}

/** Options of one `map`, its last argument. */
export interface MapOptions {
  /** Items that go to a worker together. Default `"auto"`: by measured task time, shrinking towards the end. `RangeError` below 1. */
  chunkSize?: number | "auto";
  /** Inputs drawn ahead of what was consumed, in items. Default: all of a sized input, a window that follows the task time otherwise. */
  bufferSize?: number;
  /** Ms for the whole iteration, from the call; then `TimeoutError`, and what has not started is cancelled. */
  deadline?: number;
  /** `false`: results as they are completed. Default `true`: in input order. */
  ordered?: boolean;
  /** Aborts the whole map. */
  signal?: AbortSignal | undefined;
  /** Called as items end, and with what tasks report. */
  onProgress?: (progress: Progress) => void;
  /** Collect numeric results into this typed array class. */
  into?: NumericArrayConstructor;
}

/** How one item of a `map` ended. */
export type MapOutcome<R> = PromiseSettledResult<R> & {
  /** The item's place in the input, from 0. */
  readonly index: number;
};

/** Options of `outcomes`. */
export interface OutcomesOptions {
  /** Told of each failure, cancellations among them, as soon as it happens: in input order its outcome may be read much later. */
  onFailure?: (failure: { readonly index: number; readonly reason: unknown }) => void;
}

/** Results of a `map` over an input of unknown length: drawn as they are read, in flat memory. Not awaitable. */
export interface MapStream<R, All = R[]> extends AsyncIterableIterator<R> {
  /** All results. Rejects with the first failure in input order. */
  toArray(): Promise<All>;
  /** The outcome of every item; never stops early. */
  settled(): Promise<PromiseSettledResult<R>[]>;
  /**
   * The outcome of every item as it can be read, in flat memory: a failure does not end it. A `break` cancels what has
   * not started.
   */
  outcomes(options?: OutcomesOptions): AsyncIterableIterator<MapOutcome<R>>;
  /** Cancels what has not started, as `Future.cancel` does; what runs is still delivered. The cancelled items end with `CancelledError`. */
  cancel(): void;
  /** Ends the iteration and cancels what has not started; `break` calls it. */
  return(): Promise<IteratorReturnResult<undefined>>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Results of a `map` over a sized input: awaitable for all of them, or an async iterator in input order. */
export interface MapResult<R, All = R[]> extends MapStream<R, All>, PromiseLike<All> {}

/** Options of `shutdown`. */
export interface ShutdownOptions {
  /** `true` (default): resolve when every accepted call has ended and the workers are gone. `false`: at once; pending work still runs. */
  wait?: boolean;
  /** Cancel what has not started. Default `false`. */
  cancelFutures?: boolean;
  /** Ms after which what still runs is killed and what waits is cancelled. Default `Infinity`. */
  timeout?: number;
}

/** How to fold items in the workers and merge the parts on the host. */
export interface Reducer<A, Acc> {
  /** A fresh accumulator for each block. */
  zero(): Acc;
  /** Takes one item in; returns the accumulator (the same or a new one). */
  fold(acc: Acc, item: A): Acc | Promise<Acc>;
  /** Joins two blocks' accumulators, the left one's items first. Runs on the host, in index order. */
  merge(left: Acc, right: Acc): Acc;
}

/** A histogram of durations in ms. */
export interface Durations {
  readonly count: number;
  readonly mean: number;
  readonly max: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** What a worker has done so far, in ms since the executor was made. */
export interface WorkerStats {
  readonly workerId: number;
  readonly state: "starting" | "ready" | "retiring" | "aborting";
  /** Items it has run. */
  readonly tasks: number;
  /** Ms from its creation to its readiness. */
  readonly start: number;
  /** Ms it was ready and had nothing to do. */
  readonly wait: number;
  /** Ms it worked. */
  readonly work: number;
}

/** A snapshot of an executor. */
export interface Stats {
  /** Items accepted that no worker has been sent. Items that a lazy map has not drawn do not count. */
  readonly pending: number;
  /** Items sent to workers that have not ended. */
  readonly running: number;
  /** Items that ended, well or not. */
  readonly completed: number;
  /** Ms since the oldest queued call was submitted; 0 when none is. */
  readonly oldestQueued: number;
  /** Share of the workers' ready time spent working, 0 to 1. */
  readonly utilisation: number;
  readonly wait: Durations;
  readonly run: Durations;
  readonly workers: readonly WorkerStats[];
}
