import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { onForgotten, originalOf } from "../../../src/functions/registry.ts";
import { ship } from "../../../src/functions/ship.ts";
import { Room } from "./support/room.ts";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

const room = new Room();
after(() => room.close());

/** Collects until `isDone`, giving finalizers their turns. */
async function collectUntil(isDone: () => boolean): Promise<boolean> {
  for (let round = 0; round < 50 && !isDone(); round++) {
    // A WeakRef that was just read holds its target until the end of the turn.
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return isDone();
}

const another = (): number => 1;

/** In a function of its own, so that no register of the caller keeps anything. */
async function shipAndDrop(): Promise<{ id: number; refs: WeakRef<object>[] }> {
  const big = { list: [1, 2, 3] };
  const inner = () => big.list.length;
  let assigned = {};
  assigned = { a: 1 };
  const fn = () => [inner(), assigned];
  assert.deepEqual(await room.run(fn), [3, { a: 1 }]);
  const { id } = ship(fn).definition;
  await room.run(another); // a lane remembers the last function it was sent
  return { id, refs: [fn, inner, big, assigned].map((each) => new WeakRef(each)) };
}

test("a shipped closure and what it captured are collected when the program drops them", async () => {
  const { refs } = await shipAndDrop();
  assert.ok(await collectUntil(() => refs.every((ref) => ref.deref() === undefined)));
});

test("listeners hear which definitions nobody can name any more", async () => {
  const forgotten = new Set<number>();
  const stop = onForgotten((ids) => {
    for (const id of ids) forgotten.add(id);
  });
  const { id } = await shipAndDrop();
  assert.ok(await collectUntil(() => forgotten.has(id)));
  assert.equal(originalOf(id), undefined);
  stop();
});

const make = (): (() => number) => () => moduleConstant;
const moduleConstant = 3;

test("a definition that stands for all closures of one place is not forgotten with one of them", async () => {
  const forgotten = new Set<number>();
  const stop = onForgotten((ids) => {
    for (const id of ids) forgotten.add(id);
  });
  const shipAndDropAll = () => Array.from({ length: 3 }, () => ship(make()).definition.id);
  const [id] = shipAndDropAll() as [number];
  const dropped = ship(
    (
      (k) => () =>
        k
    )(Math.random()),
  ).definition.id;
  assert.ok(await collectUntil(() => forgotten.has(dropped)));
  assert.equal(forgotten.has(id), false);
  stop();
});

test("a worker that was told to forget is told again when it must know again", async () => {
  const k = { value: 5 };
  const helper = () => k.value;
  const fn = () => helper();
  assert.equal(await room.run(fn), 5);
  room.forget(ship(fn).needs.map(({ id }) => id));
  assert.equal(await room.run(() => 1), 1);
  assert.equal(await room.run(fn), 5);
});
