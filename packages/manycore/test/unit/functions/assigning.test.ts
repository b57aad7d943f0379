import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";
import { ship } from "../../../src/functions/ship.ts";
import { Room } from "./support/room.ts";

const room = new Room();
after(() => room.close());

let counter = 10;
const increment = () => ++counter;
const read = () => counter;
const readDeep = () => read() + 0;

test("functions of one script share a variable that one of them assigns, within the worker", async () => {
  assert.equal(await room.run(increment), 11);
  assert.equal(await room.run(increment), 12);
  assert.equal(await room.run(read), 12);
  assert.equal(await room.run(readDeep), 12);
  assert.equal(counter, 10);
});

test("the shared variable takes the host's value when that has changed", async () => {
  counter = 50;
  assert.equal(await room.run(read), 50);
  assert.equal(await room.run(increment), 51);
  assert.equal(await room.run(read), 51);
});

let late = 1;
const readsFirst = () => late;
const assigns = () => {
  late = 2;
};

test("a function that was shipped before the one that assigns shares the variable from then on", async () => {
  assert.equal(await room.run(readsFirst), 1);
  await room.run(assigns);
  assert.equal(await room.run(readsFirst), 2);
});

let together = 1;
const readsAndCalls = (): number[] => {
  const before = together;
  assignsToo();
  return [before, together];
};
const assignsToo = () => {
  together += 1;
};

test("also when both come in one shipment, whichever is looked at first", async () => {
  assert.deepEqual(await room.run(readsAndCalls), [1, 2]);
});

test("a closure that assigns a variable of its own keeps it from call to call", async () => {
  let own = 0;
  const count = () => ++own;
  assert.equal(await room.run(count), 1);
  assert.equal(await room.run(count), 2);
  assert.equal(own, 0);
});

test("assigning to a captured variable earns one warning, which names function and variable", async () => {
  let total = 0;
  const warned = once(process, "warning");
  const adds = () => {
    total += 1;
    return total;
  };
  ship(adds);
  const [warning] = (await warned) as [Error & { code: string }];
  assert.match(
    warning.message,
    /^"adds" \(.+:\d+\) assigns to the captured variable `total`\. A worker has its own copy/,
  );
  assert.equal(warning.code, "MANYCORE_CAPTURE_ASSIGNED");
  const others: Error[] = [];
  const listen = (each: Error) => others.push(each);
  process.on("warning", listen);
  total = 5;
  await Promise.resolve();
  ship(adds);
  await new Promise(setImmediate);
  process.off("warning", listen);
  assert.deepEqual(others, []);
});

test("captured data that is dear to encode anew earns one warning, which names the variable and share", async () => {
  const large = new Float64Array(200_000);
  const warned = once(process, "warning");
  ship(() => large.length);
  const [warning] = (await warned) as [Error & { code: string }];
  assert.match(warning.message, / captures `large` \(1\.6 MB\), which is encoded anew .+ share\(large\)/);
  assert.equal(warning.code, "MANYCORE_LARGE_CAPTURE");
});
