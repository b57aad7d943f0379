/**
 * The executor: one interface over every room.
 *
 *   user            pool.submit(f, x)                         pool.map(f, xs)
 *    1 here         ship f, encode x, new Future              inputs are drawn and cut into works
 *    2 scheduling   backlog → a lane with room, in batches
 *   ------------------------------------------------- the wall: only Call and Reply cross
 *    3 transports/rings/call-writer      call → ring of calls, wake if parked
 *    4 transports/rings/call-reader      ring → job, when the worker has room for it
 *    5 worker/runtime                    claim → run → publish     (one file for every room)
 *    6 transports/rings/reply-reader     ring of replies → replies
 *   -------------------------------------------------
 *    7 scheduling/replies           value | error → ticket; lost → another try, or WorkerLostError
 *    8 submission, map-run          settle the future, or the map's results
 *
 * What can go wrong leaves at 1 (a function that cannot be shipped, a value that cannot be encoded, an executor that is
 * shut down, broken or full: thrown), at 5 (the task throws; its result cannot be encoded), at 7 (the worker is lost).
 */

import { ExecutorCore } from "./executor-core.ts";
import { mapOptions, type ResolvedExecutorOptions, shutdownOptions, type View, viewWith } from "./executor-options.ts";
import { checkApart } from "./functions/apart.ts";
import type { Shipped } from "./functions/definitions.ts";
import { encodeArguments, type Passage, registeredClasses } from "./functions/encoding.ts";
import { ship } from "./functions/ship.ts";
import type { Future } from "./futures/future.ts";
import type {
  AnyIterable,
  CallOptions,
  MapOptions,
  MapResult,
  MapStream,
  NumericArrayConstructor,
  Reducer,
  ShutdownOptions,
  SizedIterable,
  Stats,
} from "./interface.ts";
import { inputsOf, isAsyncIterable, isIterable } from "./map/inputs.ts";
import { MapReader } from "./map/map-reader.ts";
import { MapRun } from "./map/map-run.ts";
import { mapReduce, reduceByKey } from "./map/reduce.ts";
import { type Entry, itemOf } from "./scheduling/entries.ts";
import { type Site, siteOf } from "./scheduling/site.ts";
import { statsOf } from "./scheduling/stats.ts";
import { Submission, type SubmissionOptions } from "./scheduling/submission.ts";
import { type Order, Work } from "./scheduling/work.ts";
import type { Transport } from "./transports/transport.ts";

/** Options of a map whose results go into a typed array. */
type Into<C extends NumericArrayConstructor> = MapOptions & { into: C };

/** Runs calls somewhere else. Python: `concurrent.futures.Executor`. */
export class Executor implements AsyncDisposable {
  readonly #core: ExecutorCore;
  readonly #view: View;
  readonly #submissions: SubmissionOptions;
  /** Of the last submit: the next one is likely to be alike. */
  #lastOrder: Order | undefined;

  /** Executors are made by their rooms' classes, views by `with`. */
  protected constructor(core: ExecutorCore, view: View) {
    this.#core = core;
    this.#view = view;
    const { signal, onProgress } = view.given;
    this.#submissions = { group: core, scheduler: core.scheduler, signals: core.signals, signal, onProgress };
  }

  /** @internal */
  protected static core(transport: Transport, options: ResolvedExecutorOptions): ExecutorCore {
    return new ExecutorCore(transport, options);
  }

  /** Most workers at a time. */
  get maxWorkers(): number {
    return this.#core.options.maxWorkers;
  }

