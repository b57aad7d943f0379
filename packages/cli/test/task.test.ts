/** Tasks: TypeScript of every kind with no build, on every Node; and what is wrong with one, in one line. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inFolder, manycore, type Outcome } from "./support/program.ts";

const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);

/** What `package.json` may say of the kind of a module. */
const KINDS = { "no type": "{}", module: '{"type":"module"}', commonjs: '{"type":"commonjs"}' } as const;

const TSCONFIG = JSON.stringify({
  compilerOptions: { baseUrl: ".", paths: { "@lib/*": ["./lib/*"] }, experimentalDecorators: true, jsxFactory: "h" },
});
const SHARED = {
  "tsconfig.json": TSCONFIG,
  "lib/words.ts": 'export const word: string = "found";',
  "lib/shapes.ts": "export interface Shape { sides: number }\nexport const sides = 4;",
  "lib/colors.ts": "export enum Color { Red = 3 }\nexport namespace Space { export const size = 2 }",
};

/** [what it uses, file, text, result of `run("x")`] */
const TASKS: readonly (readonly [string, string, string, unknown])[] = [
  ["types alone", "t.ts", "export function run(x: string): string { return x as string }", "x"],
  ["an enum", "t.ts", "export enum E { A = 7 }\nexport const run = (_: string): number => E.A;", 7],
  ["a namespace", "t.ts", "namespace N { export const a = 5 }\nexport const run = () => N.a;", 5],
  [
    "parameter properties",
    "t.ts",
    "class P { constructor(public readonly a: string) {} }\nexport const run = (x: string) => new P(x).a;",
    "x",
  ],
  [
    "decorators",
    "t.ts",
    `function twice(_: unknown, __: string, d: PropertyDescriptor) { const f = d.value; d.value = () => f() * 2; }
    class A { @twice go() { return 4 } }
    export const run = () => new A().go();`,
    8,
  ],
  [
    "JSX",
    "t.tsx",
    "const h = (tag: string, _: null, x: string) => '<' + tag + '>' + x;\nexport const run = (x: string) => <b>{x}</b>;",
    "<b>x",
  ],
  ["an import of .ts", "t.ts", 'import { word } from "./lib/words.ts";\nexport const run = () => word;', "found"],
  [
    "an import of .js that is .ts",
    "t.ts",
    'import { word } from "./lib/words.js";\nexport const run = () => word;',
    "found",
  ],
  [
    "an import without its ending",
    "t.ts",
    'import { Color } from "./lib/colors";\nexport const run = () => Color.Red;',
    3,
  ],
  ["a path of tsconfig.json", "t.ts", 'import { word } from "@lib/words";\nexport const run = () => word;', "found"],
  [
    "an enum and a namespace of another module",
    "t.ts",
    'import { Color, Space } from "./lib/colors.ts";\nexport const run = () => Color.Red + Space.size;',
    5,
  ],
  [
    "a type that is imported like a value",
    "t.ts",
    'import { Shape, sides } from "./lib/shapes.ts";\nexport const run = (): Shape => ({ sides });',
    { sides: 4 },
  ],
  [".mts", "t.mts", "export const run = (_: string): string => import.meta.url.slice(0, 5);", "file:"],
  [".mts with top-level await", "t.mts", "const v: number = await Promise.resolve(5);\nexport const run = () => v;", 5],
  [".cts", "t.cts", 'const os = require("node:os");\nexports.run = (x: string) => typeof os.EOL + x;', "stringx"],
  [
    "import x = require()",
    "t.cts",
    'import os = require("node:os");\nexport const run = (x: string) => typeof os.EOL + x;',
    "stringx",
  ],
  [
    "JavaScript that imports TypeScript",
    "t.mjs",
    'export { word } from "./lib/words.ts";\nexport const run = () => "js";',
    "js",
  ],
];

const LOADING = new Set([
  "an enum",
  "an import of .js that is .ts",
  ".mts",
  ".cts",
  "JavaScript that imports TypeScript",
]);

