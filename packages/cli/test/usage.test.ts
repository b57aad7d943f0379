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
  ["half a task", ["map", "#f"], "#f is no task: write it as path/to/module.ts#export"],
  [
    "a wrong export",
    ["map", `${FIXTURES}/typed.mjs#f`],
    `cannot read ${FIXTURES}/typed.mjs: no such file or directory`,
  ],
  [
    "an export that is not there",
    ["map", `${FIXTURES}/tasks.mjs#uper`],
    `${FIXTURES}/tasks.mjs has no export "uper"; did you mean "upper"?`,
  ],
  [
    "a module without exports",
    ["map", `${FIXTURES}/empty.mjs#f`],
    `${FIXTURES}/empty.mjs has no export "f"; it exports nothing`,
  ],
  ["an export that is no function", ["map", `${TASKS}#limit`], `${TASKS}#limit is a number, not a function`],
  [
    "a generator function",
    ["map", `${TASKS}#generated`, "--quiet"],
    /generated is a generator function, which has no one result/,
  ],
  [
    "a module that cannot be parsed",
    ["map", `${FIXTURES}/broken.mjs#twice`],
    `cannot import ${FIXTURES}/broken.mjs: SyntaxError: Unexpected token ';'`,
  ],
  ["no task", ["map"], "missing required argument 'module#export'"],
  ["one task too many", ["map", task, "other.mjs#f"], "too many arguments for 'map'. Expected 1 argument but got 2."],
  ["a wrong option", ["map", task, "--job", "3"], "unknown option '--job' (Did you mean --jobs?)"],
  ["an option without its value", ["map", task, "--jobs"], "option '-j, --jobs <n>' argument missing"],
  ["a wrong command", ["mpa", task], "unknown command 'mpa' (Did you mean map?)"],
  [
    "a wrong format",
    ["map", task, "--format", "xml"],
    "option '-f, --format <name>' argument 'xml' is invalid. Allowed choices are lines, ndjson, csv, files.",
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
    "files of different kinds",
    ["map", task, "-i", "package.json", "b.csv"],
    "package.json and b.csv are of different kinds by their endings; --format says which",
  ],
  [
    "a key of lines",
    ["map", task, "--key", "id"],
    "--key names a field of records: it needs --format ndjson or csv, not lines",
  ],
  [
    "blocks of standard input",
    ["map", task, "--block", "1M"],
    "--block needs --input FILE: workers cannot read standard input",
  ],
  ["blocks of names", ["map", task, "--block", "1M", "-f", "files"], /^--block cuts the text of files/],
  [
    "NUL in records",
    ["map", task, "-0", "-f", "csv"],
    /^--null is for lines and names of files, not for --format csv$/,
  ],
  ["a size of nothing", ["map", task, "--block", "0k"], /argument '0k' is invalid\. It takes a size such as/],
  ["a size of letters", ["map", task, "--block", "big"], /argument 'big' is invalid\. It takes a size such as/],
  ["a wrong time", ["map", task, "--timeout", "5 min"], /argument '5 min' is invalid\. It takes ms, or a time such as/],
  ["no time", ["map", task, "--timeout", "0"], /argument '0' is invalid\. It takes a time above 0\.$/],
  ["a wrong halt", ["map", task, "--halt", "later,fail=1"], /is invalid\. It takes now,fail=N or soon,fail=N\.$/],
  [
    "no failures to halt at",
    ["map", task, "--halt", "now,fail=0"],
    /is invalid\. It takes now,fail=N or soon,fail=N\.$/,
  ],
  ["negative tries", ["map", task, "--retries=-1"], /argument '-1' is invalid\. It takes a whole number from 0\.$/],
  ["one file for both", ["map", task, "-o", "nowhere/x", "--joblog", "nowhere/y"], /^cannot write nowhere\/y: /],
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
        `option '-j, --jobs <n>' argument '${jobs}' is invalid. It takes a whole number from 1 to 9999.`,
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

  test("a complaint is an event where JSON is asked for", async () => {
    const { code, stderr } = await manycore(["map", task, "-q", "--json-progress"], "a\n");
    const message = "--quiet and --json-progress exclude each other";
    assert.deepEqual([code, stderr], [2, `${JSON.stringify({ event: "error", message })}\n`]);
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
