/**
 * Every error that this library throws of its own: one table, at the end of the file, gives each its `name` and its
 * stable `code`. The message says what happened and what to do; what a program may want to know is a property.
 */

/** What every constructor here takes as its last argument. */
export interface CauseOption {
  /** What led to this error. */
  cause?: unknown;
}

/**
 * The call never ran: it was cancelled before it started, by `cancel()`, by a signal or by a shutdown; `cause` is the
 * reason, where there is one. Submit again if it is still wanted.
 * Python: `concurrent.futures.CancelledError`.
 */
export class CancelledError extends Error {
  declare readonly code: "MANYCORE_CANCELLED";
  constructor(message: string, options?: CauseOption) {
    super(message, options);
  }
}

/**
 * The call had started when its signal was aborted; `cause` is the signal's reason. Inside a task: what
 * `throwIfAborted()` throws and an interrupted sleep rejects with; let it through. Named as the platform's `AbortError`.
 * Python has none: it cannot stop a call that runs.
 */
export class AbortError extends Error {
  declare readonly code: "MANYCORE_ABORT";
  constructor(message: string, options?: CauseOption) {
    super(message, options);
  }
}

/** Which try of which call, and where. */
export interface Attempt {
  /** Name of the task. */
  task?: string | undefined;
  /** Index of the item in its `map`. */
  item?: number | undefined;
  /** 1 for the first try. */
  attempt?: number | undefined;
  /** Number of the worker in its executor. */
  workerId?: number | undefined;
}

/**
 * Time ran out: of a call (`timeout`), of a call in the queue (`queueTimeout`), of an iteration (`deadline`), or of
 * somebody who waited (`result(ms)`); only the first three end the call itself.
 * Python: `TimeoutError`.
 */
export class TimeoutError extends Error implements Attempt {
  declare readonly code: "MANYCORE_TIMEOUT";
  declare readonly task?: string;
  declare readonly item?: number;
  declare readonly attempt?: number;
  declare readonly workerId?: number;
  /** The properties are there where a call's own `timeout` was over. */
  constructor(message: string, options: CauseOption & Attempt = {}) {
    super(message, options);
    assignKnown(this, options);
  }
}

/**
 * The operation does not fit the state of its object, such as a second `setResult()` on one future. A mistake in the
 * program that did it; the object is unharmed.
 * Python: `concurrent.futures.InvalidStateError`.
 */
export class InvalidStateError extends Error {
  declare readonly code: "MANYCORE_INVALID_STATE";
  constructor(message: string, options?: CauseOption) {
    super(message, options);
  }
}

/**
 * `submit`, `map` and their like after `shutdown()`. Make a new executor, or shut down later.
 * Python: `RuntimeError("cannot schedule new futures after shutdown")`.
 */
export class ExecutorShutdownError extends Error {
  declare readonly code: "MANYCORE_EXECUTOR_SHUTDOWN";
  constructor(message: string, options?: CauseOption) {
    super(message, options);
  }
}

/**
 * The executor cannot run anything any more: its initializer threw or its workers cannot start; `cause` says why. Make
 * a new executor once that is mended.
 * Python: `concurrent.futures.BrokenExecutor`.
 */
export class BrokenExecutorError extends Error {
  declare readonly code: "MANYCORE_BROKEN_EXECUTOR";
  constructor(message: string, options?: CauseOption) {
    super(message, options);
  }
}

/**
 * There is no room: the executor's `maxPending` calls are queued or running. Wait for `ready()`, or submit less.
 * Python: `queue.Full`.
 */
export class QueueFullError extends Error {
  declare readonly code: "MANYCORE_QUEUE_FULL";
  constructor(message: string, options?: CauseOption) {
    super(message, options);
  }
}

/** What is known about a lost call. */
export interface WorkerLoss extends Attempt {
  /** The worker's exit code. */
  exitCode?: number | undefined;
  /** The signal that killed the worker's process, such as `"SIGKILL"`. */
  signal?: string | undefined;
}

/**
 * The worker died while it ran this call: it left by `process.exit`, was killed, or ran out of memory. The other calls
 * and the executor live on. Only `retries` can say that it is safe to run the call again.
 * Python: `concurrent.futures.process.BrokenProcessPool`, which takes the whole executor down.
 */
export class WorkerLostError extends Error implements WorkerLoss {
  declare readonly code: "MANYCORE_WORKER_LOST";
  declare readonly exitCode?: number;
  declare readonly signal?: string;
  declare readonly task?: string;
  declare readonly item?: number;
  declare readonly attempt?: number;
  declare readonly workerId?: number;
  constructor(message: string, options: CauseOption & WorkerLoss = {}) {
    super(message, options);
    assignKnown(this, options);
  }
}