describe("a task in TypeScript", { concurrency: 2 }, () => {
  for (const [kind, text] of Object.entries(KINDS)) {
    for (const [what, file, source, expected] of TASKS) {
      // What matters to a kind are the ways to load a module; the language is the same in all.
      if (kind !== "no type" && !LOADING.has(what)) continue;
      test(`runs with ${what}, in a package of ${kind}`, async () => {
        await inFolder({ ...SHARED, "package.json": text, [file]: source }, async (folder) => {
          const { code, stdout, stderr } = await manycore(["map", `./${file}#run`, "-q", "-j1"], "x\n", folder);
          assert.deepEqual([code, stdout, stderr], [0, `${JSON.stringify(expected)}\n`, ""]);
        });
      });
    }

    test(`may be the default export, in a package of ${kind}`, async () => {
      const source = "enum E { A = 1 }\nexport default (x: string): string => x + E.A;";
      await inFolder({ "package.json": text, "t.ts": source }, async (folder) => {
        const outcome = await manycore(["map", "t.ts", "-q", "-j1"], "x\n", folder);
        assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, '"x1"\n', ""]);
      });
    });

    for (const [which, first] of [
      ["that Node may run", "interface A {\n  a: 1;\n}"],
      ["that it does not", "enum A {\n  a = 1,\n}"],
    ] as const) {
      test(`of a kind ${which} fails with its own file and line, in a package of ${kind}`, async () => {
        const source = `${first}\nexport function run(x: string): A {\n  throw new RangeError(\n    \`no \${x}\`);\n}\n`;
        await inFolder({ "package.json": text, "t.ts": source }, async (folder) => {
          const { code, stderr } = await manycore(["map", "./t.ts#run", "-q", "-j1"], "x\n", folder);
          assert.equal(code, 1);
          assert.match(stderr, /RangeError: no x.*\(t\.ts:5:9\)/);
        });
      });
    }
  }

  test("may have an initializer, which runs in each worker before its first input", async () => {
    const source = `enum E { A = 1 }
    let opened: E | undefined;
    export function open(): void { opened = E.A; }
    export const run = (x: string): string => x + opened;`;
    await inFolder({ "t.ts": source }, async (folder) => {
      const { code, stdout } = await manycore(["map", "t.ts#run", "--init", "open", "-q", "-j2"], "a\nb\n", folder);
      assert.deepEqual([code, stdout], [0, '"a1"\n"b1"\n']);
    });
  });

  test("prints to stderr, also while it is looked at", async () => {
    await inFolder({ "t.ts": 'enum E { A }\nconsole.log("hello");\nexport const run = () => E.A;' }, async (folder) => {
      const { stdout, stderr } = await manycore(["map", "t.ts#run", "-q", "-j1"], "x\n", folder);
      assert.equal(stdout, "0\n");
      assert.match(stderr, /^hello\n/);
    });
  });
});

const EXPORTS = `
export const parse = (x) => x;
export const Upper = class { go() {} };
export class Counter {}
export function* each(x) { yield x; }
export async function* stream(x) { yield x; }
export const limit = 3;
export const list = [1];
export const nothing = undefined;
`;

