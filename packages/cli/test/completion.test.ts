/** Completion: what may follow, as the program says it, and as bash takes it. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { describe, test } from "node:test";
import { inFolder, linesOf, manycore } from "./support/program.ts";

const PROGRAM = resolve("packages/cli/dist/manycore.mjs");
const TASK = `
export function parse(line: string): string { return line; }
export async function* stream() {}
export const limit = 3;
const hidden = 1;
export { hidden as shown, type Hidden };
export default parse;
type Hidden = number;
`;

/** Candidates without their descriptions, and what the shell is told to do beyond. */
async function complete(words: readonly string[], cwd?: string): Promise<{ values: string[]; directive: string }> {
  const outcome = await manycore(["complete", "--", ...words], "", cwd);
  assert.deepEqual([outcome.code, outcome.stderr], [0, ""]);
  const lines = linesOf(outcome.stdout);
  const values = lines.slice(0, -1).map((line) => line.split("\t")[0] as string);
  return { values, directive: lines.at(-1) as string };
}

/** What bash offers for this line, with and without the package bash-completion. */
function inBash(line: readonly string[], cwd: string, prelude = ""): Promise<string[]> {
  const script = `
    ${prelude}
    source <(manycore complete bash)
    COMP_WORDS=(${line.map((word) => `'${word}'`).join(" ")})
    COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
    COMP_LINE="\${COMP_WORDS[*]}" COMP_POINT=\${#COMP_LINE}
    compopt() { :; } # only there while bash itself completes
    $(complete -p manycore | sed 's/.*-F \\([^ ]*\\).*/\\1/') manycore "\${COMP_WORDS[COMP_CWORD]}" ""
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, PATH: `${join(cwd, ".bin")}${delimiter}${process.env.PATH}` };
  return new Promise((done, fail) => {
    execFile("bash", ["--norc", "-c", script], { cwd, env, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error !== null || stderr !== "") fail(new Error(`${error?.message}\n${stderr}`));
      else done(linesOf(stdout).filter((value) => value !== ""));
    });
  });
}

async function inTaskFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const shim = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(PROGRAM)} "$@"\n`;
  await inFolder({ "task.ts": TASK, ".bin/manycore": shim }, async (folder) => {
    await chmod(join(folder, ".bin/manycore"), 0o755);
    await use(folder);
  });
}

describe("completion", () => {
  test("of the first word: the commands", async () => {
    const { values, directive } = await complete(["m"]);
    assert.deepEqual([values, directive], [["map"], ":4"]);
  });

  test("of options: those that begin so, each with its description", async () => {
    assert.deepEqual((await complete(["map", "--fo"])).values, ["--format"]);
    const { stdout } = await manycore(["complete", "--", "map", "--inp"]);
    assert.match(stdout, /^--input\t\S.*\n:4\n$/);
  });

  test("of options: also after a flag, after a value, and after values of one that takes several", async () => {
    assert.deepEqual((await complete(["map", "--quiet", "--fo"])).values, ["--format"]);
    assert.deepEqual((await complete(["map", "--jobs", "4", "--fo"])).values, ["--format"]);
    assert.deepEqual((await complete(["map", "--input", "a", "b", "--fo"])).values, ["--format"]);
  });

  test("of values: the choices of --format, however it is written", async () => {
    const formats = ["lines", "ndjson", "csv", "files"];
    assert.deepEqual((await complete(["map", "--format", ""])).values.sort(), formats.sort());
    assert.deepEqual((await complete(["map", "-f", "l"])).values, ["lines"]);
    assert.deepEqual((await complete(["map", "--format=l"])).values, ["lines"]);
  });

  test("of values: how --halt begins, and no blank behind it, as a number follows", async () => {
    assert.deepEqual(await complete(["map", "--halt", "now"]), { values: ["now,fail="], directive: ":6" });
  });

  test("of values: nothing where only the user knows", async () => {
    assert.deepEqual(await complete(["map", "--jobs", ""]), { values: [], directive: ":4" });
  });

  test("of paths is left to the shell: the task, --input, --output, --joblog", async () => {
    const paths = { values: [], directive: ":0" };
    assert.deepEqual(await complete(["map", "./ta"]), paths);
    for (const option of ["--input", "--output", "--joblog"])
      assert.deepEqual(await complete(["map", option, "a"]), paths);
    assert.deepEqual(await complete(["map", "--input", "a", "b"]), paths);
  });

  test("of a task and of --init: the exports of the module, which is not run", async () => {
    await inTaskFolder(async (folder) => {
      const exports = ["parse", "stream", "limit", "shown"];
      assert.deepEqual(
        (await complete(["map", "task.ts#"], folder)).values,
        exports.map((name) => `task.ts#${name}`),
      );
      assert.deepEqual((await complete(["map", "task.ts#pa"], folder)).values, ["task.ts#parse"]);
      assert.deepEqual((await complete(["map", "task.ts#parse", "--init", ""], folder)).values, exports);
      assert.deepEqual(await complete(["map", "nowhere.ts#"], folder), { values: [], directive: ":4" });
    });
  });

  test("in bash, with and without the package bash-completion", async () => {
    await inTaskFolder(async (folder) => {
      assert.deepEqual(await inBash(["manycore", "map", "--fo"], folder), ["--format"]);
      assert.deepEqual(await inBash(["manycore", "map", "./task.ts#pa"], folder), ["./task.ts#parse"]);
      assert.deepEqual(
        await inBash(["manycore", "map", "--format", ""], folder),
        (await complete(["map", "-f", ""])).values,
      );
      const package_ = "_get_comp_words_by_ref() { words=(manycore map --ta); cur=--ta; cword=2; }";
      assert.deepEqual(await inBash(["manycore", "map", "other"], folder, package_), ["--tag"]);
    });
  });

  for (const [shell, sign] of [
    ["bash", "complete -o default -F __manycore_complete manycore"],
    ["zsh", "#compdef manycore"],
    ["fish", "complete -c manycore"],
    ["powershell", "Register-ArgumentCompleter -CommandName 'manycore' -ScriptBlock"],
  ] as const) {
    test(`there is a script for ${shell}`, async () => {
      const { code, stdout, stderr } = await manycore(["complete", shell]);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.ok(stdout.includes(sign), stdout);
      assert.match(stdout, /manycore complete '?--/);
    });
  }

  test("another shell, or none, is one line and exit code 2", async () => {
    const wrong = await manycore(["complete", "tcsh"]);
    assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
    assert.equal(wrong.stderr, "manycore: complete takes the name of a shell, bash, zsh, fish, powershell; not tcsh\n");
    const none = await manycore(["complete"]);
    assert.equal(none.stderr, "manycore: complete takes the name of a shell, bash, zsh, fish, powershell\n");
  });
});
