/** Debuggers, permissions, threads within threads, and code that is in no file. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { compiledCatalogue } from "./compiled.mjs";
import { environment, here, runNode } from "./harness.mjs";
import { Debugger } from "./runtime/debugger.mjs";

const [major] = process.versions.node.split(".").map(Number);
const lastLine = ({ stdout }) => JSON.parse(stdout.trimEnd().split("\n").at(-1));
const rooms = { threads: {}, processes: { PROCESSES: "1" } };
const inCommonjs = { FACTS: JSON.stringify({ importMeta: false }) };

describe("debuggers", () => {
  const program = join(here, "runtime/inspected.mjs");

  /** Runs the program with a debugger at its breakpoint; gives what the debugger saw there. */
  async function debugged(flag, args, variables) {
    const env = { ...process.env, ...variables };
    const child = spawn(process.execPath, [flag, program, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    try {
      const url = await new Promise((resolve, reject) => {
        child.once("exit", () => reject(new Error(stderr)));
        child.stderr.on("data", (text) => {
          stderr += text;
          const found = /ws:\/\/\S+/.exec(stderr)?.[0];
          if (found) resolve(found);
        });
      });
      const client = await Debugger.attach(url);
      const seen = await atBreakpoints(client);
      // The program waits for its debugger to go.
      client.close();
      const [code, signal] = child.exitCode === null ? await once(child, "exit") : [child.exitCode, null];
      assert.equal(signal ?? code, 0, stderr);
      return { seen, events: client.events, printed: JSON.parse(stdout) };
    } finally {
      clearTimeout(timer);
      child.kill("SIGKILL");
    }
  }

  async function atBreakpoints(client) {
    const lineNumber = readFileSync(program, "utf8")
      .split("\n")
      .findIndex((line) => /line of the breakpoint/.test(line));
    await client.send("Runtime.enable");
    await client.send("NodeRuntime.notifyWhenWaitingForDisconnect", { enabled: true });
    await client.send("Debugger.enable");
    await client.send("NodeWorker.enable", { waitForDebuggerOnStart: false });
    // Under --inspect-brk every worker waits, too, until its debugger says go; nobody sends it anything else.
    const release = ({ sessionId }) => {
      const message = JSON.stringify({ id: 1, method: "Runtime.runIfWaitingForDebugger" });
      return client.send("NodeWorker.sendMessageToWorker", { sessionId, message });
    };
    client.next("NodeWorker.attachedToWorker").then(release, () => {}); // processes are no workers of the debugger's
    await client.send("Debugger.setBreakpointByUrl", { lineNumber, url: pathToFileURL(program).href });
    await client.send("Runtime.runIfWaitingForDebugger");
    await client.next("Debugger.paused"); // --inspect-brk, at the first line
    await client.send("Debugger.resume");
    const seen = [];
    while (seen.length < 4) {
      const { callFrames, hitBreakpoints } = await client.next("Debugger.paused");
      const { callFrameId } = callFrames[0];
      const { result } = await client.send("Debugger.evaluateOnCallFrame", { callFrameId, expression: "factor" });
      seen.push({ factor: result.value, isBreakpoint: hitBreakpoints.length === 1 });
      await client.send("Debugger.resume");
    }
    await client.next("NodeRuntime.waitingForDisconnect");
    return seen;
  }

  const hits = [1, 2, 3, 4].map((factor) => ({ factor, isBreakpoint: true }));
  const count = (events, name) => events.filter(({ method }) => method === name).length;

  for (const [room, env] of Object.entries(rooms)) {
    for (const [name, args] of [
      ["a debugger over the WebSocket keeps its breakpoints, and nothing else pauses", []],
      ["a debugger, and a session of the program's own", ["--session"]],
    ]) {
      test(`${name}: ${room}`, async () => {
        const { seen, events, printed } = await debugged("--inspect-brk=0", args, env);
        assert.deepEqual(seen, hits);
        assert.equal(count(events, "Debugger.paused"), 5);
        assert.equal(count(events, "Debugger.resumed"), 5);
        assert.equal(count(events, "Runtime.exceptionThrown"), 0);
        assert.deepEqual(printed.results, [10, 20, 30, 40]);
        if (args.length > 0) assert.equal(printed.listens, true);
      });
    }

    test(`a session of the program's own stays enabled, and hears of later scripts: ${room}`, async () => {
      const printed = lastLine(await runNode([program, "--session"], { env }));
      assert.deepEqual(printed, { results: [10, 20, 30, 40], listens: true });
    });
  }
});