/** [what is wrong, file, text, task, the line] */
const MISTAKES: readonly (readonly [string, string, string, string, string | RegExp])[] = [
  [
    "a name that is nearly one",
    "t.mjs",
    EXPORTS,
    "./t.mjs#prase",
    './t.mjs has no export "prase"; did you mean "parse"?',
  ],
  [
    "a name that is none",
    "t.mjs",
    EXPORTS,
    "./t.mjs#convert",
    './t.mjs has no export "convert"; it exports Counter, Upper, each, limit, list, nothing, parse, stream',
  ],
  [
    "a default export that is not there",
    "t.mjs",
    "export const only = () => 1;",
    "./t.mjs",
    './t.mjs has no export "default"; it exports only',
  ],
  ["a number", "t.mjs", EXPORTS, "./t.mjs#limit", "./t.mjs#limit is a number, not a function"],
  ["an array", "t.mjs", EXPORTS, "./t.mjs#list", "./t.mjs#list is an object, not a function"],
  ["undefined", "t.mjs", EXPORTS, "./t.mjs#nothing", "./t.mjs#nothing is undefined, not a function"],
  ...["Upper", "Counter"].map(
    (name) =>
      [
        `a class (${name})`,
        "t.mjs",
        EXPORTS,
        `./t.mjs#${name}`,
        `./t.mjs#${name} is a class, not a function; export a function that makes one and uses it`,
      ] as const,
  ),
  ...["each", "stream"].map(
    (name) =>
      [
        `a generator function (${name})`,
        "t.mjs",
        EXPORTS,
        `./t.mjs#${name}`,
        `./t.mjs#${name} is a generator function, which has no one result; export a function that returns an array`,
      ] as const,
  ),
  [
    "a class in TypeScript",
    "t.ts",
    "enum E { A }\nexport class C { e = E.A }",
    "./t.ts#C",
    /^\.\/t\.ts#C is a class, not a function/,
  ],
  [
    "a path without its ending",
    "t.ts",
    EXPORTS,
    "./t#parse",
    "cannot read ./t: no such file or directory; did you mean ./t.ts?",
  ],
  ["half a task", "t.mjs", EXPORTS, "./t.mjs#", "./t.mjs# is no task: write it as path/to/module.ts#export"],
  [
    "a kind of file that nothing runs",
    "t.py",
    "x",
    "./t.py#x",
    "cannot import ./t.py: Node runs no .py files; compile it to .mjs",
  ],
  [
    "a syntax error in JavaScript",
    "t.mjs",
    "export const x = ;",
    "./t.mjs#x",
    "cannot import ./t.mjs: SyntaxError: Unexpected token ';'",
  ],
  [
    "a syntax error in TypeScript",
    "t.ts",
    "enum E { A }\nexport const x: E = ;",
    "./t.ts#x",
    'cannot import ./t.ts: SyntaxError: Unexpected ";" (t.ts:2:21)',
  ],
  [
    "a module that throws",
    "t.ts",
    'interface A { a: 1 }\n\nthrow new RangeError("not today");\nexport const x = (): A => ({ a: 1 });',
    "./t.ts#x",
    "cannot import ./t.ts: RangeError: not today (t.ts:3:7)",
  ],
  [
    "bad JSON while a module is imported",
    "t.ts",
    'enum E { A }\nexport const v: E = JSON.parse("{");\nexport const x = () => v;',
    "./t.ts#x",
    /^cannot import \.\/t\.ts: SyntaxError: .* JSON .*\(t\.ts:2:26\)$/,
  ],
  [
    "a package that is not there",
    "t.ts",
    'enum E { A }\nimport { y } from "no-such-package";\nexport const x = () => y + E.A;',
    "./t.ts#x",
    /^cannot import \.\/t\.ts: Error: Cannot find (?:package|module) 'no-such-package'.*t\.ts/,
  ],
  [
    "a module that ends its thread",
    "t.ts",
    "enum E { A }\nprocess.exit(9);\nexport const x = () => E.A;",
    "./t.ts#x",
    "cannot import ./t.ts: it ends its thread, exit code 9",
  ],
];

function assertComplaint({ code, stdout, stderr }: Outcome, line: string | RegExp): void {
  assert.match(stderr, /^manycore: [^\n]+\n$/);
  const said = stderr.slice("manycore: ".length, -1);
  if (typeof line === "string") assert.equal(said, line);
  else assert.match(said, line);
  assert.deepEqual([code, stdout], [2, ""]);
}

