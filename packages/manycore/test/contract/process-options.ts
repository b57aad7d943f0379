/** What only processes have: a pid, globals and options of their own, and no memory that others see. */

import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import {
  BrokenExecutorError,
  FunctionShippingError,
  move,
  ProcessPoolExecutor,
  type ProcessPoolOptions,
  SerializationError,
  share,
} from "manycore";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, throwsAtOnce } from "../support/expect.ts";

/** A pool with options of its own, for as long as `body` takes. */
async function having<T>(
  options: ProcessPoolOptions,
  body: (pool: ProcessPoolExecutor) => T | PromiseLike<T>,
): Promise<T> {
  const pool = new ProcessPoolExecutor(options);
  try {
    return await body(pool);
  } finally {
    await pool.shutdown();
  }
}

export function processOptionsContract(room: Room): void {
  contract(room, "a process", (it) => {
    it("is another than the host, and each worker is its own", async (pool) => {
      const pids = await pool.broadcast(() => process.pid);
      assert.equal(new Set([...pids, process.pid]).size, 3);
      assert.deepEqual(await pool.submit(() => process.ppid), process.pid);
    });

    it("shares no globals with the host or with other workers", async (pool) => {
      const counted = globalThis as { notebookCounter?: number };
      counted.notebookCounter = 100;
      try {
        const count = () => {
          const own = globalThis as { notebookCounter?: number };
          own.notebookCounter = (own.notebookCounter ?? 0) + 1;
          return own.notebookCounter;
        };
        assert.deepEqual(await pool.broadcast(count), [1, 1]);
        assert.deepEqual(await pool.broadcast(count), [2, 2]);
        assert.equal(counted.notebookCounter, 100);
      } finally {
        delete counted.notebookCounter;
      }
    });

    it("runs beside the event loop of the host, and of the others", async (pool) => {
      const until = performance.now() + 100;
      const futures = [1, 2].map((x) => pool.submit((y: number) => y, x));
      assert.deepEqual(await Promise.all(futures), [1, 2]);
      assert.ok(performance.now() < until + 20_000);
    });
  });

  contract(room, "the options of a process", (it) => {
    it("env: replaces the environment", async () => {
      const env = {
        ONLY: "this",
        ...(process.env.MANYCORE_NATIVE && { MANYCORE_NATIVE: process.env.MANYCORE_NATIVE }),
      };
      await having({ env }, async (pool) => {
        assert.deepEqual(await pool.submit(() => [process.env.ONLY, process.env.PATH]), ["this", undefined]);
      });
    });

    it("env: is the host's unless given, and a task changes its own alone", async () => {
      process.env.MANYCORE_TEST = "from the host";
      try {
        const change = () => {
          const seen = process.env.MANYCORE_TEST;
          process.env.MANYCORE_TEST = "changed";
          return seen;
        };
        await having({ maxWorkers: 1 }, async (pool) => assert.equal(await pool.submit(change), "from the host"));
        assert.equal(process.env.MANYCORE_TEST, "from the host");
      } finally {
        delete process.env.MANYCORE_TEST;
      }
    });

    it("execArgv: gives the workers' Node options", async () => {
      await having({ execArgv: ["--no-deprecation"] }, async (pool) => {
        assert.deepEqual(await pool.submit(() => process.execArgv), ["--no-deprecation"]);
      });
    });

    it("execArgv: one that no worker can have breaks the executor promptly, and says what it is", async () => {
      await having({ execArgv: ["--no-such-option-at-all"] }, async (pool) => {
        const error = await failsWith(BrokenExecutorError, () => pool.submit(() => 1));
        assert.match(error.message, /died before they were ready: .*bad option: --no-such-option-at-all$/);
        throwsAtOnce(BrokenExecutorError, () => pool.submit(() => 1));
      });
    });

    it("cwd: is where the workers run", async () => {
      const cwd = realpathSync(tmpdir());
      await having({ cwd }, async (pool) => assert.equal(await pool.submit(() => process.cwd()), cwd));
    });

    it("innerThreads: bounds the threads of Node and of libraries, where nobody has set them", async () => {
      const counts = () => [process.env.UV_THREADPOOL_SIZE, process.env.OMP_NUM_THREADS];
      const env = { ...process.env, OMP_NUM_THREADS: "3", UV_THREADPOOL_SIZE: undefined };
      await having({ innerThreads: 2, env }, async (pool) => assert.deepEqual(await pool.submit(counts), ["2", "3"]));
    });

    it("have their types checked", () => {
      const wrong = (options: Record<string, unknown>) => () => new ProcessPoolExecutor(options as ProcessPoolOptions);
      assert.match(throwsAtOnce(TypeError, wrong({ env: "PATH" })).message, /"env"/);
      assert.match(throwsAtOnce(TypeError, wrong({ execArgv: "--x" })).message, /"execArgv"/);
      assert.match(throwsAtOnce(TypeError, wrong({ cwd: "/no/such/folder" })).message, /"cwd".*existing directory/);
      assert.match(throwsAtOnce(RangeError, wrong({ innerThreads: 0 })).message, /"innerThreads"/);
      assert.match(throwsAtOnce(TypeError, wrong({ innerThread: 1 })).message, /"innerThreads"/);
    });
  });

  contract(room, "memory that only threads share", (it) => {
    it("is refused as an argument, by its path", async (pool) => {
      const words = new Int32Array(new SharedArrayBuffer(8));
      const error = throwsAtOnce(SerializationError, () => pool.submit((given: unknown) => given, { list: [words] }));
      assert.match(error.message, /SharedArrayBuffer.*another process.*copy/);
      assert.match(error.path ?? "", /list\[0\]$/);
      await failsWith(SerializationError, async () => pool.map((given: unknown) => given, [words, words]));
    });

    it("is refused as a captured variable, by its name", (pool) => {
      const words = new Int32Array(new SharedArrayBuffer(8));
      const error = throwsAtOnce(FunctionShippingError, () => pool.submit(() => words[0]));
      assert.equal(error.variable, "words");
      assert.match(error.message, /SharedArrayBuffer/);
    });

    it("is refused as a result", async (pool) => {
      const error = await failsWith(
        SerializationError,
        pool.submit(() => ({ words: new Int32Array(new SharedArrayBuffer(8)) })),
      );
      assert.match(error.path ?? "", /words$/);
    });

    it("is copied into each process where it is in a share()", async (pool) => {
      const floats = share(new Float64Array([1, 2, 3]));
      const change = () => {
        const before = floats.value[0];
        (floats.value as Float64Array)[0] = 9;
        return [before, floats.value[2]];
      };
      assert.deepEqual(await pool.broadcast(change), [
        [1, 3],
        [1, 3],
      ]);
      assert.equal(floats.value[0], 1);
    });

    it("does not change owner: the transfer list is refused, a moved result is copied", async (pool) => {
      const buffer = new ArrayBuffer(8);
      assert.match(throwsAtOnce(TypeError, () => pool.with({ transfer: [buffer] })).message, /"transfer".*copied/);
      assert.equal(buffer.byteLength, 8);
      const make = () => {
        const bytes = new Uint8Array([1, 2]);
        return move(bytes, [bytes.buffer]);
      };
      assert.deepEqual([...(await pool.submit(make))], [1, 2]);
    });

    it("as are ports and the platform's other objects", (pool) => {
      const { port1, port2 } = new MessageChannel();
      port2.close();
      assert.match(
        throwsAtOnce(SerializationError, () => pool.submit((x: unknown) => x, port1)).message,
        /MessagePort, which cannot leave its process/,
      );
      assert.match(
        throwsAtOnce(SerializationError, () => pool.submit((x: unknown) => x, new Blob(["x"]))).message,
        /Blob, which cannot leave its process/,
      );
      port1.close();
    });
  });
}
