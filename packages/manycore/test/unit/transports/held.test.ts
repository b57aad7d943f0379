/** What a dead worker had claimed: which items are lost, which go back, and that none is forgotten. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Slots } from "../../../src/ring/slots.ts";
import { type Claims, HeldCalls, SEEN } from "../../../src/transports/held.ts";
import type { Call, Reply } from "../../../src/transports/transport.ts";

const REASON = { exitCode: null, signal: "SIGKILL", cause: undefined, hint: undefined };
const UNTOLD: Claims = { running: 1, areTold: false };
const TOLD: Claims = { running: 1, areTold: true };
const IDLE: Claims = { running: 0, areTold: true };

const slots = () => new Slots(new Int32Array(Slots.bytesFor(32) / 4));

function newCall(id: number, count: number, kind: "many" | "numbers" = "many"): Call {
  const values = new Float64Array(count);
  const items = kind === "numbers" ? { kind, count, values } : { kind, count };
  return { id, items, slot: -1 } as unknown as Call;
}

/** In words, in their order. */
const told = (replies: readonly Reply[]): string[] =>
  replies.map((reply) => {
    const { kind, call, item } = reply;
    return `${kind} ${call.id}:${item}${reply.kind === "returned" ? `+${reply.count}` : ""}`;
  });

/** Calls A and B of ten items each, in the order of sending; `claims` of them, and `published`. */
function bury(
  of: readonly { claims: number; published?: number; kind?: "many" | "numbers" }[],
  how: Claims,
  turns: readonly number[] = [],
): string[] {
  const all = slots();
  const held = new HeldCalls(all);
  const calls = of.map(({ kind }, id) => newCall(id, 10, kind));
  for (const [id, call] of calls.entries()) {
    const generation = held.open(call);
    const { claims, published = 0 } = of[id] as { claims: number; published?: number };
    if (claims > 0) all.claim(call.slot, generation, claims);
    if (published > 0) held.publish(call, 0, published);
  }
  for (const id of turns) held.given(calls[id] as Call);
  const replies: Reply[] = [];
  held.bury(REASON, (reply) => replies.push(reply), how);
  return told(replies);
}

describe("a dead worker's calls, where the host saw its memory", () => {
  test("lose the item that each was in, and what is behind it goes back", () => {
    assert.deepEqual(bury([{ claims: 4, published: 2 }], SEEN), ["lost 0:2", "returned 0:3+7"]);
  });

  test("go back whole where nothing was claimed", () => {
    assert.deepEqual(bury([{ claims: 0 }, { claims: 0 }], SEEN), ["returned 1:0+10", "returned 0:0+10"]);
  });

  test("are each in an item where several ran at once", () => {
    assert.deepEqual(bury([{ claims: 1 }, { claims: 1 }], SEEN), [
      "lost 0:0",
      "lost 1:0",
      "returned 1:1+9",
      "returned 0:1+9",
    ]);
  });
});

describe("a dead worker's calls, where the host claimed for it", () => {
  test("lose one item: that of the call it was given first", () => {
    const claimed = [
      { claims: 5, published: 3 },
      { claims: 4, published: 0 },
    ];
    assert.deepEqual(bury(claimed, UNTOLD), ["lost 0:3", "returned 1:0+10", "returned 0:4+6"]);
    // The first call's second ration came behind the second call's first.
    assert.deepEqual(bury(claimed, UNTOLD, [0, 1, 0]), ["lost 1:0", "returned 1:1+9", "returned 0:3+7"]);
  });

  test("lose packed numbers that may have run and were not told", () => {
    const claimed = [{ claims: 5, published: 3, kind: "numbers" }] as const;
    assert.deepEqual(bury(claimed, UNTOLD), ["lost 0:3", "lost 0:4", "returned 0:5+5"]);
    assert.deepEqual(bury(claimed, TOLD), ["lost 0:3", "returned 0:4+6"]);
  });

  test("lose nothing when it ran nothing", () => {
    assert.deepEqual(bury([{ claims: 5, published: 3 }], IDLE), ["returned 0:3+7"]);
  });

  test("lose nothing of a call that had been told whole", () => {
    assert.deepEqual(bury([{ claims: 3, published: 3 }, { claims: 1 }], UNTOLD), [
      "lost 1:0",
      "returned 1:1+9",
      "returned 0:3+7",
    ]);
  });
});