describe("a wrong task", () => {
  for (const [mistake, file, source, task, line] of MISTAKES) {
    test(`${mistake}: one line, exit code 2`, async () => {
      await inFolder({ [file]: source }, async (folder) => {
        assertComplaint(await manycore(["map", task], "x\n", folder), line);
      });
    });
  }

  test("a path without its ending that may be several is not guessed at", async () => {
    await inFolder({ "t.ts": "", "t.mjs": "" }, async (folder) => {
      assertComplaint(await manycore(["map", "t#x"], "", folder), "cannot read t: no such file or directory");
    });
  });

  test("top-level await where it cannot be says how it can", async () => {
    const source = "enum E { A }\nconst v = await Promise.resolve(E.A);\nexport const x = () => v;";
    await inFolder({ "package.json": KINDS.commonjs, "t.ts": source }, async (folder) => {
      const line = 'name it .mts, or put "type": "module" into package.json (t.ts:2:11)';
      assertComplaint(
        await manycore(["map", "t.ts#x"], "", folder),
        `cannot import t.ts: top-level await needs an ES module: ${line}`,
      );
    });
  });

  test("an --init that is no function is said as a task is", async () => {
    await inFolder({ "t.mjs": EXPORTS }, async (folder) => {
      const init = (name: string) => manycore(["map", "t.mjs#parse", "--init", name], "x\n", folder);
      assertComplaint(await init("prase"), 't.mjs has no export "prase"; did you mean "parse"?');
      assertComplaint(await init("limit"), "t.mjs#limit is a number, not a function");
    });
  });

  test("JavaScript is never tried with another loader", async () => {
    const source = 'console.error("imported");\nthrow new SyntaxError("mine");';
    await inFolder({ "t.mjs": source }, async (folder) => {
      const { stderr } = await manycore(["map", "t.mjs#x"], "", folder);
      assert.equal(stderr, "imported\nmanycore: cannot import t.mjs: SyntaxError: mine (t.mjs:2:7)\n");
    });
  });

  test("TypeScript is left to Node where Node runs it: its frames are URLs, those of tsx are paths", async () => {
    const source = 'export const run = (x: string) => new Error(x).stack?.split("\\n")[1]?.includes("file://");';
    await inFolder({ "package.json": KINDS.module, "t.ts": source }, async (folder) => {
      assert.equal((await manycore(["map", "t.ts#run", "-q"], "x\n", folder)).stdout, `${stripsTypes}\n`);
    });
  });
});

describe("a module of CommonJS", () => {
  test("whose names only running it tells is asked for them by name", async () => {
    const text = "const make = () => ({ upper: (line) => line.toUpperCase() });\nmodule.exports = make();";
    await inFolder({ "api.cjs": text }, async (folder) => {
      assert.equal((await manycore(["map", "api.cjs#upper", "-q"], "a\n", folder)).stdout, '"A"\n');
      const outcome = await manycore(["map", "api.cjs#uper"], "a\n", folder);
      assert.deepEqual(
        [outcome.stderr, outcome.code],
        ['manycore: api.cjs has no export "uper"; did you mean "upper"?\n', 2],
      );
    });
  });
});

describe("a module that leaves a promise behind which is rejected", () => {
  test("is named, in one line", async () => {
    const text = 'Promise.reject(new RangeError("left behind"));\nexport const f = (line) => line;';
    await inFolder({ "left.mjs": text }, async (folder) => {
      const outcome = await manycore(["map", "left.mjs#f"], "a\n", folder);
      assert.match(outcome.stderr, /^manycore: cannot import left\.mjs: RangeError: left behind[^\n]*\n$/);
      assert.deepEqual([outcome.stdout, outcome.code], ["", 2]);
    });
  });
});

describe("a module that does not come to an end of its import", () => {
  test("is no success, and is named", async () => {
    for (const text of ["process.exit(0);", "await new Promise(() => {});"]) {
      await inFolder({ "odd.mjs": `${text} export const f = (line) => line;` }, async (folder) => {
        const outcome = await manycore(["map", "odd.mjs#f"], "a\n", folder);
        assert.deepEqual(
          [outcome.stderr, outcome.stdout, outcome.code],
          ["manycore: cannot import odd.mjs: it ends the program, or waits for what never comes\n", "", 2],
        );
      });
    }
  });
});
