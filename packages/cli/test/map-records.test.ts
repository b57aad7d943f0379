/** NDJSON, CSV, blocks, keys, and names that end with NUL. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inFolder, linesOf, manycore, numbers, results } from "./support/program.ts";

const ECHO = "export const echo = (record) => record; export const size = (block) => block.length;";
const map = (folder: string, flags: readonly string[], stdin = "") =>
  manycore(["map", "echo.mjs#echo", "--quiet", ...flags], stdin, folder);

const inEcho = (files: Readonly<Record<string, string>>, use: (folder: string) => Promise<void>) =>
  inFolder({ "echo.mjs": ECHO, ...files }, use);

describe("NDJSON", () => {
  test("is known by the file's ending, and gives the values; empty lines are none", async () => {
    const text = '\uFEFF{"a":1}\r\n\n[2]\n"three"\nnull';
    await inEcho({ "in.ndjson": text, "in.jsonl": text, "in.txt": text }, async (folder) => {
      const values = [{ a: 1 }, [2], "three", null];
      assert.deepEqual(results(await map(folder, ["--input", "in.ndjson"])), values);
      assert.deepEqual(results(await map(folder, ["--input", "in.ndjson", "in.jsonl"])), [...values, ...values]);
      assert.deepEqual(results(await map(folder, ["--input", "in.txt", "--format", "ndjson"])), values);
      assert.deepEqual(results(await map(folder, ["--format", "ndjson"], text)), values);
    });
  });

  test("that is bad names its file and line, and what was before is written", async () => {
    await inEcho({ "a.ndjson": "1\n", "b.ndjson": "2\n\n{oops\n3\n" }, async (folder) => {
      const outcome = await map(folder, ["--input", "a.ndjson", "b.ndjson"]);
      assert.match(outcome.stderr, /^manycore: b\.ndjson:3: not JSON: [^\n]+\n$/);
      assert.deepEqual([results(outcome).slice(0, 2), outcome.code], [[1, 2], 1]);
    });
  });
});

describe("CSV", () => {
  test("gives objects by the header, fields as they stand between quotes", async () => {
    const text = '\uFEFFname,note\r\n"Doe, Jane","a ""b""\nc"\r\n\r\nx,\r\n';
    await inEcho({ "in.csv": text, "in.tsv": "a\tb\n1\t2,3\n" }, async (folder) => {
      const rows = [
        { name: "Doe, Jane", note: 'a "b"\nc' },
        { name: "x", note: "" },
      ];
      assert.deepEqual(results(await map(folder, ["--input", "in.csv"])), rows);
      assert.deepEqual(results(await map(folder, ["--format", "csv"], text)), rows);
      assert.deepEqual(results(await map(folder, ["--input", "in.tsv"])), [{ a: "1", b: "2,3" }]);
    });
  });

  test("takes a CR for a part of its field, unless it stands before the line's end", async () => {
    await inEcho({ "in.csv": 'a\nx\ry\n"z\r"\r\n' }, async (folder) => {
      const rows = [{ a: "x\ry" }, { a: "z\r" }];
      assert.deepEqual(results(await map(folder, ["-i", "in.csv"])), rows);
      assert.deepEqual(results(await map(folder, ["-i", "in.csv", "--block", "1k"])), [rows]);
    });
  });

  test("may have a column without a name, and any other name", async () => {
    await inEcho({ "in.csv": ",a,__proto__\n0,1,2\n" }, async (folder) => {
      assert.equal((await map(folder, ["-i", "in.csv"])).stdout, '{"":"0","a":"1","__proto__":"2"}\n');
    });
  });

  test("of several files has the header of each", async () => {
    await inEcho({ "a.csv": "x\n1\n", "b.csv": "y,z\n2,3\n", "empty.csv": "" }, async (folder) => {
      const rows = [{ x: "1" }, { y: "2", z: "3" }];
      assert.deepEqual(results(await map(folder, ["--input", "a.csv", "empty.csv", "b.csv"])), rows);
    });
  });

  test("says what is wrong with a record or the header, and where", async () => {
    const cases: readonly (readonly [text: string, line: RegExp])[] = [
      ["a,b\n1,2\n3\n", /^manycore: line 3: 1 field, and the header has 2\n$/],
      ['a,b\n"1\n",2\n3,4,5\n', /^manycore: line 4: 3 fields, and the header has 2\n$/],
      ['a,b\n1,2\n"3,4\n', /^manycore: in\.csv: the quote of the record at line 3 is never closed\n$/],
      ["a,a\n1,2\n", /^manycore: in\.csv: the header has "a" twice\n$/],
      [",a,\n1,2,3\n", /^manycore: in\.csv: two names in the header are empty\n$/],
      ['"a"b,c\n1,2\n', /^manycore: in\.csv: the header: Trailing quote on quoted field is malformed\n$/],
      ['a,b\n1,"2"3\n', /^manycore: line 2: Trailing quote on quoted field is malformed\n$/],
    ];
    for (const [text, line] of cases) {
      await inEcho({ "in.csv": text }, async (folder) => {
        const outcome = await map(folder, ["--input", "in.csv"]);
        assert.match(outcome.stderr, line);
        assert.equal(outcome.code, 1);
      });
    }
  });

  test("keeps a CR inside a field, and takes both kinds of newline in one file, also in blocks", async () => {
    const cases: readonly (readonly [text: string, rows: readonly object[]])[] = [
      [
        "a,b\nx\ry,1\n2,3\n",
        [
          { a: "x\ry", b: "1" },
          { a: "2", b: "3" },
        ],
      ],
      [
        'a,b\r\nx,1\r\n2,3\n"p","q"\n"r\r\ns\r","t"\r\n',
        [
          { a: "x", b: "1" },
          { a: "2", b: "3" },
          { a: "p", b: "q" },
          { a: "r\r\ns\r", b: "t" },
        ],
      ],
      ['\uFEFF"a\nz",b\n1,2\n', [{ "a\nz": "1", b: "2" }]],
    ];
    for (const [text, rows] of cases) {
      await inEcho({ "in.csv": text }, async (folder) => {
        assert.deepEqual(results(await map(folder, ["-i", "in.csv"])), rows);
        assert.deepEqual(results(await map(folder, ["-i", "in.csv", "--block", "1k"])), [rows]);
      });
    }
  });

  test("that ends its header with a TAB has a column without a name, also in blocks; two of them are refused", async () => {
    await inEcho({ "one.tsv": "a\tb\t\n1\t2\t3\n", "two.tsv": "a\t\t\n1\t2\t3\n" }, async (folder) => {
      const row = { a: "1", b: "2", "": "3" };
      assert.deepEqual(results(await map(folder, ["-i", "one.tsv"])), [row]);
      assert.deepEqual(results(await map(folder, ["-i", "one.tsv", "--block", "1k"])), [[row]]);
      for (const more of [[], ["--block", "1k"]])
        assert.match((await map(folder, ["-i", "two.tsv", ...more])).stderr, /^manycore: two\.tsv: [^\n]+\n$/);
    });
  });

  test("is tagged by its record, or by its key", async () => {
    await inEcho({ "in.csv": "id,n\nx,1\n" }, async (folder) => {
      const [plain, keyed] = [
        await map(folder, ["-i", "in.csv", "-t"]),
        await map(folder, ["-i", "in.csv", "-t", "--key", "id"]),
      ];
      assert.equal(plain.stdout, '{"id":"x","n":"1"}\t{"id":"x","n":"1"}\n');
      assert.equal(keyed.stdout, 'x\t{"id":"x","n":"1"}\n');
    });
  });
});

describe("--key", () => {
  test("names failures; a record without it ends the run", async () => {
    const source = "export const fail = () => { throw new Error('no'); };";
    await inFolder({ "fail.mjs": source, "in.ndjson": '{"id":7}\n{"ID":8}\n' }, async (folder) => {
      const outcome = await manycore(["map", "fail.mjs#fail", "-q", "-i", "in.ndjson", "--key", "id"], "", folder);
      const [failure, end] = linesOf(outcome.stderr);
      assert.match(failure as string, /^manycore: line 1 "7" \(key 7\): Error: no \(fail\.mjs:1:\d+\)$/);
      assert.equal(end, 'manycore: line 2: the record has no field "id"; did you mean "ID"?');
      assert.equal(outcome.code, 1);
    });
  });

  test("takes text and numbers only", async () => {
    for (const [record, line] of [
      ['{"id":{}}', /the field "id" is neither text nor a number/],
      ["[1]", /the record has no field "id"/],
      ["3", /the record is no object, so it has no field "id"/],
      ["{", /line 1: not JSON: /],
    ] as const) {
      await inEcho({}, async (folder) => {
        const outcome = await map(folder, ["--format", "ndjson", "--key", "id"], `${record}\n`);
        assert.match(outcome.stderr, line);
        assert.deepEqual([linesOf(outcome.stderr).length, outcome.code, outcome.stdout], [1, 1, ""]);
      });
    }
  });
});

describe("--block", () => {
  test("gives the task stretches of the file, which together are all of it", async () => {
    const text = numbers(20_000).join("\n");
    await inEcho({ "in.txt": `${text}\n` }, async (folder) => {
      const outcome = await map(folder, ["--input", "in.txt", "--block", "16k"]);
      assert.equal(results(outcome).join("\n"), text);
      assert.equal(linesOf(outcome.stdout).length, Math.floor((text.length + 1) / 16384) + 1);
    });
  });

  test("resumes by what is in them: a file that has changed is another one", async () => {
    await inEcho({ "in.txt": "a\nb\nc\n" }, async (folder) => {
      const flags = ["-i", "in.txt", "--block", "2", "-o", "out", "--joblog", "log", "--resume", "--dry-run"];
      const { stdout } = await map(folder, flags);
      assert.deepEqual(linesOf(stdout), ["in.txt, bytes 0 to 2", "in.txt, bytes 2 to 4", "in.txt, bytes 4 to 6"]);
      await map(folder, flags.slice(0, -1));
      assert.equal((await map(folder, flags)).stdout, "");
    });
  });

  test("as lines refuses a table whose quotes hold newlines, by the delimiter of its kind", async () => {
    await inEcho({ "in.tsv": 'a\t"x\ny"\nb\tc\n' }, async (folder) => {
      const outcome = await map(folder, ["-i", "in.tsv", "--format", "lines", "--block", "4"]);
      assert.match(
        outcome.stderr,
        /^manycore: in\.tsv has records of several lines \(byte 4\): it needs --format csv\n$/,
      );
      assert.deepEqual([outcome.stdout, outcome.code], ["", 1]);
    });
  });

  test("of a failed block tells which it was", async () => {
    const source = "export const fail = () => { throw new Error('no'); };";
    await inFolder({ "fail.mjs": source, "in.txt": "a\nb\n" }, async (folder) => {
      const outcome = await manycore(["map", "fail.mjs#fail", "-q", "-i", "in.txt", "--block", "1k"], "", folder);
      assert.match(outcome.stderr, /^manycore: in\.txt, bytes 0 to 4 \(key [0-9a-f]{24}\): Error: no /);
    });
  });
});

describe("--null", () => {
  test("ends lines and names", async () => {
    await inEcho({ "a b.txt": "", "c\nd.txt": "" }, async (folder) => {
      assert.deepEqual(results(await map(folder, ["-0"], "x\ny\0z\0")), ["x\ny", "z"]);
      const names = await map(folder, ["--null", "--format", "files"], "a b.txt\0c\nd.txt\0");
      assert.deepEqual(results(names), ["a b.txt", "c\nd.txt"]);
    });
  });
});

describe("a full disk", { skip: process.platform !== "linux" && "there is no /dev/full" }, () => {
  test("is one line and exit code 1, for the results and for the log", async () => {
    await inEcho({}, async (folder) => {
      for (const flag of ["--output", "--joblog"]) {
        const outcome = await map(folder, [flag, "/dev/full"], `${"x\n".repeat(5000)}`);
        assert.equal(outcome.stderr, "manycore: cannot write /dev/full: no space left on device\n");
        assert.equal(outcome.code, 1);
      }
    });
  });
});
