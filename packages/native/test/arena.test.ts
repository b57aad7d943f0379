import assert from "node:assert/strict";
import { constants } from "node:buffer";
import { closeSync, fstatSync, openSync } from "node:fs";
import { test } from "node:test";
import { closeFd, createArena, futexWait, futexWake, openArena, watch } from "@manycore/native";
import { collect } from "./support/garbage.ts";
import { holdersOf, mappingsOf } from "./support/proc.ts";
import { start } from "./support/programs.ts";
import { until } from "./support/until.ts";

test("two processes that add half a million each lose none", async () => {
  const { fd, buffer } = createArena(4096);
  const words = new Int32Array(buffer);
  const [SUM, READY, GO] = [0, 1, 2];
  const adders = [
    start("adder.cjs", { arena: fd, args: [500_000] }),
    start("adder.cjs", { arena: fd, args: [500_000] }),
  ];
  for (let ready = 0; ready < 2; ready = Atomics.load(words, READY)) futexWait(words, READY, ready, 1000);
  Atomics.store(words, GO, 1);
  assert.ok(futexWake(words, GO, Infinity) <= 2);
  for (const adder of adders) assert.equal(await adder.end(), 0, adder.stderr());
  assert.equal(Atomics.load(words, SUM), 1_000_000);
  closeFd(fd);
});

test("an arena is zeros, as long as was said, also mapped twice, and sparse", () => {
  for (const bytes of [1, 4095, 4096, 1_000_001]) {
    const { fd, buffer } = createArena(bytes);
    assert.equal(buffer.byteLength, bytes);
    assert.ok(new Uint8Array(buffer).every((byte) => byte === 0));
    const again = new Uint8Array(openArena(fd));
    assert.equal(again.length, bytes);
    again[bytes - 1] = 7;
    assert.equal(new Uint8Array(buffer)[bytes - 1], 7);
    closeFd(fd);
  }
  const { fd } = createArena(2 ** 31);
  assert.equal(fstatSync(fd).blocks, 0);
  closeFd(fd);
});

test("a closed fd leaves the buffers, and is closed once", () => {
  const { fd, buffer } = createArena(64);
  closeFd(fd);
  new Uint8Array(buffer)[63] = 1;
  assert.throws(() => closeFd(fd), { code: "EBADF" });
  assert.throws(() => openArena(fd), { code: "EBADF", message: /stdio/ });
});

test("a child has an arena only if it was given one", async () => {
  const { fd } = createArena(64);
  const given = start("stranger.cjs", { arena: fd, args: [3] });
  assert.equal(await given.line(), "opened");
  assert.equal(await given.end(), 0);
  // Any fd that Node has open itself, and none at all.
  const stranger = start("stranger.cjs", { args: [1, fd + 100] });
  assert.equal(await stranger.line(), "ERR_MANYCORE_NOT_AN_ARENA");
  assert.equal(await stranger.line(), "EBADF");
  assert.equal(await stranger.end(), 0);
  closeFd(fd);
});

test("another's file is neither opened nor closed", () => {
  const file = openSync("package.json", "r");
  assert.throws(() => openArena(file), { code: "ERR_MANYCORE_NOT_AN_ARENA" });
  assert.throws(() => closeFd(file), { code: "ERR_MANYCORE_NOT_AN_ARENA" });
  assert.ok(fstatSync(file).isFile());
  closeSync(file);
});

test("after kill -9 of all who had it an arena is nowhere", async () => {
  const holder = start("holder.cjs");
  const { inode, child } = JSON.parse((await holder.line())!);
  assert.deepEqual(holdersOf(inode).sort(), [String(holder.child.pid), String(child)].sort());
  process.kill(child, "SIGKILL");
  holder.child.kill("SIGKILL");
  assert.equal(await holder.end(), "SIGKILL");
  await until(() => holdersOf(inode).length === 0);
});

/** In a function of its own, so that nothing on the stack keeps what it made. */
function made() {
  const { fd, buffer } = createArena(1 << 16);
  const inode = fstatSync(fd).ino;
  closeFd(fd);
  return { inode, buffer };
}

test("a collected buffer is unmapped", async () => {
  const inodes = Array.from({ length: 20 }, () => made().inode);
  assert.ok(inodes.some((inode) => mappingsOf(inode).length === 1));
  while (inodes.some((inode) => mappingsOf(inode).length > 0)) await collect();
});

test("a mapping stays while a watch is on it, whatever becomes of the buffer", async () => {
  const watched = (() => {
    const { inode, buffer } = made();
    return { inode, bell: watch(new Int32Array(buffer), 0, () => {}), gone: new WeakRef(buffer) };
  })();
  while (watched.gone.deref() !== undefined) await collect();
  await collect();
  assert.equal(mappingsOf(watched.inode).length, 1);
  watched.bell.close();
  while (mappingsOf(watched.inode).length > 0) await collect();
});

test("a buffer that went elsewhere is told from one that is here", async () => {
  const { inode, buffer } = made();
  const words = new Int32Array(buffer);
  assert.throws(() => futexWake(structuredClone(words), 0, 1), { code: "ERR_MANYCORE_NOT_SHARED" });
  assert.throws(
    () => futexWake(new Int32Array(structuredClone(buffer, { transfer: [buffer] })), 0, 1),
    // Node 20 copies what cannot be transferred.
    (error: NodeJS.ErrnoException) => error.name === "DataCloneError" || error.code === "ERR_MANYCORE_NOT_SHARED",
  );
  assert.equal(futexWake(words, 0, 1), 0);
  const { transfer: own, transferToFixedLength: other } = buffer as unknown as Record<string, () => ArrayBuffer>;
  for (const method of [own, other]) assert.throws(method!, { code: "ERR_MANYCORE_NOT_TRANSFERABLE" });
  assert.deepEqual(Object.keys(buffer), []);
  // Taken from the prototype all the same, since Node 22.
  const { transfer } = ArrayBuffer.prototype as { transfer?: (this: ArrayBuffer, length?: number) => ArrayBuffer };
  if (transfer === undefined) return;
  const moved = new Int32Array(transfer.call(buffer));
  assert.throws(() => futexWake(words, 0, 1), { code: "ERR_MANYCORE_DETACHED" });
  assert.equal(futexWake(moved, 0, 1), 0);
  // Of another length it is a copy.
  const shorter = new Int32Array(transfer.call(moved.buffer as ArrayBuffer, 64));
  assert.throws(() => futexWake(moved, 0, 1), { code: "ERR_MANYCORE_DETACHED" });
  assert.throws(() => futexWake(shorter, 0, 1), { code: "ERR_MANYCORE_NOT_SHARED" });
  while (mappingsOf(inode).length > 0) await collect();
});

test("a size that cannot be is refused, and leaves nothing", async () => {
  for (const bytes of [0, -1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
    assert.throws(() => createArena(bytes), {
      name: "RangeError",
      code: "ERR_OUT_OF_RANGE",
      message: /^bytes is a whole/,
    });
  }
  for (const bytes of [undefined, null, "1", 1n, {}, { valueOf: () => 8 }]) {
    assert.throws(() => createArena(bytes as number), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  }
  assert.throws(() => createArena(Number.MAX_SAFE_INTEGER), { code: /^E(NOMEM|FBIG|INVAL|OVERFLOW)$/ });
  if (constants.MAX_LENGTH > 2 ** 40) return;
  assert.throws(() => createArena(constants.MAX_LENGTH + 1), { code: "ERR_BUFFER_TOO_LARGE" });
  await collect();
});
