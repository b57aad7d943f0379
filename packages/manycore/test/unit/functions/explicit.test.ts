import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { capture } from "../../../src/functions/capture.ts";
import { onProtocolCall } from "../../../src/functions/inspector.ts";
import { ship } from "../../../src/functions/ship.ts";
import { task, tasks } from "../../../src/functions/task.ts";
import { share } from "../../../src/shared/share.ts";
import { fixtures, Room } from "./support/room.ts";

let room: Room;
before(() => {
  room = new Room();
});
after(() => room.close());

const helpers = pathToFileURL(`${fixtures}/helpers.mjs`);

test("capture refuses anything but an object of values and a function", () => {
  for (const bad of [undefined, null, 1, "k", [1], new Map(), () => 1])
    assert.throws(() => capture(bad as object, () => 1), {
      name: "TypeError",
      message: "capture takes an object with the captured values first: capture({ k }, ({ k }, x) => x * k).",
    });
  assert.throws(() => capture({}, 1 as never), {
    name: "TypeError",
    message: "capture takes a function after the captured values.",
  });
});

test("many captures around one function ask the inspector nothing after the first", async () => {
  const scale = ({ k }: { k: number }, x: number) => k * x;
  assert.equal(await room.run(capture({ k: 1 }, scale), 2), 2);
  const asked: string[] = [];
  onProtocolCall((method) => asked.push(method));
  try {
    for (let k = 2; k < 50; k++) assert.equal(await room.run(capture({ k }, scale), 3), 3 * k);
  } finally {
    onProtocolCall(undefined);
  }
  assert.deepEqual(asked, []);
});

test("an object that several captures hold is sent once, and again when it has changed", async () => {
  const table = new Map([["a", "x".repeat(10_000)]]);
  const read = ({ table, key }: { table: Map<string, string>; key: string }) => table.get(key)?.length;
  assert.equal(await room.run(capture({ table, key: "a" }, read)), 10_000);
  assert.equal(await room.run(capture({ table, key: "b" }, read)), undefined);
  assert.ok(JSON.stringify(room.sent).length < 1000);
  table.set("b", "y");
  assert.equal(await room.run(capture({ table, key: "b" }, read)), 1);
});

test("an unchanged capture is shipped once", () => {
  const fn = capture({ k: 1, big: share([1, 2]) }, ({ k }) => k);
  assert.equal(ship(fn), ship(fn));
});

test("task wants an absolute URL and says how to write one", () => {
  assert.throws(() => task("./shapes.js", "area"), {
    name: "TypeError",
    message: `The URL of a task's module must be absolute, not "./shapes.js". Write new URL("./shapes.js", import.meta.url).`,
  });
  assert.throws(() => tasks("lodash-es"), { name: "TypeError", message: /or __filename in CommonJS\.$/ });
  assert.throws(() => task(undefined as never, "area"), { name: "TypeError", message: /not undefined/ });
  assert.throws(() => task(helpers, ""), { name: "TypeError", message: /name of an export/ });
});

test("a task of the entry module is refused at submit", () => {
  const entry = task(process.argv[1] as string, "main");
  assert.throws(() => ship(entry), {
    name: "FunctionShippingError",
    functionName: "main",
    message: /is an export of the program's entry module.*Move it to a module of its own/,
  });
});

test("tasks cannot be awaited, listed or written by mistake", async () => {
  const all = tasks<{ f(): number }>(helpers);
  assert.equal(await all, all);
  assert.equal(Object.keys(all).length, 0);
  assert.ok("f" in all);
  assert.throws(() => {
    (all as { f: unknown }).f = 1;
  }, TypeError);
});
