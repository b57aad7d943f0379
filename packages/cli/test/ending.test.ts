/** Ways to end early: the reader leaves, Ctrl-C. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { inFolder, numbers, start, TASKS } from "./support/program.ts";

/** Resolves when the program has said so many things of this kind on stderr. */
function told(child: ReturnType<typeof start>["child"], pattern: RegExp, times = 1): Promise<void> {
  let text = "";
  return new Promise((done) => {
    child.stderr.on("data", (more: string) => {
      text += more;
      if ((text.match(pattern) ?? []).length >= times) done();
    });
  });
}

describe("the end of a run", () => {
  test("comes quietly, as by SIGPIPE, when whoever reads the results has left", async () => {
    const { child, ended } = start(["map", `${TASKS}#upper`]);
    child.stdin.end(`${numbers(500_000).join("\n")}\n`);
    await once(child.stdout, "data");
    child.stdout.destroy();
    const { code, signal, stderr } = await ended;
    assert.deepEqual([code, signal, stderr], [141, null, ""]);
  });

  test("on Ctrl-C comes when what runs has ended: those results are written, what waits never starts", async () => {
    await inFolder({}, async (folder) => {
      const files = ["one", "two", "three", "four", "five", "six"].map((name) => join(folder, name));
      const { child, ended } = start(["map", `${TASKS}#untilFile`, "--jobs", "2"]);
      // Standard input stays open: a run that waits for more inputs ends too.
      child.stdin.write(`${files.join("\n")}\n`);
      await told(child, /started/g, 2);
      child.kill("SIGINT");
      await told(child, /stopping/g);
      for (const file of files) await writeFile(file, "");
      const { code, signal, stdout, stderr } = await ended;
      assert.deepEqual([code, signal], [130, null]);
      const started = [...stderr.matchAll(/^started (.+)$/gm)].map(([, file]) => file as string);
      const inOrder = files.filter((file) => started.includes(file));
      assert.equal(started.length, 2);
      assert.equal(stdout, inOrder.map((file) => `${JSON.stringify(file)}\n`).join(""));
      assert.match(stderr, /\nmanycore: 2 done, .*\n$/);
      assert.doesNotMatch(stderr, /Error|\bat /);
    });
  });

  test("on Ctrl-C begins no other try", async () => {
    await inFolder({}, async (folder) => {
      const file = join(folder, "go");
      const { child, ended } = start(["map", `${TASKS}#failAfterFile`, "--jobs", "1", "--retries", "5"]);
      child.stdin.write(`${file}\n`);
      await told(child, /started/g, 1);
      child.kill("SIGINT");
      await told(child, /stopping/g);
      await writeFile(file, "");
      const { code, stderr } = await ended;
      assert.equal(code, 130);
      assert.equal([...stderr.matchAll(/^started/gm)].length, 1);
      assert.match(stderr, /not this time/);
    });
  });

  test("on Ctrl-C comes while nobody writes to a named pipe", { skip: process.platform === "win32" }, async () => {
    await inFolder({}, async (folder) => {
      execFileSync("mkfifo", [join(folder, "pipe")]);
      const { child, ended } = start(["map", `${TASKS}#upper`, "--input", "pipe"], folder);
      const interrupts = setInterval(() => child.kill("SIGINT"), 1000);
      const { code, stdout } = await ended;
      clearInterval(interrupts);
      assert.deepEqual([code, stdout], [130, ""]);
    });
  });

  test("on Ctrl-C twice comes at once, with no stack", async () => {
    await inFolder({}, async (folder) => {
      const { child, ended } = start(["map", `${TASKS}#untilFile`, "--jobs", "2"]);
      child.stdin.write(`${join(folder, "never")}\n${join(folder, "neither")}\n`);
      await told(child, /started/g, 2);
      child.kill("SIGINT");
      await told(child, /stopping/g);
      child.kill("SIGINT");
      const { code, signal, stdout, stderr } = await ended;
      assert.deepEqual([code, signal, stdout], [130, null, ""]);
      assert.match(stderr, /\nmanycore: 0 done, .*\n$/);
      assert.doesNotMatch(stderr, /Error|Warning|\bat /);
    });
  });
});
