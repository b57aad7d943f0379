/** What is wrong with a command line is said in one line, before anything runs. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { inFolder, manycore, TASKS } from "./support/program.ts";

const FIXTURES = "packages/cli/test/fixtures";
const task = `${TASKS}#upper`;

/** [what is wrong, the arguments, the line] */
const MISTAKES: readonly (readonly [string, readonly string[], string | RegExp])[] = [
  ["a wrong path", ["map", "nowhere.mjs#f"], "cannot read nowhere.mjs: no such file or directory"],
  ["a folder as the task", ["map", FIXTURES], `${FIXTURES} is a folder; a task is a module's export`],
  ["half a task", ["map", "#f"], "#f is no task: write it as path/to/module.mjs#export"],
  [
    "a wrong export",
    ["map", `${FIXTURES}/typed.mjs#f`],
    `cannot read ${FIXTURES}/typed.mjs: no such file or directory`,
  ],
  [
    "an export that is not there",
    ["map", `${FIXTURES}/tasks.mjs#uper`],
    /^packages\/cli\/test\/fixtures\/tasks\.mjs has no export "uper"; it exports backwards, .*, upper$/,
  ],
  [
    "a module without exports",
    ["map", `${FIXTURES}/empty.mjs#f`],
    `${FIXTURES}/empty.mjs has no export "f"; it exports nothing`,
  ],
  ["an export that is no function", ["map", `${TASKS}#limit`], `${TASKS}#limit is a number, not a function`],
  ["a function that cannot be sent", ["map", `${TASKS}#generated`, "--quiet"], /^FunctionShippingError: .*generator/],
  [
    "a module that cannot be parsed",
    ["map", `${FIXTURES}/broken.mjs#twice`],
    `cannot import ${FIXTURES}/broken.mjs: SyntaxError: Unexpected token ';'`,
  ],
  [
    "a kind of file that Node does not run",
    ["map", `${FIXTURES}/page.tsx#page`],
    /page\.tsx: Node runs no \.tsx files; compile it to \.mjs$/,
  ],
  ["no task", ["map"], "missing required argument 'module#export'"],
  ["one task too many", ["map", task, "other.mjs#f"], "too many arguments for 'map'. Expected 1 argument but got 2."],
  ["a wrong option", ["map", task, "--job", "3"], "unknown option '--job' (Did you mean --jobs?)"],
  ["an option without its value", ["map", task, "--jobs"], "option '-j, --jobs <n>' argument missing"],
  ["a wrong command", ["mpa", task], "unknown command 'mpa' (Did you mean map?)"],
  [
    "a wrong format",
    ["map", task, "--format", "csv"],
    "option '-f, --format <name>' argument 'csv' is invalid. Allowed choices are lines, files.",
  ],
  ["a missing input", ["map", task, "--input", "nowhere.txt"], "cannot read nowhere.txt: no such file or directory"],
  [
    "a folder as text",
    ["map", task, "--input", "packages"],
    "packages is a folder; --format files takes the files in it",
  ],
  [
    "a missing file in a list",
    ["map", task, "--format", "files", "--input", "packages/cli/package.json", "nowhere"],
    "cannot read nowhere: no such file or directory",
  ],
  [
    "a glob that matches nothing",
    ["map", task, "-f", "files", "-i", "packages/*.zip"],
    "no file matches packages/*.zip",
  ],
  [
    "an output that cannot be",
    ["map", task, "-o", "nowhere/out"],
    "cannot write nowhere/out: no such file or directory",
  ],
  ...["0", "-1", "1.5", "many", "", "1e3", "99999999"].map(
    (jobs) =>
      [
        `--jobs ${JSON.stringify(jobs)}`,
        ["map", task, `--jobs=${jobs}`],
        `option '-j, --jobs <n>' argument '${jobs}' is invalid. It takes a whole number from 1.`,
      ] as const,
  ),
];

describe("the command line", () => {
  for (const [mistake, args, line] of MISTAKES) {
    test(`${mistake} is one line on stderr and exit code 2`, async () => {
      const { code, stdout, stderr } = await manycore(args, "an input\n");
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^manycore: [^\n]+\n$/);
      const said = stderr.slice("manycore: ".length, -1);
      if (typeof line === "string") assert.equal(said, line);
      else assert.match(said, line);
    });
  }

  test("a TypeScript task runs where Node strips types, and where not, one line says what to do", async () => {
    const outcome = await manycore(["map", `${FIXTURES}/typed.ts#shout`, "--quiet"], "hey\n");
    if ((process.features as { typescript?: unknown }).typescript) {
      assert.deepEqual([outcome.code, outcome.stdout], [0, '"hey!"\n']);
    } else {
      const line = `this Node (${process.version}) does not run TypeScript; use Node 22.18 or newer, or compile it to .mjs`;
      assert.deepEqual([outcome.code, outcome.stdout], [2, ""]);
      assert.equal(outcome.stderr, `manycore: cannot import ${FIXTURES}/typed.ts: ${line}\n`);
    }
  });

  test("a wrong command line leaves the output file as it was", async () => {
    await inFolder({ "out.ndjson": "precious\n" }, async (folder) => {
      const outcome = await manycore(["map", `${TASKS}#nope`, "--output", "out.ndjson"], "a\n", folder);
      assert.equal(outcome.code, 2);
      assert.equal(await readFile(`${folder}/out.ndjson`, "utf8"), "precious\n");
    });
  });

  test("--version is the package's", async () => {
    const { version } = JSON.parse(await readFile("packages/cli/package.json", "utf8")) as { version: string };
    const outcome = await manycore(["--version"]);
    assert.deepEqual([outcome.code, outcome.stdout], [0, `${version}\n`]);
  });

  test("--help shows every option on stdout", async () => {
    const { code, stdout, stderr } = await manycore(["map", "--help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const option of ["--input", "--format", "--output", "--jobs", "--quiet", "--help"])
      assert.ok(stdout.includes(option), option);
  });

  test("without a command it shows its help on stderr, exit code 2", async () => {
    const { code, stdout, stderr } = await manycore([]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^Usage: manycore /);
  });
});
