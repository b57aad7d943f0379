/** Constructor and call options: checked once, errors name the option. */

import assert from "node:assert/strict";
import type { CallOptions, ThreadPoolOptions } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { throwsAtOnce } from "../support/expect.ts";

export function optionsContract(room: Room): void {
  contract(room, "options", (it) => {
    const refuses = (
      errorClass: typeof TypeError | typeof RangeError,
      options: Record<string, unknown>,
      named: RegExp,
    ) => {
      const error = throwsAtOnce(errorClass, () => room.open(options as ThreadPoolOptions));
      assert.match(error.message, named);
    };

    it("refuses an unknown option with the nearest right name", () => {
      refuses(TypeError, { maxWorker: 2 }, /"maxWorker".*"maxWorkers"/s);
      refuses(TypeError, { max_workers: 2 }, /"max_workers".*"maxWorkers"/s);
      refuses(TypeError, { initialiser: () => 1 }, /"initialiser".*"initializer"/s);
      refuses(TypeError, { completelyOther: 1 }, /completelyOther.*maxWorkers/s);
    });

    it("names the option that has a wrong number", () => {
      for (const wrong of [0, -1, 1.5, Number.NaN]) refuses(RangeError, { maxWorkers: wrong }, /"maxWorkers"/);
      refuses(RangeError, { maxTasksPerChild: 0 }, /"maxTasksPerChild"/);
      refuses(RangeError, { maxMemoryPerChild: -5 }, /"maxMemoryPerChild"/);
      refuses(RangeError, { minWorkers: -1 }, /"minWorkers"/);
      refuses(RangeError, { idleTimeout: -1 }, /"idleTimeout"/);
      refuses(RangeError, { concurrency: 0 }, /"concurrency"/);
      refuses(RangeError, { maxPending: 0 }, /"maxPending"/);
    });

    it("refuses more workers at least than at most", () => {
      const error = throwsAtOnce(RangeError, () => room.open({ maxWorkers: 1, minWorkers: 2 }));
      assert.match(error.message, /minWorkers/);
    });

    it("names the option that has a wrong type", () => {
      refuses(TypeError, { maxWorkers: "2" }, /"maxWorkers"/);
      refuses(TypeError, { initializer: "setup" }, /"initializer"/);
      refuses(TypeError, { initArgs: 5 }, /"initArgs"/);
    });

    it("takes undefined for left out", async () => {
      const pool = room.open({ maxWorkers: undefined, maxPending: undefined } as unknown as ThreadPoolOptions);
      assert.equal(await pool.submit(() => 1), 1);
      await pool.shutdown();
    });

    it("checks the options of with() the same way", (pool) => {
      const wrong = (options: Record<string, unknown>) => () => pool.with(options as CallOptions);
      assert.match(throwsAtOnce(TypeError, wrong({ time_out: 1 })).message, /"time_out".*"timeout"/s);
      assert.match(throwsAtOnce(RangeError, wrong({ timeout: -1 })).message, /"timeout"/);
      assert.match(throwsAtOnce(RangeError, wrong({ retries: -1 })).message, /"retries"/);
      assert.match(throwsAtOnce(RangeError, wrong({ grace: -1 })).message, /"grace"/);
      assert.match(throwsAtOnce(RangeError, wrong({ priority: Number.NaN })).message, /"priority"/);
      assert.match(throwsAtOnce(RangeError, wrong({ concurrency: 0 })).message, /"concurrency"/);
      assert.match(throwsAtOnce(TypeError, wrong({ signal: {} })).message, /"signal"/);
      assert.match(throwsAtOnce(TypeError, wrong({ ship: "by value" })).message, /"ship"/);
    });

    it("checks the options of shutdown() the same way", async (pool) => {
      await assert.rejects(async () => pool.shutdown({ cancelfutures: true } as object), {
        name: "TypeError",
        message: /"cancelFutures"/,
      });
      assert.equal(await pool.submit(() => 1), 1);
    });
  });
}