/** Which function cannot be shipped, what in it is to blame, and the way out. */
export interface ShippingObstacle {
  /** Name of the function, or its file and line. */
  functionName?: string | undefined;
  /** The captured variable that cannot come along. */
  variable?: string | undefined;
  /** What to do about it. */
  fix?: string | undefined;
}

/**
 * `submit` or `map` was given a function that cannot run elsewhere. Thrown at the call, with the way out in `fix`.
 * Python: `pickle.PicklingError`, which comes late and names only the lookup that failed.
 */
export class FunctionShippingError extends Error implements ShippingObstacle {
  declare readonly code: "MANYCORE_FUNCTION_SHIPPING";
  declare readonly functionName?: string;
  declare readonly variable?: string;
  declare readonly fix?: string;
  constructor(message: string, options: CauseOption & ShippingObstacle = {}) {
    super(message, options);
    assignKnown(this, options);
  }
}

/**
 * A value cannot cross to a worker or back. `path` leads to it from the argument or the result: `args[0].user.socket`;
 * `fix` says what to do about it.
 * Python: `pickle.PicklingError`.
 */
export class SerializationError extends Error {
  declare readonly code: "MANYCORE_SERIALIZATION";
  declare readonly path?: string;
  declare readonly fix?: string;
  constructor(message: string, options: CauseOption & { path?: string | undefined; fix?: string | undefined } = {}) {
    super(message, options);
    assignKnown(this, options);
  }
}

/**
 * A task threw something whose class is unknown here: `remoteName` is its name, its message, stack and own properties
 * are kept. Register the class with `registerError` to get it back as itself.
 * Python: `multiprocessing.pool.RemoteTraceback`, which keeps text alone.
 */
export class RemoteError extends Error {
  /** The thrown error's own `code` where it had one, such as `"ENOENT"`; else `"MANYCORE_REMOTE"`. */
  declare readonly code: "MANYCORE_REMOTE" | (string & {});
  declare readonly remoteName?: string;
  readonly [property: string]: unknown;
  constructor(
    message: string,
    options: CauseOption & { remoteName?: string | undefined; [property: string]: unknown } = {},
  ) {
    super(message, options);
    assignKnown(this, options);
  }
}

/** What is not known makes no property, so that a printed error shows facts only. */
function assignKnown(error: Error, options: CauseOption): void {
  for (const [name, value] of Object.entries(options)) {
    if (name !== "cause" && value !== undefined)
      Object.defineProperty(error, name, { value, enumerable: true, writable: true, configurable: true });
  }
}

const table = [
  [CancelledError, "CancelledError", "MANYCORE_CANCELLED"],
  [AbortError, "AbortError", "MANYCORE_ABORT"],
  [TimeoutError, "TimeoutError", "MANYCORE_TIMEOUT"],
  [InvalidStateError, "InvalidStateError", "MANYCORE_INVALID_STATE"],
  [ExecutorShutdownError, "ExecutorShutdownError", "MANYCORE_EXECUTOR_SHUTDOWN"],
  [BrokenExecutorError, "BrokenExecutorError", "MANYCORE_BROKEN_EXECUTOR"],
  [QueueFullError, "QueueFullError", "MANYCORE_QUEUE_FULL"],
  [WorkerLostError, "WorkerLostError", "MANYCORE_WORKER_LOST"],
  [FunctionShippingError, "FunctionShippingError", "MANYCORE_FUNCTION_SHIPPING"],
  [SerializationError, "SerializationError", "MANYCORE_SERIALIZATION"],
  [RemoteError, "RemoteError", "MANYCORE_REMOTE"],
] as const;

/** Every error class of this library. Their `name` and `code` are on the prototypes: a rebuilt error has them too. */
export const errorClasses: readonly (abstract new (...args: never) => Error & { readonly code: string })[] = table.map(
  ([errorClass]) => errorClass,
);

const BRAND = Symbol.for("manycore.error");

for (const [errorClass, name, code] of table) {
  const hidden = { enumerable: false, writable: true, configurable: true };
  Object.defineProperties(errorClass.prototype, {
    name: { ...hidden, value: name },
    code: { ...hidden, value: code },
    [BRAND]: { ...hidden, value: name },
  });
  // A worker's own bundle and the user's import are two copies of this file in one thread: `instanceof` accepts the
  // other copy's errors. A subclass inherits this method and must not accept its siblings, hence the plain test for it.
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    ...hidden,
    value(this: unknown, value: unknown): boolean {
      if (this !== errorClass) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === "object" && value !== null && (value as { [BRAND]?: unknown })[BRAND] === name;
    },
  });
}
