/** A storm of deaths, aborts, timeouts and cancellations under load: every future settles, and once only. */

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { Executor, Future } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { until } from "../support/gate.ts";
import { seeded } from "../support/random.ts";

type Kind = "value" | "object" | "later" | "throw" | "exit" | "deaf" | "cancel" | "abort" | "late";

/** Task: does what its kind says. */
async function act(kind: Kind, id: number): Promise<unknown> {
  switch (kind) {
    case "object":
      return { id, list: [id, id], text: "x".repeat(id % 300) };
    case "later":
      await new Promise((resolve) => setTimeout(resolve, id % 4));
      return id;
    case "throw":
      throw new RangeError(`thrown ${id}`);
    case "exit":
      return process.exit(id % 2);
    case "deaf":
      for (;;);
    case "late":
      await new Promise((resolve) => setTimeout(resolve, 30));
      return id;
    default:
      return id;
  }
}

/** How a kind of call may end. */
const endings: Record<Kind, readonly string[]> = {
  value: ["value"],
  object: ["value"],
  later: ["value"],
  throw: ["RangeError"],
  exit: ["WorkerLostError"],
  deaf: ["TimeoutError"],
  cancel: ["value", "CancelledError"],
  abort: ["value", "CancelledError", "AbortError"],
  late: ["value", "TimeoutError"],
};

interface Drop {
  readonly kind: Kind;
  readonly id: number;
  readonly future: Future<unknown>;
  told: number;
}

function launch(pool: Executor, kind: Kind, id: number, shared: AbortController): Drop {
  const calm = pool.with({ grace: 0 });
  const view = {
    deaf: () => calm.with({ timeout: 15 }),
    late: () => calm.with({ timeout: 20 }),
    abort: () => calm.with({ signal: shared.signal }),
  };
  const chosen = kind in view ? view[kind as keyof typeof view]() : pool;
  const drop: Drop = { kind, id, future: chosen.submit(act, kind, id), told: 0 };
  drop.future.addDoneCallback(() => {
    drop.told++;
  });
  return drop;
}

async function endingOf({ future, kind, id }: Drop): Promise<string> {
  try {
    const value = await future;
    const found = kind === "object" ? (value as { id: number }).id : value;
    assert.equal(found, id, "a future got another's value");
    return "value";
  } catch (error) {
    return (error as Error).name;
  }
}

async function storm(pool: Executor, seed: number, kinds: readonly Kind[], count: number): Promise<void> {
  const random = seeded(seed);
  const drops: Drop[] = [];
  let controller = new AbortController();
  for (let id = 0; id < count; id++) {
    const kind = kinds[Math.floor(random() * kinds.length)] ?? "value";
    const drop = launch(pool, kind, id, controller);
    drops.push(drop);
    if (kind === "cancel" && random() < 0.7) setImmediate(() => drop.future.cancel());
    if (kind === "abort" && random() < 0.3) {
      const fired = controller;
      setTimeout(() => fired.abort(), random() * 10);
      controller = new AbortController();
    }
    if (random() < 0.05) await new Promise((resolve) => setTimeout(resolve, random() * 5));
  }
  const ends = await Promise.all(drops.map(endingOf));
  for (const [i, drop] of drops.entries()) {
    assert.ok(
      endings[drop.kind].includes(ends[i] ?? ""),
      `seed ${seed}: call ${drop.id} (${drop.kind}) ended in ${ends[i]}`,
    );
    assert.equal(drop.told, 1, `seed ${seed}: call ${drop.id} (${drop.kind}) was told ${drop.told} times`);
  }
  assert.equal(await pool.submit((x: number) => x + 1, 1), 2);
  // A deaf task's future settles before its worker is gone.
  await until(() => pool.stats().pending + pool.stats().running === 0);
}

/** On all Nodes but the first CI asks for less of what takes long. */
const isBrief = process.env.KILL_ROUNDS !== undefined;

export function stormContract(room: Room): void {
  contract(room, "a storm", (it) => {
    const gentle: Kind[] = ["value", "value", "object", "later", "throw", "cancel", "abort"];
    for (const seed of [1, 2]) {
      it(`of cancellations, aborts and errors settles every future once (seed ${seed})`, async (pool) => {
        await storm(pool, seed, gentle, 1500);
      });
    }

    const wild: Kind[] = [...gentle, ...gentle, ...gentle, "exit", "deaf", "late"];
    // A death is a start, and CI has four Nodes: one of them has all of it.
    for (const seed of isBrief ? [3] : [3, 4, 5]) {
      it(`of deaths and timeouts too settles every future once (seed ${seed})`, {
        needs: "kill",
        reason: "nobody could be killed",
        patience: 60_000,
      }, async (pool) => {
        await storm(pool, seed, wild, 400);
      });
    }

    it("over maps settles every item once", {
      needs: "kill",
      reason: "nobody could be killed",
      patience: 60_000,
    }, async (pool) => {
      const random = seeded(7);
      const rounds = Array.from({ length: 6 }, async (_, round) => {
        const kinds = Array.from(
          { length: 120 },
          (): Kind => (random() < 0.02 ? "exit" : random() < 0.1 ? "throw" : "later"),
        );
        const ids = kinds.map((_, i) => i);
        const outcomes = await pool.map(act, kinds, ids, { chunkSize: round % 2 === 0 ? 40 : 3 }).settled();
        for (const [i, outcome] of outcomes.entries()) {
          const ending = outcome.status === "fulfilled" ? "value" : (outcome.reason as Error).name;
          assert.ok(endings[kinds[i] ?? "value"].includes(ending), `item ${i} (${kinds[i]}) ended in ${ending}`);
        }
      });
      await Promise.all(rounds);
    });
  });

  contract(room, "a hundred thousand tasks with one signal", (it) => {
    it("leave no listener, and memory flat", { patience: 60_000 }, async (pool) => {
      const controller = new AbortController();
      const view = pool.with({ signal: controller.signal });
      const same = (x: number) => x;
      const round = async () => {
        for (let batch = 0; batch < 10; batch++) {
          const futures = Array.from({ length: 2000 }, (_, i) => view.submit(same, i));
          await Promise.all(futures);
        }
      };
      await round();
      await new Promise((resolve) => setImmediate(resolve));
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < 4; i++) await round();
      await until(() => getEventListeners(controller.signal, "abort").length === 0);
      const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
      assert.ok(grown < 80, `the heap grew by ${Math.round(grown)} MiB`);
      assert.deepEqual([pool.stats().pending, pool.stats().running], [0, 0]);
    });
  });
}
