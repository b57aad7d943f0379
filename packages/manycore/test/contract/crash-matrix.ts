/**
 * The crash matrix, design section 6: each way of going wrong at each moment of a call. Every future settles, the
 * neighbours are unharmed, the pool works again, and (around every test) nothing is left behind.
 */

import assert from "node:assert/strict";
import {
  BrokenExecutorError,
  type Executor,
  FunctionShippingError,
  type Future,
  registerClass,
  SerializationError,
  type ThreadPoolOptions,
  WorkerLostError,
} from "manycore";
import { misbehave, type Way } from "../fixtures/misbehave.mjs";
import { contract, type Room, type Terms } from "../support/contract.ts";
import { failsWith, throwsAtOnce } from "../support/expect.ts";
import { entered, newGate, open, pass } from "../support/gate.ts";

const LETHAL = ["exit 0", "exit 1", "out of memory"] as const satisfies readonly Way[];

/** An argument that goes wrong when a worker decodes it. */
class Trap {
  readonly way: Way;
  constructor(way: Way) {
    this.way = way;
  }
}

registerClass(Trap, {
  name: "crash-matrix.Trap",
  encode: (trap: Trap) => trap.way,
  decode: (way: Way): Trap => misbehave(way),
});

/** How each moment's victim is submitted. */
const moments = {
  "receiving the call": (pool: Executor, way: Way) => pool.submit((trap: Trap): unknown => trap.way, new Trap(way)),
  running: (pool: Executor, way: Way) => pool.submit((w: Way): unknown => misbehave(w), way),
  "returning a result": (pool: Executor, way: Way) =>
    pool.submit(
      (w: Way): unknown => ({
        get value() {
          return misbehave(w);
        },
      }),
      way,
    ),
} satisfies Record<string, (pool: Executor, way: Way) => Future<unknown>>;

const options: ThreadPoolOptions = {
  maxWorkers: 2,
  resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 },
};
const terms: Terms = { needs: "isolated", reason: "what kills a worker would kill the host", options };

/** Runs `victim` beside a neighbour in the other worker and calls in the queue, and asserts that only it was hurt. */
async function amongNeighbours(pool: Executor, victim: () => Promise<void>): Promise<void> {
  const held = newGate();
  const neighbour = pool.submit(pass<string>, held, "unharmed");
  await entered(held);
  const hurt = victim();
  const queued = Array.from({ length: 20 }, (_, i) => pool.submit((x: number) => x * x, i));
  await hurt;
  assert.deepEqual(
    await Promise.all(queued),
    Array.from({ length: 20 }, (_, i) => i * i),
  );
  assert.equal(neighbour.running(), true);
  open(held);
  assert.equal(await neighbour, "unharmed");
  assert.deepEqual(await pool.map((x: number) => x + 1, [1, 2, 3]), [2, 3, 4]);
}

