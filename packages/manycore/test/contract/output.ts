/** What tasks print: whole, in order per worker, before the task's future settles, through the host's own streams. */

import assert from "node:assert/strict";
import { contract, type Room } from "../support/contract.ts";

/** What is written to the host's streams while `work` runs. */
async function printed(work: () => Promise<unknown>): Promise<{ stdout: string; stderr: string }> {
  const seen = { stdout: "", stderr: "" };
  const writes = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
      seen[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      const callback = typeof encoding === "function" ? encoding : done;
      if (typeof callback === "function") queueMicrotask(() => callback());
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    await work();
    return { ...seen };
  } finally {
    process.stdout.write = writes.stdout;
    process.stderr.write = writes.stderr;
  }
}

export function outputContract(room: Room): void {
  contract(room, "output of tasks", (it) => {
    it("has arrived when the future settles", async (pool) => {
      const { stdout, stderr } = await printed(async () => {
        const future = pool.submit(() => {
          console.log("to stdout");
          console.error("to stderr");
          return 1;
        });
        assert.equal(await future, 1);
      });
      assert.match(stdout, /to stdout\n/);
      assert.match(stderr, /to stderr\n/);
    });

    it("comes in order and whole, however much", { options: { maxWorkers: 1 } }, async (pool) => {
      const lines = 2000;
      const long = "x".repeat(500);
      const { stdout } = await printed(async () => {
        await pool.submit(
          (count: number, text: string) => {
            for (let i = 0; i < count; i++) console.log(`line ${i} ${text}`);
          },
          lines,
          long,
        );
      });
      const found = [...stdout.matchAll(/^line (\d+) x{500}$/gm)].map((match) => Number(match[1]));
      assert.deepEqual(
        found,
        Array.from({ length: lines }, (_, i) => i),
      );
    });

    it("keeps the order of the items of one worker", { options: { maxWorkers: 1 } }, async (pool) => {
      const { stdout } = await printed(async () => {
        await pool.map(
          (x: number) => console.log(`item ${x}`),
          Array.from({ length: 100 }, (_, i) => i),
        );
      });
      const found = [...stdout.matchAll(/^item (\d+)$/gm)].map((match) => Number(match[1]));
      assert.deepEqual(
        found,
        Array.from({ length: 100 }, (_, i) => i),
      );
    });

    it("arrives although the task fails", async (pool) => {
      const { stdout } = await printed(async () => {
        await assert.rejects(async () =>
          pool.submit(() => {
            console.log("last words");
            throw new Error("no");
          }),
        );
      });
      assert.match(stdout, /last words\n/);
    });

    it("arrives although the worker exits", { needs: "isolated", reason: "its exit is the host's" }, async (pool) => {
      const { stdout } = await printed(async () => {
        await assert.rejects(async () =>
          pool.submit(() => {
            console.log("last words");
            process.exit(1);
          }),
        );
      });
      assert.match(stdout, /last words\n/);
    });

    it("may be bytes, written by process.stdout.write", async (pool) => {
      const { stdout } = await printed(async () => {
        await pool.submit(() => void process.stdout.write(Buffer.from("größe ✓\n")));
      });
      assert.match(stdout, /größe ✓\n/);
    });
  });
}
