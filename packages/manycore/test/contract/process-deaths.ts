/** Processes die in ways that threads cannot, and their host may die before them. */

import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Future, WorkerLostError } from "manycore";
import { run } from "../support/child.ts";
import { contract, type Room } from "../support/contract.ts";
import { failsWith, tellings } from "../support/expect.ts";
import { entered, newGate, open, pass, until } from "../support/gate.ts";
import { children } from "../support/leaks.ts";
import { seeded } from "../support/random.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

type Way = "SIGSEGV" | "SIGKILL" | "SIGTERM" | "abort";

function die(way: Way): void {
  if (way === "abort") process.abort();
  process.kill(process.pid, way);
  for (;;); // until the signal is there
}

/** Neither alive nor waited for. */
function isGone(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return /^ [ZX]/.test(stat.slice(stat.lastIndexOf(")") + 1)); // nobody in a container may wait for it
  } catch {
    return true;
  }
}

/** Fewer on all Nodes but the first, where CI sets it. */
const KILLS = process.env.KILL_ROUNDS === undefined ? 25 : 5;

const descriptors = (): number => readdirSync("/proc/self/fd").length;
const arenas = (): number => readFileSync("/proc/self/maps", "latin1").match(/\/memfd:/g)?.length ?? 0;

/** Calls `act` with the numbers that a program has printed after `word`, when there are `count` of them. */
const when = (word: string, count: number, act: (child: ChildProcess, found: number[]) => void) => {
  let text = "";
  let done = false;
  return (child: ChildProcess) =>
    child.stdout?.on("data", (chunk: string) => {
      text += chunk;
      const found = [...text.matchAll(new RegExp(`^${word} (\\d+)\\n`, "gm"))].map((match) => Number(match[1]));
      if (done || found.length < count) return;
      done = true;
      act(child, found);
    });
};

