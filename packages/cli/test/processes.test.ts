/** `--processes`: what only processes have. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { inFolder, linesOf, manycore, numbers, PROGRAM, results, start } from "./support/program.ts";

const FIXTURE = resolve("packages/cli/test/fixtures/processes.mjs");
const on = (name: string, ...flags: string[]) => ["map", `${FIXTURE}#${name}`, "--processes", "--quiet", ...flags];
const lines = (count: number): string =>
  numbers(count)
    .map((n) => `${n}\n`)
    .join("");

const pidsIn = (folder: string): number[] =>
  existsSync(join(folder, "pids")) ? linesOf(readFileSync(join(folder, "pids"), "utf8")).map(Number) : [];

/** Neither alive nor waited for. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = process.platform === "linux" ? readFileSync(`/proc/${pid}/stat`, "latin1") : "";
    return /^ [ZX]/.test(stat.slice(stat.lastIndexOf(")") + 1));
  } catch {
    return true;
  }
}

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let look = 0; !isTrue(); look++) {
    assert.ok(look < 3000, "it never came to be");
    await new Promise((done) => setTimeout(done, 10));
  }
};

/** Each form of the room: on memory that processes share where the addon is there, and over sockets. */
for (const [form, variables] of [
  ["as it is installed", {}],
  ["without the addon", { MANYCORE_NATIVE: "0" }],
] as const) {
  const run = async (args: readonly string[], input: string, cwd?: string) => {
    const { child, ended } = start(args, cwd, variables);
    child.stdin.end(input);
    return { pid: child.pid, ...(await ended) };
  };

  describe(`--processes, ${form}`, () => {
    test("runs each worker in a process of its own", async () => {
      const outcome = await run(on("pid", "--jobs", "2", "--chunk-size", "1"), lines(200));
      const pids = new Set(results(outcome));
      assert.deepEqual([outcome.code, outcome.stderr, results(outcome).length], [0, "", 200]);
      assert.ok(pids.size >= 1 && pids.size <= 2 && !pids.has(outcome.pid), [...pids].join());
    });

    for (const [way, signal] of [
      ["SIGKILL", "SIGKILL"],
      ["SIGSEGV", "SIGSEGV"],
      ["abort", "SIGABRT"],
    ] as const) {
      test(`loses the one input whose process ends by ${way}, and names it, in the log too`, async () => {
        await inFolder({}, async (folder) => {
          const input = `${lines(60)}crash ${way}\n${lines(60)}`;
          const outcome = await run(on("crash", "--jobs", "2", "--joblog", "log"), input, folder);
          const failures = linesOf(outcome.stderr).filter((line) => line.startsWith("manycore: "));
          assert.equal(failures.length, 1, outcome.stderr);
          assert.match(
            failures[0] as string,
            new RegExp(`^manycore: line 61 "crash ${way}" \\(key [0-9a-f]{24}\\): WorkerLostError: .*${signal}`),
          );
          assert.deepEqual(results(outcome), [...numbers(60), ...numbers(60)].map(String));
          assert.equal(outcome.code, 1);
          const log = linesOf(readFileSync(join(folder, "log"), "utf8")).map((line) => JSON.parse(line));
          assert.equal(log.length, 121);
          assert.deepEqual(
            log.flatMap(({ outcome }, at) => (outcome === "ok" ? [] : [[at, outcome]])),
            [[60, "lost"]],
          );
        });
      });
    }

    test("tries an input again whose process has crashed, with --retries", async () => {
      await inFolder({}, async (folder) => {
        const outcome = await run(on("crash", "--retries", "1", "--jobs", "1"), "a\ncrash SIGKILL once\nb\n", folder);
        assert.deepEqual([results(outcome), outcome.code], [["a", "crash SIGKILL once", "b"], 0]);
      });
    });

    test("keeps what native code prints out of the results", async () => {
      const outcome = await run(on("shout", "--jobs", "2"), lines(50));
      assert.deepEqual(results(outcome), numbers(50).map(String));
      assert.deepEqual(
        linesOf(outcome.stderr).sort(),
        numbers(50)
          .map((n) => `shouted ${n}`)
          .sort(),
      );
    });

    test("leaves no process behind that is busy in a loop, when it is killed", async () => {
      await inFolder({}, async (folder) => {
        const { child, ended } = start(on("hang", "--jobs", "2", "--chunk-size", "1"), folder, variables);
        child.stdin.end(lines(2));
        await until(() => pidsIn(folder).length === 2);
        child.kill("SIGKILL");
        await ended;
        await until(() => pidsIn(folder).every(isGone));
      });
    });

    test("ends by Ctrl-C at the terminal, which every process hears: once waits, twice does not", async () => {
      await inFolder({}, async (folder) => {
        const args = [PROGRAM, ...on("hang", "--jobs", "2", "--chunk-size", "1")];
        const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
        const child: ChildProcess = spawn(process.execPath, args, {
          cwd: folder,
          detached: true,
          env: { ...env, ...variables },
        });
        const interrupt = () => process.kill(-(child.pid as number), "SIGINT");
        let said = "";
        child.stderr?.on("data", (text) => {
          said += text;
        });
        const closed = once(child, "close");
        child.stdin?.end(lines(2));
        await until(() => pidsIn(folder).length === 2);
        interrupt();
        await until(() => said.includes("stopping"));
        assert.ok(!pidsIn(folder).some(isGone));
        interrupt();
        assert.deepEqual(await closed, [130, null]);
        assert.doesNotMatch(said, /Error|\bat /);
        await until(() => pidsIn(folder).every(isGone));
      });
    });
  });
}

describe("--max-memory", () => {
  for (const [what, flags] of [
    ["a thread", []],
    ["a process", ["--processes"]],
  ] as const) {
    test(`replaces ${what} that has more in use, and loses nothing`, async () => {
      const leak = ["map", `${FIXTURE}#leak`, "--quiet", "--jobs", "1", ...flags];
      const replaced = await manycore([...leak, "--max-memory", "160M"], lines(8));
      assert.deepEqual([replaced.code, replaced.stderr, results(replaced).length], [0, "", 8]);
      assert.ok(new Set(results(replaced)).size > 1, "it was never replaced");
      const kept = await manycore([...leak, "--max-memory", "8G"], lines(8));
      assert.equal(new Set(results(kept)).size, 1);
    });
  }
});