export function crashMatrixContract(room: Room): void {
  for (const [moment, submit] of Object.entries(moments)) {
    contract(room, `a worker while ${moment}`, (it) => {
      it("throw: that call alone fails, with what was thrown", async (pool) => {
        const future = submit(pool, "throw");
        const error = await failsWith(Error, future);
        assert.match(`${error.message} ${String((error.cause as Error | undefined)?.message)}`, /it went wrong/);
        assert.equal(await pool.submit(() => 1), 1);
      });

      for (const way of LETHAL) {
        it(`${way}: that call alone is lost, and says how`, terms, async (pool) => {
          await amongNeighbours(pool, async () => {
            const error = await failsWith(WorkerLostError, submit(pool, way));
            assert.equal(error.attempt, 1);
            if (way === "exit 0") assert.equal(error.exitCode, 0);
            if (way === "exit 1") assert.equal(error.exitCode, 1);
            if (way === "out of memory") assert.match(error.message, /memory/i);
          });
        });
      }

      it("endless loop: a timeout ends that call and its worker alone", terms, async (pool) => {
        await amongNeighbours(pool, async () => {
          await assert.rejects(async () => submit(pool.with({ timeout: 100, grace: 0 }), "endless loop"), {
            name: "TimeoutError",
          });
        });
      });
    });
  }

  contract(room, "a value that cannot be sent", (it) => {
    it("fails its call alone, as an argument", async (pool) => {
      const fine = pool.submit((x: number) => x, 1);
      const error = await failsWith(SerializationError, () =>
        pool.submit((x: unknown) => x, { list: [1, Symbol("no")] }),
      );
      assert.match(error.path ?? "", /list\[1\]$/);
      assert.equal(await fine, 1);
      assert.equal(await pool.submit(() => 2), 2);
    });

    it("fails its call alone, as a result", async (pool) => {
      const futures = [
        pool.submit(() => 1),
        pool.submit((): unknown => ({ inner: { weak: new WeakMap() } })),
        pool.submit(() => 3),
      ] as const;
      const error = await failsWith(SerializationError, futures[1]);
      assert.match(error.path ?? "", /inner\.weak$/);
      assert.deepEqual([await futures[0], await futures[2]], [1, 3]);
    });

    it("fails its item alone, in a map", async (pool) => {
      const bad = (x: number): unknown => (x === 4 ? Symbol("no") : x);
      const outcomes = await pool.map(bad, [0, 1, 2, 3, 4, 5, 6], { chunkSize: 7 }).settled();
      for (const [i, outcome] of outcomes.entries()) {
        if (i === 4) assert.ok(outcome.status === "rejected" && outcome.reason instanceof SerializationError);
        else assert.deepEqual(outcome, { status: "fulfilled", value: i });
      }
    });

    it("fails the map at its place, as an item", async (pool) => {
      const items = [1, 2, Symbol("no") as unknown as number, 4];
      await failsWith(SerializationError, async () => pool.map((x: number) => x, items));
      assert.equal(await pool.submit(() => 2), 2);
    });

    it("fails its call alone, as what was thrown", async (pool) => {
      const future = pool.submit(() => {
        throw Object.assign(new RangeError("odd"), { weak: new WeakMap(), callback: () => 1, fine: 5 });
      });
      const error = await failsWith(RangeError, future);
      assert.deepEqual([error.message, (error as { fine?: number }).fine], ["odd", 5]);
      await assert.rejects(
        async () =>
          pool.submit(() => {
            throw Symbol("odd");
          }),
        /odd/,
      );
    });
  });

  contract(room, "a worker after returning a result", (it) => {
    const later = (way: Way) => {
      setImmediate(() => misbehave(way));
      return "returned";
    };
    for (const way of ["throw", ...LETHAL] as const) {
      it(`${way}: the result stands, and the pool works again`, terms, async (pool) => {
        assert.equal(await pool.submit(later, way), "returned");
        const probes = await Promise.allSettled(
          Array.from({ length: 20 }, (_, i) => pool.with({ retries: 3 }).submit((x: number) => x, i)),
        );
        assert.deepEqual(
          probes,
          Array.from({ length: 20 }, (_, value) => ({ status: "fulfilled", value })),
        );
      });
    }

    it("throw in a microtask or a rejection nobody handles: the pool works again", terms, async (pool) => {
      const leave = (how: string) => {
        if (how === "microtask") queueMicrotask(() => misbehave("throw"));
        else void Promise.reject(new Error("nobody handles this"));
        return how;
      };
      for (const how of ["microtask", "rejection"]) {
        const [outcome] = await Promise.allSettled([pool.submit(leave, how)]);
        assert.ok(outcome.status === "fulfilled" ? outcome.value === how : outcome.reason instanceof WorkerLostError);
        assert.equal(await pool.with({ retries: 3 }).submit(() => 1), 1);
      }
    });

    it("endless loop: the result stands, and the other worker runs what waits", {
      needs: "claims",
      reason: "a worker has what was claimed for it, a millisecond of work; inline, it would be the host that loops",
      options: { ...options, maxWorkers: 2 },
    }, async (pool) => {
      assert.equal(await pool.submit(later, "endless loop"), "returned");
      const futures = Array.from({ length: 50 }, (_, i) => pool.submit((x: number) => x, i));
      assert.equal((await Promise.all(futures)).length, 50);
      await pool.killWorkers();
    });
  });

  contract(room, "an initializer", (it) => {
    const breaking = async (way: Way) => {
      const pool = room.open({ ...options, initializer: misbehave, initArgs: [way] });
      const futures = Array.from({ length: 5 }, () => pool.submit(() => 1));
      for (const future of futures) await failsWith(BrokenExecutorError, future);
      throwsAtOnce(BrokenExecutorError, () => pool.submit(() => 1));
      throwsAtOnce(BrokenExecutorError, () => pool.map((x: number) => x, [1]));
      await pool.shutdown();
    };

    it("runs once in each worker before its first task, with its arguments", async (pool) => {
      const gate = newGate();
      const setUp = (cells: typeof gate, name: string) => {
        Atomics.add(cells, 3, 1);
        (globalThis as { setUp?: string }).setUp = name;
      };
      const own = room.open({ maxWorkers: 1, initializer: setUp, initArgs: [gate, "ready"] });
      const look = () => (globalThis as { setUp?: string }).setUp;
      assert.deepEqual(await Promise.all([own.submit(look), own.submit(look)]), ["ready", "ready"]);
      assert.equal(gate[3], 1);
      await own.shutdown();
      await pool.submit(() => delete (globalThis as { setUp?: string }).setUp);
    });

    it("may be asynchronous", async () => {
      const setUp = async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        (globalThis as { setUp?: string }).setUp = "later";
      };
      const own = room.open({ maxWorkers: 1, initializer: setUp });
      assert.equal(await own.submit(() => (globalThis as { setUp?: string }).setUp), "later");
      await own.shutdown();
    });

    it("throw: breaks the executor, with what it threw as the cause", async () => {
      await breaking("throw");
      const pool = room.open({ initializer: misbehave, initArgs: ["throw"] });
      const error = await failsWith(
        BrokenExecutorError,
        pool.submit(() => 1),
      );
      assert.ok(error.cause instanceof RangeError && error.cause.message === "it went wrong");
      await failsWith(BrokenExecutorError, async () => pool.warm());
      await pool.shutdown();
    });

    for (const way of LETHAL)
      it(`${way}: breaks the executor, since no worker can start`, { ...terms, options: {} }, () => breaking(way));

    it("endless loop: what waits can be cancelled, and the workers killed", { ...terms, options: {} }, async () => {
      const pool = room.open({ ...options, initializer: misbehave, initArgs: ["endless loop"] });
      const futures = [pool.submit(() => 1), pool.submit(() => 2)] as const;
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(futures[0].state, "PENDING");
      assert.equal(futures[0].cancel(), true);
      await pool.killWorkers();
      assert.equal(futures[1].done(), true);
      await Promise.allSettled(futures);
    });

    it("that cannot be sent is refused by the constructor", () => {
      throwsAtOnce(SerializationError, () => room.open({ initializer: (x: unknown) => x, initArgs: [new WeakMap()] }));
      throwsAtOnce(FunctionShippingError, () =>
        room.open({
          initializer: function* generate() {
            yield 1;
          },
        }),
      );
    });
  });
}
