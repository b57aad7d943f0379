/** What the compiler must infer, and what it must refuse. Never run: it only has to compile. */

import {
  asCompleted,
  type CurrentTask,
  currentTask,
  type Executor,
  type Future,
  firstSuccess,
  InlineExecutor,
  type MapResult,
  type MapStream,
  move,
  Placeholder,
  partial,
  perWorker,
  range,
  type Stats,
  share,
  split,
  ThreadPoolExecutor,
  wait,
} from "manycore";

/** Exactly the same type; `any` is the same as itself only. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function expectType<Holds extends true>(): Holds;

const pool: Executor = new ThreadPoolExecutor({ maxWorkers: 4 });
const square = (x: number) => x * x;
const later = async (x: number) => `${x}`;
const pair = (a: number, b: string) => ({ a, b });
const triple = (a: number, b: string, c: boolean) => [a, b, c] as const;
function* numbers() {
  yield 1;
}
async function* asyncNumbers() {
  yield 1;
}

// submit: the value, unwrapped
const submitted = {
  plain: pool.submit(square, 1),
  unwrapped: pool.submit(later, 1),
  several: pool.submit(pair, 1, "b"),
  nothing: pool.submit(() => {}),
  never: pool.submit((): never => {
    throw new Error();
  }),
  builtIn: pool.submit(Math.sqrt, 2),
  inline: new InlineExecutor().submit(square, 1),
  view: pool.with({ timeout: 5 }).submit(square, 1),
};
expectType<Equal<typeof submitted.plain, Future<number>>>();
expectType<Equal<typeof submitted.unwrapped, Future<string>>>();
expectType<Equal<typeof submitted.several, Future<{ a: number; b: string }>>>();
expectType<Equal<typeof submitted.nothing, Future<void>>>();
expectType<Equal<typeof submitted.never, Future<never>>>();
expectType<Equal<typeof submitted.builtIn, Future<number>>>();
expectType<Equal<typeof submitted.inline, Future<number>>>();
expectType<Equal<typeof submitted.view, Future<number>>>();

// @ts-expect-error too few arguments
pool.submit(square);
// @ts-expect-error a wrong argument
pool.submit(square, "1");
// @ts-expect-error too many arguments
pool.submit(square, 1, 2);
// @ts-expect-error the second is wrong
pool.submit(pair, 1, 2);
// @ts-expect-error no function
pool.submit(5);

// futures
async function futures() {
  const future = pool.submit(later, 1);
  const awaited = await future;
  const result = await future.result(5);
  const chained = await future.then((text) => text.length);
  const caught = await future.catch(() => 5);
  const failure = await future.exception();
  expectType<Equal<typeof awaited, string>>();
  expectType<Equal<typeof result, string>>();
  expectType<Equal<typeof chained, number>>();
  expectType<Equal<typeof caught, string | number>>();
  expectType<Equal<typeof failure, unknown>>();
  future.addDoneCallback((done) => expectType<Equal<typeof done, Future<string>>>());

  const first = await firstSuccess([future]);
  expectType<Equal<typeof first, string>>();
  const { done, notDone } = await wait([future], { timeout: 5, returnWhen: "FIRST_COMPLETED" });
  expectType<Equal<typeof done, Set<Future<string>>>>();
  expectType<Equal<typeof notDone, Set<Future<string>>>>();
  for await (const each of asCompleted([future])) expectType<Equal<typeof each, Future<string>>>();
  // @ts-expect-error no such word
  void wait([future], { returnWhen: "FIRST" });
}

// map: sized inputs are awaitable
const mapped = {
  array: pool.map(square, [1, 2]),
  unwrapped: pool.map(later, [1, 2]),
  typed: pool.map(square, new Float64Array(2)),
  set: pool.map(square, new Set([1])),
  entries: pool.map(([k, v]: readonly [string, number]) => k.length + v, new Map<string, number>()),
  range: pool.map(square, range(5)),
  readonly: pool.map(square, [1, 2] as const),
  two: pool.map(pair, [1], ["a"]),
  three: pool.map(triple, [1], ["a"], new Set([true])),
  withOptions: pool.map(square, [1], { chunkSize: "auto", ordered: false }),
  twoWithOptions: pool.map(pair, [1], ["a"], { chunkSize: 5 }),
  into: pool.map(square, [1], { into: Float64Array }),
  star: pool.starmap(pair, [[1, "a"]]),
  starReadonly: pool.starmap(pair, [[1, "a"] as const]),
};
expectType<Equal<typeof mapped.array, MapResult<number>>>();
expectType<Equal<typeof mapped.unwrapped, MapResult<string>>>();
expectType<Equal<typeof mapped.typed, MapResult<number>>>();
expectType<Equal<typeof mapped.set, MapResult<number>>>();
expectType<Equal<typeof mapped.entries, MapResult<number>>>();
expectType<Equal<typeof mapped.range, MapResult<number>>>();
expectType<Equal<typeof mapped.readonly, MapResult<number>>>();
expectType<Equal<typeof mapped.two, MapResult<{ a: number; b: string }>>>();
expectType<Equal<typeof mapped.three, MapResult<readonly [number, string, boolean]>>>();
expectType<Equal<typeof mapped.withOptions, MapResult<number>>>();
expectType<Equal<typeof mapped.twoWithOptions, MapResult<{ a: number; b: string }>>>();
expectType<Equal<typeof mapped.star, MapResult<{ a: number; b: string }>>>();
expectType<Equal<typeof mapped.starReadonly, MapResult<{ a: number; b: string }>>>();

async function results() {
  const all = await mapped.array;
  const list = await mapped.array.toArray();
  const settled = await mapped.array.settled();
  const floats = await mapped.into;
  expectType<Equal<typeof all, number[]>>();
  expectType<Equal<typeof list, number[]>>();
  expectType<Equal<typeof settled, PromiseSettledResult<number>[]>>();
  floats satisfies Float64Array;
  // @ts-expect-error a typed array, not a list
  floats satisfies number[];
  for await (const value of mapped.unwrapped) expectType<Equal<typeof value, string>>();
}

// map: inputs of unknown length are streams, without then
const streamed = {
  generator: pool.map(square, numbers()),
  asynchronous: pool.map(later, asyncNumbers()),
  mixed: pool.map(pair, numbers(), ["a"]),
  star: pool.starmap(
    pair,
    (function* () {
      yield [1, "a"] as [number, string];
    })(),
  ),
};
expectType<Equal<typeof streamed.generator, MapStream<number>>>();
expectType<Equal<typeof streamed.asynchronous, MapStream<string>>>();
expectType<Equal<typeof streamed.mixed, MapStream<{ a: number; b: string }>>>();
expectType<Equal<typeof streamed.star, MapStream<{ a: number; b: string }>>>();
// @ts-expect-error a stream cannot be awaited for all of its results
void streamed.generator.then;

// @ts-expect-error a string is no input
pool.map((x: string) => x, "abc");
// @ts-expect-error the items are of the wrong type
pool.map(square, ["a"]);
// @ts-expect-error the second iterable's items are of the wrong type
pool.map(pair, [1], [2]);
// @ts-expect-error the task takes two, one is given
pool.map(pair, [1]);
// @ts-expect-error no such option
pool.map(square, [1], { chunksize: 1 });
// @ts-expect-error not a number of items
pool.map(square, [1], { chunkSize: "many" });
// @ts-expect-error a tuple of the wrong types
pool.starmap(pair, [["a", 1]]);

// reductions
async function reductions() {
  const sum = await pool.mapReduce([1, 2], { zero: () => 0, fold: (a, x) => a + x, merge: (a, b) => a + b });
  expectType<Equal<typeof sum, number>>();
  const counts = await pool.reduceByKey(
    ["a b"],
    (line) => line.split(" ").map((word) => [word, 1]),
    (a, b) => a + b,
  );
  counts satisfies Map<string, number>;
  const all = await pool.broadcast((base: number) => `${base}`, 5);
  expectType<Equal<typeof all, string[]>>();
}

// options
new ThreadPoolExecutor({
  initializer: (path: string) => path,
  initArgs: ["x"],
  resourceLimits: { stackSizeMb: 4 },
  workerNamePrefix: "w",
});
// @ts-expect-error no such option
new ThreadPoolExecutor({ maxWorker: 4 });
// @ts-expect-error a thread's option
new InlineExecutor({ resourceLimits: {} });
pool.with({
  retries: { max: 3, on: (error, attempt) => error instanceof Error && attempt < 2 },
  ship: "value",
  signal: undefined,
});
// @ts-expect-error no such option
pool.with({ timeOut: 5 });
// @ts-expect-error no such way
pool.with({ ship: "text" });
// @ts-expect-error no such option
void pool.shutdown({ cancel_futures: true });

// state in workers
const handle = perWorker(
  () => new Map<string, number>(),
  (map) => map.clear(),
);
const handleValue = handle.get();
expectType<Equal<typeof handleValue, Map<string, number>>>();
const shared = share({ a: 1 });
expectType<Equal<typeof shared.value.a, number>>();
const moved = pool.submit((n: number) => {
  const bytes = new Uint8Array(n);
  return move(bytes, [bytes.buffer]);
}, 5);
moved satisfies Future<Uint8Array>;
const task = currentTask();
expectType<Equal<typeof task, CurrentTask>>();
expectType<Equal<typeof task.index, number>>();

const parts = split([1, 2, 3], 2);
expectType<Equal<typeof parts, number[][]>>();
const pieces = split(new Float64Array(4), 2);
pieces satisfies Float64Array[];

const tail = partial(pair, 1);
const bound = pool.submit(tail, "b");
expectType<Equal<typeof bound, Future<{ a: number; b: string }>>>();
const holed = pool.submit(partial(pair, Placeholder, "b"), 1);
expectType<Equal<typeof holed, Future<{ a: number; b: string }>>>();
// @ts-expect-error what is left to give is a string
pool.submit(partial(pair, 1), 2);

const stats = pool.stats();
expectType<Equal<typeof stats, Stats>>();
expectType<Equal<typeof stats.wait.p99, number>>();

async function disposal() {
  await using own = new ThreadPoolExecutor();
  return own.submit(square, 1);
}

export { disposal, futures, reductions, results };
