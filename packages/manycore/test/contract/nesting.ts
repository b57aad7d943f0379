/** Executors inside tasks. */

import assert from "node:assert/strict";
import { FunctionShippingError, registerClass, ThreadPoolExecutor } from "manycore";
import { lent, submitToLentExecutor } from "../fixtures/counter.mjs";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, throwsAtOnce } from "../support/expect.ts";

class Crate {
  readonly weight: number;
  constructor(weight: number) {
    this.weight = weight;
  }
  get double(): number {
    return 2 * this.weight;
  }
}
registerClass(Crate);

export function nestingContract(room: Room): void {
  contract(room, "a task", (it) => {
    it("may make an executor of its own", async (pool) => {
      const nested = async (x: number) => {
        const inner = new ThreadPoolExecutor({ maxWorkers: 1 });
        try {
          return await inner.submit((y: number) => y * 2, x + 1);
        } finally {
          await inner.shutdown();
        }
      };
      assert.deepEqual(await Promise.all([pool.submit(nested, 1), pool.submit(nested, 2)]), [4, 6]);
    });

    it("that leaves its own executor open does not hold up the end", {
      needs: "isolated",
      reason: "an executor that the host itself leaves open is the host's",
    }, async (pool) => {
      const careless = () => new ThreadPoolExecutor({ maxWorkers: 1 }).submit((x: number) => x, 3);
      assert.equal(await pool.submit(careless as unknown as () => Promise<number>), 3);
    });

    it("cannot nest executors without end: it fails with a clear error", { patience: 60_000 }, async (pool) => {
      async function descend(level: number): Promise<number> {
        if (level === 40) return level;
        const inner = new ThreadPoolExecutor({ maxWorkers: 1 });
        try {
          return await inner.submit(descend, level + 1);
        } finally {
          await inner.killWorkers();
        }
      }
      const error = await failsWith(Error, pool.submit(descend, 0));
      assert.match(error.message, /nested \d+ deep/);
    });

    it("passes registered classes on to an executor of its own", async (pool) => {
      const check = async (x: number) => {
        const inner = new ThreadPoolExecutor({ maxWorkers: 1 });
        try {
          const made = await inner.submit((y: number) => new Crate(y), x);
          return [made instanceof Crate, made.double, await inner.submit((crate: Crate) => crate.double, made), made];
        } finally {
          await inner.shutdown();
        }
      };
      const [isCrate, double, again, made] = await pool.submit(check, 4);
      assert.deepEqual([isCrate, double, again], [true, 8, 8]);
      assert.ok(made instanceof Crate);
    });

    it("cannot take its executor along: that is refused at submit", (pool) => {
      const error = throwsAtOnce(FunctionShippingError, () =>
        pool.submit(() => pool.submit(() => 1) as unknown as number),
      );
      assert.equal(error.variable, "pool");
      assert.match(error.message, /executor/);
      const future = pool.submit(() => 1);
      assert.match(throwsAtOnce(FunctionShippingError, () => pool.submit(() => future.done())).message, /future/);
    });

    if (!room.capabilities.isolated) {
      it("of the host's own thread may wait for its own executor", { options: { maxWorkers: 1 } }, async (pool) => {
        lent.executor = pool;
        assert.equal(await pool.submit(submitToLentExecutor, 20), 41);
        assert.deepEqual(await pool.map(submitToLentExecutor, [1, 2, 3]), [3, 5, 7]);
      });
    }
  });
}
