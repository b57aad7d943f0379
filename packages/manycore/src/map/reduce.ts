/**
 * Folding in the workers and merging on the host. Blocks are cut by index alone: 64 blocks of one item, 64 of two, 64
 * of four, up to `LARGEST`. So few items still spread over all workers, many cost few messages, an input whose length is
 * unknown is cut as one whose length is known, and the answer never depends on workers or timing.
 */

import type { AnyIterable, MapOptions, MapStream, Reducer } from "../interface.ts";
import { isAsyncIterable } from "./inputs.ts";

const BLOCKS_PER_SIZE = 64;
const LARGEST = 4096;

/** What reducing needs of an executor. */
interface Mapping {
  starmap<Args extends unknown[], R>(
    fn: (...args: Args) => R,
    tuples: AnyIterable<Readonly<Args>>,
    options?: MapOptions,
  ): MapStream<Awaited<R>>;
}

type Fold<A, Acc> = Reducer<A, Acc>["fold"];

/** Runs in the worker; it is sent by its text, so it uses nothing from around it. */
async function foldBlock<A, Acc>(zero: () => Acc, fold: Fold<A, Acc>, items: readonly A[]): Promise<Acc> {
  let acc = zero();
  for (const item of items) {
    const next = fold(acc, item);
    acc = next instanceof Promise ? await next : next;
  }
  return acc;
}

/** Runs in the worker, by its text. */
async function entriesOfBlock<A, K, V>(
  entriesOf: (item: A) => Iterable<readonly [K, V]> | Promise<Iterable<readonly [K, V]>>,
  merge: (left: V, right: V) => V,
  items: readonly A[],
): Promise<Map<K, V>> {
  const merged = new Map<K, V>();
  for (const item of items) {
    for (const [key, value] of await entriesOf(item))
      merged.set(key, merged.has(key) ? merge(merged.get(key) as V, value) : value);
  }
  return merged;
}

export async function mapReduce<A, Acc>(
  executor: Mapping,
  items: AnyIterable<A>,
  { zero, fold, merge }: Reducer<A, Acc>,
  options?: MapOptions,
): Promise<Acc> {
  for (const [name, part] of Object.entries({ zero, fold, merge }))
    if (typeof part !== "function") throw new TypeError(`mapReduce() needs a function "${name}".`);
  const parts = executor.starmap(foldBlock<A, Acc>, withBlocks(items, [zero, fold] as const), forBlocks(options));
  let total: { acc: Acc } | undefined;
  for await (const acc of parts) total = { acc: total === undefined ? (acc as Acc) : merge(total.acc, acc as Acc) };
  return total === undefined ? zero() : total.acc;
}

export async function reduceByKey<A, K, V>(
  executor: Mapping,
  items: AnyIterable<A>,
  entriesOf: (item: A) => Iterable<readonly [K, V]>,
  merge: (left: V, right: V) => V,
  options?: MapOptions,
): Promise<Map<K, V>> {
  for (const [name, part] of Object.entries({ entriesOf, merge }))
    if (typeof part !== "function") throw new TypeError(`reduceByKey() needs a function "${name}".`);
  const parts = executor.starmap(
    entriesOfBlock<A, K, V>,
    withBlocks(items, [entriesOf, merge] as const),
    forBlocks(options),
  );
  const total = new Map<K, V>();
  for await (const part of parts)
    for (const [key, value] of part) total.set(key, total.has(key) ? merge(total.get(key) as V, value) : value);
  return total;
}

/** Parts are merged in index order, and a typed array cannot hold them. */
function forBlocks(options: MapOptions | undefined): MapOptions {
  const { into: _, ordered: __, ...rest } = options ?? {};
  return rest;
}

async function* withBlocks<A, Fixed extends readonly unknown[]>(
  items: AnyIterable<A>,
  fixed: Fixed,
): AsyncGenerator<[...Fixed, A[]]> {
  if (typeof items === "string")
    throw new TypeError("The items are a string. To reduce over its characters, pass [...text].");
  let count = 0;
  let block: A[] = [];
  const size = () => Math.min(LARGEST, 2 ** Math.floor(count / BLOCKS_PER_SIZE));
  const source = isAsyncIterable(items) ? (items as AsyncIterable<A>) : (items as Iterable<A>);
  for await (const item of source) {
    block.push(item);
    if (block.length < size()) continue;
    yield [...fixed, block];
    count++;
    block = [];
  }
  if (block.length > 0) yield [...fixed, block];
}
