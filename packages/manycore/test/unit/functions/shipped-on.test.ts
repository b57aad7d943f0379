/** Functions that were shipped to a worker, and are shipped on from there. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { capture } from "../../../src/functions/capture.ts";
import { reportedUrl } from "../../../src/functions/origins.ts";
import { ship } from "../../../src/functions/ship.ts";
import { task } from "../../../src/functions/task.ts";
import { FunctionTable } from "../../../src/worker/functions.ts";
import { fixtures, Room } from "./support/room.ts";

const room = new Room();
after(() => room.close());

/** The function as a worker has it. */
async function arrived<F extends (...args: never[]) => unknown>(fn: F): Promise<F> {
  const { definition, needs } = ship(fn as never);
  const table = new FunctionTable();
  for (const { id, body } of needs) table.define(id, body);
  await table.prepare([definition.id]);
  return table.get(definition.id) as F;
}

const bindingsOf = (fn: () => unknown) => {
  const { body } = ship(fn).definition;
  return body.kind === "code" ? body.bindings.map(({ name, from }) => [name, from]) : [];
};

test("an import is the same import two threads on, also in a function that is made there", async () => {
  const make = (folder: string) => (name: string) => join(folder, name);
  const there = await arrived(make);
  const inner = await arrived(there("a"));
  assert.equal(await room.run(inner, "b"), join("a", "b"));
  const [own, ...more] = bindingsOf((await arrived(() => join("a"))) as () => unknown);
  assert.match(String(own), /^(?:join,import|node_path\w*,require)$/);
  assert.deepEqual(more, []);
});

test("a variable of the same name inside is not taken for the import", async () => {
  const make = () => {
    const join = (text: string) => text.toUpperCase();
    return () => join("shadowed");
  };
  const outer = () => [join("a", "b"), make];
  const [, makeThere] = (await arrived(outer))() as [string, typeof make];
  assert.equal(await room.run(makeThere()), "SHADOWED");
});

test("a capture, and a task, can be sent on", async () => {
  const captured = capture({ k: new Map([[1, 3]]) }, ({ k }, x: number) => (k.get(1) ?? 0) * x);
  assert.equal(await room.run(await arrived(captured), 4), 12);
  const named = task<(x: number) => number>(join(fixtures, "helpers.mjs"), "triple");
  assert.equal(await room.run(await arrived(named), 5), 15);
});

test("while coverage is taken, shipped code is not counted to the user's file", () => {
  const before = process.env.NODE_V8_COVERAGE;
  const code = { url: "file:///a.mjs", importsDynamically: false } as Parameters<typeof reportedUrl>[0];
  try {
    delete process.env.NODE_V8_COVERAGE;
    assert.equal(reportedUrl(code), "file:///a.mjs");
    process.env.NODE_V8_COVERAGE = "reports";
    assert.equal(reportedUrl(code), "manycore:file:///a.mjs");
    assert.equal(reportedUrl({ ...code, importsDynamically: true }), "file:///a.mjs");
  } finally {
    if (before === undefined) delete process.env.NODE_V8_COVERAGE;
    else process.env.NODE_V8_COVERAGE = before;
  }
});
