import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import * as native from "@manycore/native";
import { closeFd, createArena, dieWithParent, type Watch, watch } from "@manycore/native";

const CALLS = 20_000;
/** Nobody else's: what is unlinked below is what was made here. */
const ownName = `manycore-fuzz-${process.pid}`;
const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));

/** Mulberry32: the same calls for the same seed. */
function generator(state: number) {
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function nonsense() {
  const { fd, buffer } = createArena(4096);
  // A value that is not below: a wait that is otherwise right says "not-equal" and does not block.
  const words = new Int32Array(buffer).fill(0x5ca1ab1e);
  const bell = watch(words, 7, () => {});
  const detached = new Int32Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const Resizable = ArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
  const resizable = new Resizable(64, { maxByteLength: 128 });
  const shrunk = new Int32Array(resizable, 32, 4);
  (resizable as unknown as { resize(length: number): void }).resize(16);
  class Words extends Int32Array {
    override get length() {
      return 1e9;
    }
  }
  const odd: unknown[] = [
    ...[0, -0, 1, 2, 7, 1023, 1024, -1, 0.5, 1e-300, 63, 255, 4096, 2 ** 16, Number.NaN, Infinity, -Infinity],
    ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, 2 ** 63, 2 ** 64, 1.7e308],
    ...[undefined, null, true, false, 0n, 2n ** 70n, Symbol("x"), Symbol.iterator],
    ...["", "/", "a/b", "..", "\0", "x\0y", "x".repeat(300), "€".repeat(100)],
    ...[ownName, `/${ownName}`, ownName.padEnd(254, "x"), `${ownName}\ud800`],
    ...[{}, [], [1, 2, 3], () => {}, class {}, /x/, new Date(), new Map(), Promise.resolve(), new WeakRef({})],
    ...[{ valueOf: () => 3 }, { length: 4, 0: 1 }, Object.create(null), new Proxy({}, {}), revoked.proxy, globalThis],
    ...[{ valueOf: () => assert.fail("was called") }, { toString: () => assert.fail("was called") }],
    ...[words, words, words, words.subarray(1000), words.subarray(4), new Int32Array(buffer, 4092), new Words(buffer)],
    ...[new Int32Array(0), new Int32Array(4), new Int32Array(1e5), new Int32Array(new SharedArrayBuffer(64)), detached],
    ...[new Uint8Array(buffer), new Uint32Array(buffer), new Float64Array(buffer), new BigInt64Array(buffer)],
    ...[new DataView(buffer), buffer, new ArrayBuffer(8), new SharedArrayBuffer(8), Buffer.alloc(8), resizable, shrunk],
    ...[new Proxy(words, {}), Object.create(words), Int32Array, Int32Array.prototype, bell, Object.create(bell), fd],
  ];
  return { odd, bell, fd, words };
}

test(`nonsense in every argument throws or works, and never more (FUZZ_SEED=${seed})`, () => {
  process.stdout.write(`FUZZ_SEED=${seed}\n`);
  const below = generator(seed);
  const { odd, bell, fd, words } = nonsense();
  const pick = () => odd[below(odd.length)];
  const functions: [string, (...args: unknown[]) => unknown][] = [
    ...Object.entries(native as unknown as Record<string, (...args: unknown[]) => unknown>),
    ...Object.entries({ ref: bell.ref, unref: bell.unref, close: bell.close } as Record<string, () => unknown>),
  ].filter(([, each]) => typeof each === "function") as [string, (...args: unknown[]) => unknown][];
  const names = new Set<unknown>();
  const watches: Watch[] = [];
  const outcomes = new Map<string, Set<string>>(functions.map(([name]) => [name, new Set()]));

  for (let i = 0; i < CALLS; i++) {
    const [name, each] = functions[below(functions.length)]!;
    const args = Array.from({ length: below(6) }, pick);
    // Half of the calls that want words get some, or the checks behind the first would never be reached.
    if (/^futex|^watch$/.test(name) && below(2) === 0) args[0] = words;
    // All of the memory of a named segment is taken: not gigabytes of it.
    if (name === "createNamed" && typeof args[1] === "number" && args[1] > 2 ** 20 && args[1] < 2 ** 53) args[1] = 64;
    const described = () => `${name}(${args.map(describe).join(", ")}), call ${i} of FUZZ_SEED=${seed}`;
    let result: unknown;
    try {
      result = below(50) === 0 ? Reflect.construct(each, args) : Reflect.apply(each, pick(), args);
      outcomes.get(name)!.add("returned");
    } catch (error) {
      assert.ok(error instanceof Error, described());
      assert.equal(typeof (error as NodeJS.ErrnoException).code, "string", `${described()}: ${error.stack}`);
      outcomes.get(name)!.add((error as NodeJS.ErrnoException).code!);
      continue;
    }
    if (name === "createNamed") names.add(args[0]);
    if (name === "createArena" && below(4) > 0) close(result);
    if (name === "watch") watches.push(result as Watch);
    if (watches.length > 20) for (const open of watches.splice(0)) if (typeof open.close === "function") open.close();
  }

  for (const name of names) native.unlinkNamed(name as string);
  for (const open of watches) if (typeof open.close === "function") open.close();
  bell.close();
  if (outcomeOf(() => native.openArena(fd)) === "returned") closeFd(fd);
  dieWithParent(process.pid); // unties what the calls may have tied
  for (const [name, found] of outcomes) {
    assert.ok(found.size >= 2, `${name} had one outcome only: ${[...found].join()}`);
  }
});

function outcomeOf(call: () => unknown) {
  try {
    call();
    return "returned";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** An arena that a call made; of one called with `new`, the object is the arena too. */
function close(arena: unknown) {
  const { fd } = arena as { fd?: number };
  if (typeof fd === "number") closeFd(fd);
}

function describe(value: unknown): string {
  try {
    return typeof value === "string" ? JSON.stringify(value).slice(0, 40) : String(value).slice(0, 40);
  } catch {
    return `a strange ${typeof value}`;
  }
}