  /**
   * Call `fn(...args)` in a worker. Never blocks. Arguments are encoded now: what happens to them later is not seen.
   * Python: `Executor.submit`.
   * @throws TypeError for something that is no function; FunctionShippingError, SerializationError for what cannot be
   *   sent; ExecutorShutdownError, BrokenExecutorError; QueueFullError when there are `maxPending` calls already
   */
  submit<Args extends unknown[], R>(fn: (...args: Args) => R, ...args: Args): Future<Awaited<R>> {
    const core = this.#core;
    core.checkOpen();
    core.checkRoom();
    const shipped = this.#ship(fn, "submit()");
    const entry = entryOf(args, this.#view.given.transfer, core.passageOf(this.#view.policy));
    return this.#launch<Awaited<R>>(this.#orderOf(fn, shipped), entry, siteOf(fn, this.submit));
  }

  /**
   * Call `fn` for every item (with several iterables: for the first of each, the second of each, …; the shortest ends
   * it). The work starts now. The last argument may be options. Over a sized input (array, typed array, Set, Map,
   * `range()`) the result is awaitable; over any other it is a stream that is drawn from as it is read.
   * Python: `Executor.map`, without its eagerness and with its results in a choice of forms.
   * @throws TypeError, RangeError for wrong options or something that is not iterable; otherwise as `submit`
   */
  map<A, R, C extends NumericArrayConstructor>(
    fn: (a: A) => R,
    a: SizedIterable<A>,
    options: Into<C>,
  ): MapResult<Awaited<R>, InstanceType<C>>;
  map<A, R>(fn: (a: A) => R, a: SizedIterable<A>, options?: MapOptions): MapResult<Awaited<R>>;
  map<A, B, R>(
    fn: (a: A, b: B) => R,
    a: SizedIterable<A>,
    b: SizedIterable<B>,
    options?: MapOptions,
  ): MapResult<Awaited<R>>;
  map<A, B, C, R>(
    fn: (a: A, b: B, c: C) => R,
    a: SizedIterable<A>,
    b: SizedIterable<B>,
    c: SizedIterable<C>,
    options?: MapOptions,
  ): MapResult<Awaited<R>>;
  map<A, R, C extends NumericArrayConstructor>(
    fn: (a: A) => R,
    a: AnyIterable<A>,
    options: Into<C>,
  ): MapStream<Awaited<R>, InstanceType<C>>;
  map<A, R>(fn: (a: A) => R, a: AnyIterable<A>, options?: MapOptions): MapStream<Awaited<R>>;
  map<A, B, R>(
    fn: (a: A, b: B) => R,
    a: AnyIterable<A>,
    b: AnyIterable<B>,
    options?: MapOptions,
  ): MapStream<Awaited<R>>;
  map<A, B, C, R>(
    fn: (a: A, b: B, c: C) => R,
    a: AnyIterable<A>,
    b: AnyIterable<B>,
    c: AnyIterable<C>,
    options?: MapOptions,
  ): MapStream<Awaited<R>>;
  map(fn: (...args: never[]) => unknown, ...rest: unknown[]): MapStream<unknown, unknown> {
    return this.#map("map()", fn, rest, false, siteOf(fn, this.map));
  }

  /**
   * As `map`, over one iterable of argument lists: `fn(...args)` for each. Python: `Pool.starmap`.
   * @throws as `map`
   */
  starmap<Args extends unknown[], R>(
    fn: (...args: Args) => R,
    argTuples: SizedIterable<Readonly<Args>>,
    options?: MapOptions,
  ): MapResult<Awaited<R>>;
  starmap<Args extends unknown[], R>(
    fn: (...args: Args) => R,
    argTuples: AnyIterable<Readonly<Args>>,
    options?: MapOptions,
  ): MapStream<Awaited<R>>;
  starmap(fn: (...args: never[]) => unknown, ...rest: unknown[]): MapStream<unknown, unknown> {
    return this.#map("starmap()", fn, rest, true, siteOf(fn, this.starmap));
  }

  /**
   * Fold items in the workers, block by block, and merge the blocks' results here in index order. Blocks depend on the
   * index alone, so the answer depends neither on the number of workers nor on timing, even in floating point.
   * @throws (by rejection) the first failure in input order
   */
  mapReduce<A, Acc>(items: AnyIterable<A>, reducer: Reducer<A, Acc>, options?: MapOptions): Promise<Acc> {
    return mapReduce(this, items, reducer, options);
  }

  /**
   * Entries `[key, value]` of every item, values of one key merged, in the workers first and then here in index order.
   * Keys are in the order of their first appearance; an object as a key is a new one for each block.
   * @throws (by rejection) the first failure in input order
   */
  reduceByKey<A, K, V>(
    items: AnyIterable<A>,
    entriesOf: (item: A) => Iterable<readonly [K, V]>,
    merge: (left: V, right: V) => V,
    options?: MapOptions,
  ): Promise<Map<K, V>> {
    return reduceByKey(this, items, entriesOf, merge, options);
  }

  /** The same executor with other call options: `pool.with({ timeout: 500 }).submit(f, x)`. @throws TypeError, RangeError */
  with(options: CallOptions): Executor {
    if (this.#isApart && options?.transfer !== undefined)
      throw new TypeError(
        'Option "transfer" of with(): memory cannot change owner between processes. Leave it out, and it is copied.',
      );
    return new Executor(this.#core, viewWith(this.#view, options));
  }

  /**
   * Call `fn(...args)` once in every worker, starting those that are not there yet. One result a worker.
   * @throws (by rejection) the first failure
   */
  async broadcast<Args extends unknown[], R>(fn: (...args: Args) => R, ...args: Args): Promise<Awaited<R>[]> {
    const site = siteOf(fn, this.broadcast);
    this.#core.checkOpen();
    const shipped = this.#ship(fn, "broadcast()");
    const entry = entryOf(args, undefined, this.#isApart ? "apart" : "again");
    const lanes = await this.#core.scheduler.crew.warm();
    this.#core.checkOpen();
    const order = this.#orderOf(fn, shipped);
    return Promise.all(lanes.map((pinned) => this.#launch<Awaited<R>>({ ...order, pinned }, entry, site)));
  }

  /** Resolves when a submit would be admitted: fewer than `maxPending` calls are queued and running. */
  ready(): Promise<void> {
    return this.#core.ready();
  }

  /** Starts all workers; resolves when they are ready. @throws (by rejection) ExecutorShutdownError, BrokenExecutorError */
  async warm(): Promise<void> {
    this.#core.checkOpen();
    await this.#core.scheduler.crew.warm();
    this.#core.checkOpen();
  }

  /** What waits, what runs, and how long things took. */
  stats(): Stats {
    return statsOf(this.#core.scheduler);
  }

  /**
   * Take no new calls. `wait: true` (default) resolves when every accepted one has ended and the workers are gone;
   * `wait: false` at once, and pending work still runs. May be called again. Python: `Executor.shutdown`.
   * @throws TypeError, RangeError (by rejection) for wrong options
   */
  async shutdown(options?: ShutdownOptions): Promise<void> {
    await this.#core.shutdown(shutdownOptions(options));
  }

  /** Shut down now: what has not started is cancelled, workers are ended, what runs fails with WorkerLostError. Python: `terminate_workers`. */
  terminateWorkers(): Promise<void> {
    return this.#core.kill();
  }

  /** As `terminateWorkers`, without asking where the room can ask first. Python: `kill_workers`. */
  killWorkers(): Promise<void> {
    return this.#core.kill();
  }

  /** `shutdown({ wait: true })`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Its workers are other processes: only bytes go there. */
  get #isApart(): boolean {
    return !this.#core.transport.capabilities.sharedMemory;
  }

  #ship(fn: unknown, where: string): Shipped {
    if (typeof fn !== "function")
      throw new TypeError(
        `${where} takes a function first, not ${fn === null ? "null" : typeof fn}. Pass the function itself, and its arguments after it: (f, x), not (f(x)).`,
      );
    this.#core.scheduler.crew.openFirst();
    registeredClasses(); // what cannot be shipped of them is said here, not when they are sent
    const shipped = ship(fn as () => unknown, { byValue: this.#view.given.ship === "value" });
    if (this.#isApart) checkApart(shipped.needs);
    return shipped;
  }

  #orderOf(fn: { name: string }, shipped: Shipped): Order {
    const { transport, times } = this.#core;
    const { given, policy } = this.#view;
    const nested = transport.inside();
    const last = this.#lastOrder;
    if (last?.fn === shipped && last.nested === nested) return last;
    const name = given.name ?? (fn.name || "an anonymous function");
    const time = times.of(shipped.definition.id);
    this.#lastOrder = { fn: shipped, name, policy, time, nested, pinned: undefined };
    return this.#lastOrder;
  }

  #launch<R>(order: Order, entry: Entry, site: Site): Future<R> {
    const { scheduler } = this.#core;
    const { signal } = this.#view.given;
    const submission = new Submission<R>(this.#submissions, site);
    if (signal?.aborted === true) {
      submission.future.cancelWith(signal.reason);
      return submission.future;
    }
    submission.watch();
    // The turn's clock may be some submits behind, and a program may take its time between two.
    const now = order.policy.queueTimeout === Infinity ? scheduler.clock.read() : performance.now();
    if (order.pinned === undefined) scheduler.submit(order, entry, submission, now);
    else scheduler.pin(new Work(order, itemOf(entry), submission, now), order.pinned);
    return submission.future;
  }

  #map(
    where: string,
    fn: (...args: never[]) => unknown,
    rest: unknown[],
    raw: boolean,
    site: Site,
  ): MapStream<unknown, unknown> {
    const core = this.#core;
    const { given, policy } = this.#view;
    core.checkOpen();
    const shipped = this.#ship(fn, where);
    const last = rest.at(-1);
    const hasOptions = rest.length > 1 && typeof last !== "string" && !isIterable(last) && !isAsyncIterable(last);
    const options = mapOptions(where, hasOptions ? (last as MapOptions | undefined) : undefined);
    const inputs = inputsOf(where, hasOptions ? rest.slice(0, -1) : rest, raw);
    const run = new MapRun({
      scheduler: core.scheduler,
      group: core,
      maxWorkers: core.options.maxWorkers,
      fn: shipped,
      name: given.name ?? (fn.name || "an anonymous function"),
      inputs,
      policy,
      ordered: options.ordered ?? true,
      chunkSize: options.chunkSize ?? "auto",
      bufferSize: options.bufferSize,
      transfer: given.transfer,
      passage: core.passageOf(policy),
      onProgress: options.onProgress ?? given.onProgress,
      nested: core.transport.inside(),
      times: core.times,
      site,
    });
    const signals = [...new Set([options.signal, given.signal])].filter((signal) => signal !== undefined);
    const leave = () => {
      for (const signal of signals) core.signals.leave(signal, run);
    };
    const reader = new MapReader<unknown, unknown>(run, inputs.size !== undefined, {
      into: options.into,
      deadline: options.deadline ?? Infinity,
      ended: leave,
    });
    for (const signal of signals) core.signals.watch(signal, run);
    run.start();
    const aborted = signals.find((signal) => signal.aborted);
    if (aborted !== undefined) run.abort(aborted.reason);
    return reader;
  }
}

/** The arguments of one call. */
function entryOf(args: readonly unknown[], transfer: readonly object[] | undefined, passage: Passage): Entry {
  const [only] = args;
  return args.length === 1 && typeof only === "number" ? only : encodeArguments(args, passage, transfer);
}

Object.defineProperty(Executor.prototype, Symbol.for("manycore.cannotShip"), {
  value: { what: "an executor", fix: () => "Make one in the task: new ThreadPoolExecutor()" },
});
