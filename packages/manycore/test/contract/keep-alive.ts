/** What keeps a program alive, and how it ends: whole programs in processes of their own. */

import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { type Outcome, run } from "../support/child.ts";
import { contract, type Room } from "../support/contract.ts";

/** Prologue of a program: `pool` is an executor of the room. */
const prologue = (room: Room, options: string): string =>
  `import { currentTask, ${room.className} } from "manycore"; const pool = new ${room.className}(${options});\n`;

const cleanly = (outcome: Outcome, stdout: string): void => {
  assert.deepEqual({ ...outcome, stderr: outcome.stderr }, { code: 0, signal: null, stdout, stderr: "", hung: false });
};

/** Calls `act` as soon as the program has printed `word`. */
const when = (word: string, act: (child: ChildProcess) => void) => (child: ChildProcess) => {
  let text = "";
  let done = false;
  child.stdout?.on("data", (chunk: string) => {
    text += chunk;
    if (done || !text.includes(word)) return;
    done = true;
    act(child);
  });
};

export function keepAliveContract(room: Room): void {
  contract(room, "a program", (it) => {
    const program = (body: string, options = "{ maxWorkers: 2 }") => prologue(room, options) + body;

    it("ends by itself while its pool is idle", async () => {
      cleanly(await run(program("console.log(await pool.submit((x) => x * x, 7));")), "49\n");
    });

    it("ends by itself while a warm pool is idle", async () => {
      cleanly(
        await run(program("await pool.warm(); console.log('warm');", "{ maxWorkers: 2, minWorkers: 2 }")),
        "warm\n",
      );
    });

    it("stays alive while a future is pending, and only so long", async () => {
      const body =
        "pool.submit(async () => { await new Promise((r) => setTimeout(r, 300)); return 'late'; }).then(console.log);";
      cleanly(await run(program(body)), "late\n");
    });

    it("stays alive for a map that nobody awaits, and for a shutdown that does not wait", async () => {
      const body = `
        pool.map(async (x) => { await new Promise((r) => setTimeout(r, 20)); console.log(x); }, Array(10).fill("ran"));
        void pool.shutdown({ wait: false });`;
      cleanly(await run(program(body)), "ran\n".repeat(10));
    });

    it("works from CommonJS", async () => {
      const source = `const { ${room.className} } = require("manycore"); const pool = new ${room.className}();
        const { createHash } = require("node:crypto"); const k = 2;
        pool.submit((x) => createHash("md5").update("a").digest("hex").length * k * x, 1).then(console.log);`;
      cleanly(await run(source, { name: "main.cjs" }), "64\n");
    });

    it("needs no guard around its entry module, which workers do not import", async () => {
      const body =
        "console.log('once'); const helper = (x) => x + 1; export const task = (x) => helper(x) * 2; console.log(await pool.submit(task, 3));";
      cleanly(await run(program(body)), "once\n8\n");
    });

    it("mixes the ES module and the CommonJS entry: one state", async () => {
      const body = `
        import { createRequire } from "node:module";
        const other = createRequire(import.meta.url)("manycore");
        const future = pool.submit(() => 1);
        const { done } = await other.wait([future]);
        console.log(done.has(future), await new other.${room.className}().submit(() => 2));`;
      cleanly(await run(program(body)), "true 2\n");
    });

    it("is told of a failure nobody looked at before it exits, and exits with 0", async () => {
      const outcome = await run(program("pool.submit(() => { throw new RangeError('unseen'); });"));
      assert.deepEqual([outcome.code, outcome.hung], [0, false]);
      assert.equal(outcome.stderr.match(/RangeError: unseen/g)?.length, 1, outcome.stderr);
    });

    it("is told when such a future is collected", async () => {
      const body = `
        (() => { pool.submit(() => { throw new RangeError('collected'); }); })();
        await pool.submit(() => 1);
        let told = 0;
        process.on("warning", (w) => { if (w.message.includes("collected")) told++; });
        for (let i = 0; i < 100 && told === 0; i++) { globalThis.gc(); await new Promise((r) => setTimeout(r, 10)); }
        console.log(told);`;
      const outcome = await run(program(body), { execArgv: ["--expose-gc"] });
      assert.equal(outcome.stdout, "1\n", outcome.stderr);
    });

    it("may be ended by process.exit() while tasks run", async () => {
      const body = "pool.submit(() => new Promise(() => {})); setTimeout(() => process.exit(5), 100);";
      const outcome = await run(program(body));
      assert.deepEqual([outcome.code, outcome.hung, outcome.stdout], [5, false, ""]);
    });

    it("prints everything its tasks print, also at the end", async () => {
      const body = "await pool.submit(() => { for (let i = 0; i < 5000; i++) console.log('line', i); });";
      const outcome = await run(program(body));
      assert.equal(outcome.stdout, Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join(""));
    });

    if (room.capabilities.parallel && process.platform !== "win32") {
      it("is ended by one Ctrl-C, quietly, though its tasks are busy", async () => {
        const body = `
          for (let i = 0; i < 4; i++) pool.submit(() => { console.log("busy"); for (;;); });`;
        const outcome = await run(program(body), { started: when("busy\nbusy\n", (child) => child.kill("SIGINT")) });
        assert.deepEqual(outcome, { code: null, signal: "SIGINT", stdout: "busy\nbusy\n", stderr: "", hung: false });
      });

      it("may handle Ctrl-C itself and shut down in order", async () => {
        const body = `
          process.once("SIGINT", async () => { await pool.shutdown({ cancelFutures: true, timeout: 50 }); console.log("closed"); });
          const future = pool.submit(() => { for (;;); });
          future.exception().then((error) => console.log(error.name));
          const look = setInterval(() => { if (future.running()) { clearInterval(look); console.log("busy"); } }, 1);`;
        const outcome = await run(program(body), { started: when("busy", (child) => child.kill("SIGINT")) });
        assert.deepEqual([outcome.code, outcome.signal, outcome.stderr, outcome.hung], [0, null, "", false]);
        assert.match(outcome.stdout, /^busy\n(\w+Error\nclosed|closed\n\w+Error)\n$/);
      });

      it("keeps its own timers running while its tasks are busy", async () => {
        const body = `
          let ticks = 0;
          const clock = setInterval(() => ticks++, 1);
          const { signal, abort } = (() => { const c = new AbortController(); return { signal: c.signal, abort: () => c.abort() }; })();
          const future = pool.with({ signal, grace: 60_000 }).submit(() => { while (!currentTask().signal.aborted); });
          while (ticks < 20 || !future.running()) await new Promise((r) => setTimeout(r, 1));
          abort();
          const { name } = await future.exception(); clearInterval(clock); console.log("ticked", name);`;
        cleanly(await run(program(body)), "ticked AbortError\n");
      });
    }

    it("maps a million items of a generator in flat memory", { patience: 60_000 }, async () => {
      const body = `
        function* items() { for (let i = 0; i < 1_000_000; i++) yield i; }
        let sum = 0, seen = 0, base = 0, peak = 0;
        for await (const value of pool.map((x) => x + 1, items())) {
          sum += value;
          if (++seen % 50_000 === 0) {
            const { rss } = process.memoryUsage();
            if (seen === 200_000) base = rss;
            if (seen > 200_000) peak = Math.max(peak, rss);
          }
        }
        console.log(sum === 500000500000, (peak - base) / 2 ** 20 < 100 ? "flat" : "grew by " + (peak - base) / 2 ** 20);`;
      cleanly(await run(program(body), { patience: 60_000 }), "true flat\n");
    });
  });
}
