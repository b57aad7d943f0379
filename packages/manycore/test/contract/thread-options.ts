/** What only threads have: their environment, options, names and limits. */

import assert from "node:assert/strict";
import * as workerThreads from "node:worker_threads";
import { BrokenExecutorError, type ThreadPoolOptions, WorkerLostError } from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, throwsAtOnce } from "../support/expect.ts";

export function threadOptionsContract(room: Room): void {
  contract(room, "the options of a thread", (it) => {
    it("env: replaces the environment", { options: { env: { ONLY: "this" } } }, async (pool) => {
      assert.deepEqual(await pool.submit(() => [process.env.ONLY, process.env.PATH]), ["this", undefined]);
    });

    it("env: is a copy of the host's unless given", async (pool) => {
      process.env.MANYCORE_TEST = "from the host";
      try {
        const change = () => {
          const seen = process.env.MANYCORE_TEST;
          process.env.MANYCORE_TEST = "changed";
          return seen;
        };
        assert.equal(await pool.submit(change), "from the host");
        assert.equal(process.env.MANYCORE_TEST, "from the host");
      } finally {
        delete process.env.MANYCORE_TEST;
      }
    });

    it("execArgv: gives the workers' Node options", { options: { execArgv: ["--no-deprecation"] } }, async (pool) => {
      assert.deepEqual(await pool.submit(() => process.execArgv), ["--no-deprecation"]);
    });

    it("execArgv: one that no worker can have breaks the executor promptly", async () => {
      const pool = room.open({ execArgv: ["--no-such-option-at-all"] });
      await failsWith(BrokenExecutorError, () => pool.submit(() => 1));
      throwsAtOnce(BrokenExecutorError, () => pool.submit(() => 1));
      await pool.shutdown();
    });

    it("resourceLimits: bound one worker's memory, and its death names it", {
      options: { resourceLimits: { maxOldGenerationSizeMb: 24 } },
    }, async (pool) => {
      const hoard = () => {
        const held: unknown[] = [];
        for (;;) held.push(new Array(10_000).fill(held.length));
      };
      const error = await failsWith(WorkerLostError, pool.submit(hoard));
      assert.match(error.message, /memory/i);
      assert.equal(error.task, "hoard");
      assert.equal(await pool.submit(() => 1), 1);
    });

    it("have their types checked", () => {
      const wrong = (options: Record<string, unknown>) => () => room.open(options as ThreadPoolOptions);
      assert.match(throwsAtOnce(TypeError, wrong({ env: "PATH" })).message, /"env"/);
      assert.match(throwsAtOnce(TypeError, wrong({ execArgv: "--x" })).message, /"execArgv"/);
      assert.match(throwsAtOnce(TypeError, wrong({ workerNamePrefix: 5 })).message, /"workerNamePrefix"/);
      assert.match(throwsAtOnce(TypeError, wrong({ resourceLimits: 5 })).message, /"resourceLimits"/);
    });

    // Node tells a thread its name since 24.6.
    if ("threadName" in workerThreads) {
      it("workerNamePrefix: names the threads", { options: { workerNamePrefix: "census" } }, async (pool) => {
        const name = () => (workerThreads as { threadName?: string }).threadName;
        assert.match((await pool.submit(name)) ?? "", /^census-\d+$/);
      });
    }
  });
}
