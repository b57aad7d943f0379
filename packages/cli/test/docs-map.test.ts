/** The manual page and the program's own help say the same, and their examples do what they say. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, cp, readFile, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { before, describe, test } from "node:test";
import { inFolder, manycore } from "./support/program.ts";

const PROGRAM = resolve("packages/cli/dist/manycore.mjs");
const FIXTURES = resolve("packages/cli/test/fixtures/manual");

/** Runs it by bash, as it stands, in a folder with the fixtures, where `manycore` is a command and git knows the files. */
async function bash(script: string, cwd: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...inherited } = process.env;
  const env = { ...inherited, PATH: `${join(cwd, ".bin")}${delimiter}${inherited.PATH}` };
  return new Promise((done) => {
    execFile("bash", ["-c", script], { cwd, env, timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : Number.NaN;
      done({ code, stdout, stderr });
    });
  });
}

async function inManualFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const shim = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(PROGRAM)} "$@"\n`;
  await inFolder({ ".bin/manycore": shim }, async (folder) => {
    await chmod(join(folder, ".bin/manycore"), 0o755);
    await cp(FIXTURES, folder, { recursive: true });
    await use(folder);
  });
}

interface Step {
  readonly command: string;
  /** What it prints. */
  readonly shown: string;
}

/** Commands of a console block, each with the output that the page shows. */
function stepsOf(block: string): Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const end = step.indexOf("\n");
      return { command: step.slice(0, end), shown: step.slice(end + 1) };
    });
}

function section(page: string, title: string): string {
  const text = page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0];
  assert.ok(text !== undefined, `the page has no section ${title}`);
  return text;
}

const optionsOf = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, flags]) => flags as string).sort();

describe("docs/map.md", () => {
  let page = "";
  let help = "";
  before(async () => {
    page = await readFile("docs/map.md", "utf8");
    help = (await manycore(["map", "--help"])).stdout;
  });

  test("has every option of --help, as it stands there, and no other", () => {
    const inHelp = optionsOf(help, /^ {2}((?:-\w, )?--[\w-]+(?: <[^>]+>)?)(?= {2,}|$)/gm);
    const inPage = optionsOf(section(page, "OPTIONS"), /^- \*\*`([^`]+)`\*\*/gm);
    assert.ok(inHelp.length > 10, `only ${inHelp.length} options found in\n${help}`);
    assert.deepEqual(inPage, inHelp);
  });

  test("names no option in its text and tables that --help does not know", () => {
    const own = page.replace(section(page, "FOR USERS OF GNU PARALLEL AND XARGS"), "");
    const named = new Set([...own.matchAll(/`(--[a-z][\w-]*)/g)].map(([, name]) => name as string));
    for (const name of named) assert.match(help, new RegExp(`${name}\\b`));
  });

  test("has examples that do what it shows", async () => {
    const blocks = [...section(page, "EXAMPLES").matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(
      ([, block]) => block as string,
    );
    assert.ok(blocks.length >= 8, `only ${blocks.length} blocks found`);
    for (const block of blocks) {
      await inManualFolder(async (folder) => {
        const steps = stepsOf(block);
        // One shell, for `$?`; a mark of its own after each step tells their outputs apart.
        const mark = "--- end of a step ---";
        const script = steps.map(({ command }) => `${command}\ncode=$?; echo '${mark}'; (exit $code)`).join("\n");
        const { stdout, stderr } = await bash(script, folder);
        const printed = stdout.split(`${mark}\n`).slice(0, -1);
        assert.deepEqual(
          steps.map(({ command }, index) => ({ command, shown: printed[index] })),
          steps,
          stderr,
        );
      });
    }
  });

  test("the examples of --help run as they stand there", async () => {
    const commands =
      help
        .split("Examples:\n")[1]
        ?.split("\n\n")[0]
        ?.split("\n")
        .map((line) => line.trim()) ?? [];
    assert.ok(commands.length >= 3, help);
    for (const command of commands) {
      await inManualFolder(async (folder) => {
        await writeFile(join(folder, ".gitignore"), ".bin\n");
        assert.equal((await bash("git init --quiet && git add .", folder)).code, 0);
        const { code, stderr } = await bash(`set -o pipefail\n${command}`, folder);
        assert.equal(code, 0, `${command}\n${stderr}`);
      });
    }
  });
});