export function processDeathsContract(room: Room): void {
  contract(room, "a process that dies", (it) => {
    for (const [way, signal] of [
      ["SIGSEGV", "SIGSEGV"],
      ["SIGKILL", "SIGKILL"],
      ["SIGTERM", "SIGTERM"],
      ["abort", "SIGABRT"],
    ] as const) {
      it(`of ${way}: its call alone is lost, and says which signal`, async (pool) => {
        const held = newGate();
        const neighbour = pool.submit(pass<string>, held, "unharmed");
        await entered(held);
        const victim = pool.submit(die, way);
        const queued = numbers(20).map((i) => pool.submit((x: number) => x * x, i));
        const error = await failsWith(WorkerLostError, victim);
        assert.deepEqual([error.signal, error.exitCode, error.task, error.attempt], [signal, undefined, "die", 1]);
        assert.deepEqual(
          await Promise.all(queued),
          numbers(20).map((i) => i * i),
        );
        assert.equal(neighbour.running(), true);
        open(held);
        assert.equal(await neighbour, "unharmed");
      });

      it(`of ${way} in a chunk: that item alone is lost`, async (pool) => {
        const dieAt = (x: number, how: Way) => {
          const end = performance.now() + 0.3; // longer than a claim
          while (performance.now() < end);
          if (x === 50) die(how);
          return x;
        };
        const outcomes = await pool
          .map(dieAt, numbers(100), Array(100).fill(way) as Way[], { chunkSize: 100 })
          .settled();
        const lost = outcomes.flatMap((each, i) => (each.status === "rejected" ? [i] : []));
        assert.deepEqual(lost, [50]);
        const guilty = outcomes[50] as PromiseRejectedResult;
        assert.ok(guilty.reason instanceof WorkerLostError);
        assert.deepEqual([guilty.reason.item, guilty.reason.signal], [50, signal]);
      });
    }

    it("in the middle of a claim of small numbers: none of them runs twice, and no result is lost that is known", async (pool) => {
      const folder = mkdtempSync(join(tmpdir(), "manycore-claim-"));
      try {
        const victim = 700;
        const run = (x: number) => {
          appendFileSync(join(folder, "ran"), `${x}\n`);
          if (x === victim) process.kill(process.pid, "SIGKILL");
          return 2 * x;
        };
        const outcomes = await pool.map(run, Float64Array.from(numbers(1000)), { chunkSize: 500 }).settled();
        const lost = outcomes.flatMap((each, i) => (each.status === "rejected" ? [i] : []));
        for (const [i, each] of outcomes.entries()) if (each.status === "fulfilled") assert.equal(each.value, 2 * i);
        assert.ok(lost.includes(victim));
        if (room.capabilities.claims) assert.deepEqual(lost, [victim]);
        const ran = readFileSync(join(folder, "ran"), "utf8").trim().split("\n").map(Number);
        assert.equal(new Set(ran).size, ran.length, "one ran twice");
        assert.deepEqual(
          numbers(1000).filter((i) => !ran.includes(i) && !lost.includes(i)),
          [],
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("of a full heap says so, with the option that bounds it", {
      options: { resourceLimits: { maxOldGenerationSizeMb: 24 } },
    }, async (pool) => {
      const hoard = () => {
        const held: unknown[] = [];
        for (;;) held.push(new Array(10_000).fill(held.length));
      };
      const error = await failsWith(WorkerLostError, pool.submit(hoard));
      assert.match(error.message, /out of memory.*--max-old-space-size/);
      assert.equal(await pool.submit(() => 1), 1);
    });

    it("by a signal from outside while it is idle is replaced, and nothing is lost", async (pool) => {
      const [pid] = await pool.broadcast(() => process.pid);
      process.kill(pid as number, "SIGKILL");
      await until(() => isGone(pid as number));
      const pids = await Promise.all(numbers(20).map(() => pool.with({ retries: 2 }).submit(() => process.pid)));
      assert.ok(pids.every((each) => each !== pid));
    });

    it("delivers what it had printed before", async (pool) => {
      const chunks: string[] = [];
      const { write } = process.stdout;
      process.stdout.write = ((chunk: string | Uint8Array) =>
        chunks.push(Buffer.from(chunk as string).toString()) > 0) as typeof write;
      try {
        const talk = () => {
          console.log("by a record");
          process.kill(process.pid, "SIGKILL");
          for (;;);
        };
        await failsWith(WorkerLostError, pool.submit(talk));
      } finally {
        process.stdout.write = write;
      }
      assert.match(chunks.join(""), /by a record\n/);
    });
  });

  contract(room, "random kills under load", (it) => {
    it("settle every future once, and leave no process, descriptor or memory", { patience: 60_000 }, async (pool) => {
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      const random = seeded(20261122);
      const work = (x: number, ms: number) => {
        const end = performance.now() + ms;
        while (performance.now() < end);
        return { double: 2 * x, pid: process.pid };
      };
      type Worked = ReturnType<typeof work>;
      /** Processes that have worked: three that die before they are ready would break the executor, and rightly so. */
      const pids = new Set<number>();
      await pool.warm();
      const before = { children: children().length, descriptors: descriptors(), arenas: arenas() };
      const futures: Future<Worked>[] = [];
      const told: { count: number }[] = [];
      for (let kills = 0; kills < KILLS; ) {
        for (let more = 0; more < 20; more++) {
          const future = pool.submit(work, futures.length, random() * 2);
          futures.push(future);
          future.then(({ pid }) => pids.add(pid)).catch(() => {});
          told.push(tellings(future));
        }
        await new Promise((resolve) => setTimeout(resolve, random() * 30));
        const alive = [...pids].filter((pid) => !isGone(pid));
        const pid = alive[Math.floor(random() * alive.length)];
        if (pid === undefined) continue;
        process.kill(pid, random() < 0.5 ? "SIGKILL" : "SIGSEGV");
        kills++;
      }
      const outcomes = await Promise.allSettled(futures);
      let lost = 0;
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.status === "fulfilled") assert.equal(outcome.value.double, 2 * i);
        else {
          assert.ok(outcome.reason instanceof WorkerLostError);
          assert.equal(outcome.reason.task, "work");
          lost++;
        }
      }
      assert.ok(lost <= KILLS, `${lost} lost by ${KILLS} kills`);
      assert.ok(told.every(({ count }) => count === 1));
      await pool.warm();
      await until(() => {
        collect();
        return children().length <= before.children && descriptors() <= before.descriptors && arenas() <= before.arenas;
      });
    });
  });

  contract(room, "a host that dies", (it) => {
    const busy = `
      import { ${room.className} } from "manycore";
      const pool = new ${room.className}({ maxWorkers: 2 });
      const loop = () => { console.log("child " + process.pid); for (;;); };
      for (let i = 0; i < 2; i++) pool.submit(loop).catch(() => {});`;

    it("by kill -9 takes its children along, though they are busy in a loop", async () => {
      let pids: number[] = [];
      const kill = when("child", 2, (child, found) => {
        pids = found;
        child.kill("SIGKILL");
      });
      const outcome = await run(busy, { started: kill });
      assert.deepEqual([outcome.signal, outcome.hung], ["SIGKILL", false]);
      assert.equal(pids.length, 2);
      await until(() => pids.every(isGone));
    });

    it("by kill -9 takes idle children along, and those of its children", async () => {
      let pids: number[] = [];
      const nested = `
        import { ${room.className} } from "manycore";
        const pool = new ${room.className}({ maxWorkers: 2 });
        const own = async () => {
          const inner = new ${room.className}({ maxWorkers: 1 });
          const pid = await inner.submit(() => process.pid);
          console.log("child " + pid);
          return process.pid;
        };
        for (const pid of await pool.broadcast(own)) console.log("child " + pid);
        setInterval(() => {}, 1000);`;
      const kill = when("child", 4, (child, found) => {
        pids = found;
        child.kill("SIGKILL");
      });
      const outcome = await run(nested, { started: kill });
      assert.deepEqual([outcome.signal, outcome.hung], ["SIGKILL", false]);
      await until(() => pids.every(isGone));
    });

    it("by Ctrl-C at the terminal ends everything once, and quietly", async () => {
      let pids: number[] = [];
      const interrupt = when("child", 2, (child, found) => {
        pids = found;
        process.kill(-(child.pid as number), "SIGINT"); // the terminal tells every process of the group
      });
      const outcome = await run(busy, { started: interrupt, detached: true });
      assert.deepEqual([outcome.signal, outcome.stderr, outcome.hung], ["SIGINT", "", false]);
      await until(() => pids.every(isGone));
    });

    it("or handles Ctrl-C itself: its children go on until it says otherwise", async () => {
      const orderly = `
        import { ${room.className} } from "manycore";
        const pool = new ${room.className}({ maxWorkers: 2 });
        process.once("SIGINT", async () => { await pool.shutdown(); console.log("closed"); });
        const slow = async (i) => {
          console.log("child " + process.pid);
          await new Promise((resolve) => setTimeout(resolve, 300));
          return "whole " + i;
        };
        for (let i = 0; i < 2; i++) pool.submit(slow, i).then(console.log);`;
      const interrupt = when("child", 2, (child) => process.kill(-(child.pid as number), "SIGINT"));
      const outcome = await run(orderly, { started: interrupt, detached: true });
      assert.deepEqual([outcome.code, outcome.stderr, outcome.hung], [0, "", false]);
      for (const word of ["whole 0\n", "whole 1\n", "closed\n"])
        assert.ok(outcome.stdout.includes(word), outcome.stdout);
    });
  });

  contract(room, "what a task writes past process.stdout", (it) => {
    it("arrives whole and in order before its future settles", async (pool) => {
      const chunks: Buffer[] = [];
      const { write } = process.stdout;
      process.stdout.write = ((chunk: string | Uint8Array) =>
        chunks.push(Buffer.from(chunk as string)) > 0) as typeof write;
      try {
        const shout = async (lines: number) => {
          const { writeSync } = await import("node:fs");
          for (let i = 0; i < lines; i++) writeSync(1, `line ${i} ${"x".repeat(200)}\n`);
          return lines;
        };
        for (let round = 0; round < 5; round++) {
          chunks.length = 0;
          assert.equal(await pool.submit(shout, 500), 500);
          const found = [
            ...Buffer.concat(chunks)
              .toString()
              .matchAll(/^line (\d+) x{200}$/gm),
          ];
          assert.deepEqual(
            found.map((match) => Number(match[1])),
            numbers(500),
          );
        }
      } finally {
        process.stdout.write = write;
      }
    });
  });
}
