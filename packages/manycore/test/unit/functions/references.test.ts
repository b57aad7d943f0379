import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { DefinitionBody } from "../../../src/functions/definitions.ts";
import { ship } from "../../../src/functions/ship.ts";
import type * as Commonjs from "../../fixtures/shipping/helpers.cjs";
import type * as Helpers from "../../fixtures/shipping/helpers.mjs";
import { fixture, fixtures, Room } from "./support/room.ts";

const room = new Room();
after(() => room.close());

const helpers = fixture<typeof Helpers>("helpers.mjs");
const commonjs = fixture<typeof Commonjs>("helpers.cjs");
const url = pathToFileURL(join(fixtures, "helpers.mjs")).href;

const bodyOf = (fn: unknown): DefinitionBody => ship(fn as () => unknown).definition.body;

test("a function that a module exports goes by reference: under its own name, another name, as default", async () => {
  const module = await helpers();
  const names = { triple: module.triple, arrow: module.arrow, renamed: module.renamed, default: module.default };
  for (const [name, fn] of Object.entries(names)) {
    assert.deepEqual(bodyOf(fn), { kind: "module", url, path: [name], commonjs: false });
  }
  assert.equal(await room.run(module.triple, 5), 15);
  assert.equal(await room.run(module.renamed, 5), 2);
  assert.equal(await room.run(module.default, 5), "default 5");
});

test("a function that a CommonJS module exports goes by reference: as a member, or as the module itself", async () => {
  const { exported } = await commonjs();
  const { default: whole } = await fixture<{ default: (x: number) => string }>("whole.cjs")();
  assert.deepEqual(bodyOf(exported), {
    kind: "module",
    url: join(fixtures, "helpers.cjs"),
    path: ["exported"],
    commonjs: true,
  });
  assert.deepEqual(bodyOf(whole), { kind: "module", url: join(fixtures, "whole.cjs"), path: [], commonjs: true });
  assert.equal(await room.run(exported, 1), 43);
  assert.equal(await room.run(whole, 1), "whole 1");
});

test("an exported class that is captured is the module's class there", async () => {
  const { Counter } = await helpers();
  assert.equal(await room.run(() => new Counter().add(2).add(3).count), 5);
  const again = await room.run(async (where: string) => {
    const module = (await import(where)) as typeof Helpers;
    return new Counter() instanceof module.Counter;
  }, url);
  assert.equal(again, true);
});

test("module state is the worker's own: fresh, and kept between calls", async () => {
  const { turn } = await helpers();
  turn();
  turn();
  assert.equal(await room.run(turn), 1);
  assert.equal(await room.run(turn), 2);
});

test("reading a module variable that was assigned here earns one warning; a function's own cache does not", async () => {
  interface State {
    init(): void;
    change(value: number): void;
    query(): string | undefined;
    readsSetting(): number;
    caches(): number;
  }
  const { init, change, query, readsSetting, caches } = await fixture<State>("state.mjs")();
  const warnings: (Error & { code?: string })[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on("warning", listen);
  init();
  caches();
  change(1);
  for (const fn of [query, readsSetting, caches]) {
    ship(fn);
    await Promise.resolve();
    ship(fn);
  }
  await new Promise(setImmediate);
  process.off("warning", listen);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0]?.message ?? "",
    /^"query" \(.+state\.mjs:14\) reads `connection`, which has been assigned here\./,
  );
  assert.equal(warnings[0]?.code, "MANYCORE_MODULE_STATE");
  assert.equal(await room.run(query), undefined);
});

test("built-ins go by path: globals, their members, and what Node's modules export", async () => {
  assert.deepEqual(bodyOf(Math.sqrt), { kind: "global", path: ["Math", "sqrt"] });
  assert.deepEqual(bodyOf(parseInt), { kind: "global", path: ["parseInt"] });
  assert.deepEqual(bodyOf(structuredClone), { kind: "global", path: ["structuredClone"] });
  assert.deepEqual(bodyOf(readFileSync), { kind: "module", url: "node:fs", path: ["readFileSync"], commonjs: true });
  assert.equal(await room.run(Math.sqrt, 9), 3);
  assert.equal(await room.run(join, "a", "b"), join("a", "b"));
  const { warn } = console; // a bound function
  assert.deepEqual(bodyOf(warn), { kind: "global", path: ["console", "warn"] });
});

test("with byValue the source goes, with the module's state as it is here", async () => {
  const { triple, turns } = await helpers();
  const shipped = ship(triple, { byValue: true });
  assert.equal(shipped.definition.body.kind, "code");
  assert.notEqual(shipped, ship(triple));
  assert.equal(await room.runWith({ byValue: true }, triple, 2), 6);
  assert.ok(turns > 0);
});

test("what the entry module exports goes by value: importing it would start the program again", async () => {
  assert.equal(bodyOf(ofTheEntry).kind, "code");
  assert.equal(await room.run(ofTheEntry, 20), 21);
});

export function ofTheEntry(x: number): number {
  return x + 1;
}

test("a module that throws when it is loaded fails the call with what it threw, and the next call tries again", async () => {
  const { fails } = await fixture<{ fails(): () => unknown }>("imports-broken.mjs")();
  await assert.rejects(room.run(fails()), { message: "this module cannot be loaded in a worker" });
  await assert.rejects(room.run(fails()), { message: "this module cannot be loaded in a worker" });
  assert.equal(await room.run(() => 1), 1);
});