describe("permissions", () => {
  const flag = major >= 24 ? "--permission" : "--experimental-permission";
  const program = join(here, "runtime/captures.mjs");
  const shipped = { plain: 5, builtin: 5, map: [2, 4, 6], task: 4, capture: 12 };

  test("without the inspector: what captures nothing ships, the rest is refused with the way out", async () => {
    const { closure, bound, ...rest } = lastLine(await runNode([flag, "--allow-worker", "--allow-fs-read=*", program]));
    assert.deepEqual(rest, shipped);
    assert.match(closure, /^FunctionShippingError: .*uses `k`, and this runtime has no inspector .*capture\(\{ k \}/);
    assert.match(bound, /^FunctionShippingError: .*bound function/);
  });

  const hasFlag = process.allowedNodeEnvironmentFlags.has("--allow-inspector");
  test("with the inspector, where it can be allowed: all of it ships", async () => {
    const args = hasFlag ? [flag, "--allow-inspector", "--allow-worker", "--allow-fs-read=*", program] : [program];
    assert.deepEqual(lastLine(await runNode(args)), { ...shipped, closure: 12, bound: 1 });
  });

  const onProcesses = (...flags) =>
    runNode([flag, ...flags, "--allow-fs-read=*", program], { env: rooms.processes }).then(lastLine);
  const may = (name) => process.allowedNodeEnvironmentFlags.has(name);

  test("processes, where they and addons are allowed, or threads: what captures nothing ships", async () => {
    const ways = [["--allow-worker"], ...(may("--allow-addons") ? [["--allow-addons"]] : [])];
    for (const way of ways) {
      const { closure, bound, ...rest } = await onProcesses("--allow-child-process", ...way);
      assert.deepEqual(rest, shipped, way.join());
      assert.match(closure, /^FunctionShippingError: /);
      assert.match(bound, /^FunctionShippingError: /);
    }
  });

  test("processes that nothing may watch for the end of their host do not work, and say why", async () => {
    const outcome = await onProcesses("--allow-child-process");
    for (const name of ["plain", "builtin", "map", "task", "capture"])
      assert.match(outcome[name], /^BrokenExecutorError: .*must not outlive its host.*has been restricted/, name);
  });

  test("without processes: every call fails, and says why", async () => {
    const outcome = await onProcesses("--allow-worker");
    for (const name of ["plain", "builtin", "map", "task", "capture"])
      assert.match(outcome[name], /^BrokenExecutorError: No worker can start: Access to this API has been restricted/);
  });

  test("without workers: every call fails, and says why", async () => {
    const outcome = lastLine(await runNode([flag, "--allow-fs-read=*", program]));
    for (const name of ["plain", "builtin", "map", "task", "capture"])
      assert.match(
        outcome[name],
        /^BrokenExecutorError: No worker can start: Access to this API has been restricted/,
        name,
      );
  });
});

describe("threads within threads", { concurrency: 2 }, () => {
  const folder = compiledCatalogue("nested");
  const outcomes = async (how) => {
    const args = [join(here, "runtime/nested.mjs"), await folder, how];
    return lastLine(await runNode(args, { env: inCommonjs }));
  };
  environment("a worker thread of the program's own", () => outcomes("worker"));
  environment("an executor inside a task", () => outcomes("task"));
  environment("an executor inside a task of a process", () => outcomes("process"));
  environment("a function shipped twice: from a task that it was shipped to", async () => {
    const all = await outcomes("relay");
    const isHandle = ({ failure }) => /handle that came with a task cannot be sent on to another/.test(failure ?? "");
    assert.ok(all.some(isHandle), "a handle must be refused");
    return all.map((each) => (isHandle(each) ? { ...each, kind: "refused", failure: undefined } : each));
  });
});

describe("code that is in no file", () => {
  const lines = readFileSync(join(here, "runtime/typed-in.cjs"), "utf8");
  const answers = /^(?:> )?answers: \[4,6,\[3,12\],"a\/5"\]$/m;

  for (const [room, env] of Object.entries(rooms)) {
    test(`eval, new Function, vm, data: URLs: ${room}`, async () => {
      const file = join(here, "runtime/odd-sources.mjs");
      const { runInContext: withGlobal, ...rest } = lastLine(
        await runNode(["--experimental-vm-modules", file], { env }),
      );
      assert.match(withGlobal, /^FunctionShippingError: .*the global `given`/);
      assert.deepEqual(rest, {
        "direct eval": 4,
        "indirect eval": 5,
        "new Function": 2,
        "a closure made by new Function": 7,
        "an AsyncFunction": 3,
        runInThisContext: 1,
        runInNewContext: [1, true],
        "a Script": "one",
        "a SourceTextModule": 5,
        "a data: URL": 12,
        "a method of a context's class": 1,
      });
    });

    test(`node -e and node -p: ${room}`, async () => {
      assert.match((await runNode(["-e", lines], { env })).stdout, answers);
      assert.match((await runNode(["-p", lines], { env })).stdout, answers);
    });

    test(`node --input-type=module -e: ${room}`, async () => {
      const program = `import { join } from "node:path";
      import * as manycore from "manycore";
      const pool = new manycore.${room === "processes" ? "ProcessPoolExecutor" : "ThreadPoolExecutor"}({ maxWorkers: 1 });
      const k = 2;
      console.log("answers:", await pool.submit((x) => join("a", String(x * k)), 4));
      await pool.shutdown();`;
      assert.match((await runNode(["--input-type=module", "-e", program], { env })).stdout, /^answers: a.8$/m);
    });

    test(`standard input: ${room}`, async () => {
      assert.match((await runNode(["-"], { env, input: lines })).stdout, answers);
    });

    test(`the REPL, line by line: ${room}`, async () => {
      const child = spawn(process.execPath, ["-i"], {
        cwd: here,
        env: { ...process.env, ...env },
        stdio: ["pipe", "pipe", "inherit"],
      });
      const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
      let stdout = "";
      child.stdout.on("data", (text) => {
        stdout += text;
        // At the end of its input it would leave at once.
        if (answers.test(stdout) || /Error/.test(stdout)) child.stdin.end();
      });
      child.stdin.write(lines);
      await once(child, "exit");
      clearTimeout(timer);
      assert.match(stdout, answers);
    });
  }
});
