/**
 * TypeScript run as it is, by Node's own type stripping: tasks in this file, the program's entry, which workers do not
 * import and which needs no guard.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { type Future, ThreadPoolExecutor } from "manycore";
import { type Entry, refuse, total } from "./ledger.ts";

const big = new Map<string, Entry[]>([
  ["a", [{ name: "rent", amount: 10 }]],
  [
    "b",
    [
      { name: "tea", amount: 1 },
      { name: "milk", amount: 2 },
    ],
  ],
]);

interface Named {
  name: string;
}

class Account<T extends Named> {
  readonly owner: T;
  constructor(owner: T) {
    this.owner = owner;
  }
  greet(): string {
    return `Dear ${this.owner.name}`;
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

async function withPool(body: (pool: ThreadPoolExecutor) => Promise<void>): Promise<void> {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  try {
    await body(pool);
  } finally {
    await pool.shutdown({ timeout: 5000 });
  }
}

/** File and line of the frames of an error's stack that are in this folder. */
function frames(error: Error): [file: string, line: number][] {
  return [...(error.stack ?? "").matchAll(/(typescript\.test|ledger)\.ts:(\d+):\d+/g)].map((match) => [
    String(match[1]),
    Number(match[2]),
  ]);
}

/** The line of the caller. */
function here(): number {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 2;
  const [, frame] = frames(new Error("here"));
  Error.stackTraceLimit = stackTraceLimit;
  return frame?.[1] ?? 0;
}

test("a closure over a Map, a sibling's function and a node: import just works", { timeout: 30_000 }, async () => {
  await withPool(async (pool) => {
    const k = "b";
    const extra: number = 100;
    assert.equal(await pool.submit(() => total(big.get(k) ?? []) + extra), 106);
    assert.equal(await pool.submit((text: string): string => digest(text), "abc"), "ba7816bf");
    assert.deepEqual(
      await pool.map((key: string): number => (big.get(key) as Entry[]).length, [...big.keys()]),
      [1, 2],
    );
  });
});

test("an exported function of a sibling and a class of this file do too", { timeout: 30_000 }, async () => {
  await withPool(async (pool) => {
    assert.equal(await pool.submit(total, [{ name: "x", amount: 4 }]), 7);
    assert.equal(await pool.submit((name: string) => new Account<Named>({ name }).greet(), "Ada"), "Dear Ada");
  });
});

test("an error's stack names this file and the line that threw, then the line that submitted", {
  timeout: 30_000,
}, async () => {
  await withPool(async (pool) => {
    const fail = (entry: Entry): number => {
      if (entry.amount > 1) throw new RangeError(entry.name);
      return entry.amount;
    };
    const threw = here() - 3;
    const future: Future<number> = pool.submit(fail, { name: "rent", amount: 10 });
    const submitted = here() - 1;
    const error = await future.exception();
    assert.ok(error instanceof RangeError);
    assert.deepEqual(frames(error).slice(0, 2), [
      ["typescript.test", threw],
      ["typescript.test", submitted],
    ]);
  });
});

test("an error of an imported function names its file and line first", { timeout: 30_000 }, async () => {
  await withPool(async (pool) => {
    const call = (entry: Entry): never => refuse(entry);
    const called = here() - 1;
    const error = await pool.submit(call, { name: "gold", amount: 1 }).exception();
    assert.ok(error instanceof RangeError);
    assert.deepEqual(frames(error).slice(0, 2), [
      ["ledger", 12],
      ["typescript.test", called],
    ]);
  });
});
