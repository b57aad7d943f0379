import assert from "node:assert/strict";
import { constants } from "node:buffer";
import { appendFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import Papa from "papaparse";
import { openInputs } from "../../src/inputs/open.ts";
import { argumentOf, BadInput, loadParser, type Reading } from "../../src/worker/reading.ts";
import { inFolder } from "../support/program.ts";

type Format = Reading["format"];

/** The arguments of the blocks of a file; without a size, of its records. */
async function blocks(path: string, block: number | undefined, format: Format | undefined): Promise<unknown[]> {
  const flags = { paths: [path], format, block, key: undefined, isNull: false, except: [] };
  const { source, reading } = await openInputs(flags);
  await loadParser(reading);
  const found: unknown[] = [];
  for await (const items of source.batches)
    for (const { input, header } of items) found.push(argumentOf(reading, input, header));
  assert.equal(source.drawn(), 1);
  return found;
}

const text = fc.string({ unit: fc.constantFrom("a", "ö", "🎉", " ", "\n", "\r\n", '"'), maxLength: 60 });

describe("blocks", () => {
  test("of lines join to the file, whole lines each", async () => {
    await inFolder({}, async (folder) => {
      const path = join(folder, "in.txt");
      await fc.assert(
        fc.asyncProperty(text, fc.integer({ min: 1, max: 30 }), async (content, size) => {
          await writeFile(path, content);
          const joined = (await blocks(path, size, "lines")).join("\n");
          // A block has no end of its last line.
          assert.equal(joined, content.replaceAll("\r\n", "\n").replace(/\n$/, ""));
        }),
      );
    });
  });

  test("of CSV have the records that the parser finds in the whole", async () => {
    const field = fc.string({ unit: fc.constantFrom("a", "ö", ",", '"', "\n"), minLength: 1, maxLength: 5 });
    const rows = fc.array(fc.tuple(field, field), { maxLength: 12 });
    await inFolder({}, async (folder) => {
      const path = join(folder, "in.csv");
      await fc.assert(
        fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), async (table, size) => {
          await writeFile(path, `\uFEFF${Papa.unparse([["x", "größe"], ...table], { newline: "\r\n" })}`);
          const expected = table.map(([x, y]) => ({ x, größe: y }));
          assert.deepEqual((await blocks(path, size, undefined)).flat(), expected);
        }),
      );
    });
  });

  test("of CSV have what comes without blocks, whatever ends its lines and stands between quotes", async () => {
    const anything = fc.constantFrom("a", "ö", "\uFEFF", " ", ",", '"', '""', "\n", "\r\n", "\r", '"\n"', ',"');
    const field = fc.constantFrom("a", "ö\r", "\uFEFFb", '5"', " ", "", '""', '"e" ', '"\n"', '"c\r\n""d"', '"\r"');
    const record = fc.tuple(field, fc.constantFrom("\n", "\n", "\r\n", ",a\n")).map((parts) => parts.join(""));
    const body = fc.oneof(fc.string({ unit: anything, maxLength: 25 }), fc.string({ unit: record, maxLength: 6 }));
    const header = fc.constantFrom("x\n", "\uFEFFx\r\n", '\uFEFF"x\ny"\n', "\n\r\nx\n", "x,\n");
    let compared = 0;
    await inFolder({}, async (folder) => {
      const path = join(folder, "in.csv");
      await fc.assert(
        fc.asyncProperty(header, body, fc.integer({ min: 1, max: 20 }), async (first, rest, size) => {
          await writeFile(path, first + rest);
          const whole = await blocks(path, undefined, undefined).catch(() => "refused");
          const parts = await blocks(path, size, undefined).catch(() => "refused");
          assert.deepEqual(typeof parts === "string" ? parts : parts.flat(), whole);
          if (whole !== "refused" && whole.length > 1) compared++;
        }),
        { numRuns: 600 },
      );
    });
    assert.ok(compared > 50, `only ${compared} were tables`);
  });

  test("of CSV begin where they do in the file, though its header is not UTF-8", async () => {
    const content = Buffer.from("größe,ö\n1,2\n3,4\n5,6\n", "latin1");
    await inFolder({ "in.csv": content }, async (folder) => {
      const found = (await blocks(join(folder, "in.csv"), 4, undefined)).flat() as object[];
      assert.deepEqual(
        found.map((record) => Object.values(record)),
        [
          ["1", "2"],
          ["3", "4"],
          ["5", "6"],
        ],
      );
    });
  });

  test("of NDJSON have its values", async () => {
    const content = Array.from({ length: 500 }, (_, n) => `{"n":${n}}\n${n % 7 === 0 ? "\n" : ""}`).join("");
    await inFolder({ "in.ndjson": content }, async (folder) => {
      const found = await blocks(join(folder, "in.ndjson"), 100, undefined);
      assert.ok(found.length > 40);
      assert.deepEqual(
        found.flat(),
        Array.from({ length: 500 }, (_, n) => ({ n })),
      );
    });
  });

  for (const [what, name, content, line] of [
    ["line is not JSON", "in.ndjson", '{"ö":1}\n\n{"n":\n', /^line 3 of it, at byte 10: not JSON: /],
    [
      "record is too short",
      "in.csv",
      'a,b\n\n"1\n",2\n3\n',
      /^line 4 of it, at byte 12: 1 field, and the header has 2$/,
    ],
    ["quote is misplaced", "in.csv", 'a,b\n1,2\n\n"3" x,4\n5,6\n', /^line 3 of it, at byte 9: Trailing quote on/],
  ] as const)
    test(`say which ${what}`, async () => {
      await inFolder({ [name]: content }, async (folder) => {
        const found = blocks(join(folder, name), 1000, undefined);
        await assert.rejects(found, (error) => error instanceof BadInput && line.test(error.message));
      });
    });

  test("of lines of a table come only while no record of several lines has been seen", async () => {
    const content = `a,b\n${"1,2\n".repeat(1000)}"x\ny",z\n`;
    await inFolder({ "in.csv": content }, async (folder) => {
      const flags = {
        paths: [join(folder, "in.csv")],
        format: "lines",
        block: 40,
        key: undefined,
        isNull: false,
        except: [],
      } as const;
      const { source } = await openInputs(flags);
      await assert.rejects(async () => {
        for await (const items of source.batches) assert.deepEqual(items, []);
      }, /several lines \(byte 4006\): it needs --format csv$/);
    });
  });

  test("are no longer than a string can be", async () => {
    const longest = constants.MAX_STRING_LENGTH;
    await inFolder({ "in.txt": "a\n" }, async (folder) => {
      const path = join(folder, "in.txt");
      await assert.rejects(blocks(path, longest + 1, "lines"), /^Error: --block is \d+ bytes at most/);
      await truncate(path, longest + 10); // a sparse file: a line of NULs
      await assert.rejects(blocks(path, 1, "lines"), /what begins at byte 2 is too long for a string$/);
    });
  });

  test("of a table with records of several lines are refused as lines", async () => {
    await inFolder({ "in.csv": 'a,b\n"x\ny",z\n', "plain.csv": "a,b\nx,y\n" }, async (folder) => {
      await assert.rejects(
        blocks(join(folder, "in.csv"), 4, "lines"),
        /several lines \(byte 6\): it needs --format csv$/,
      );
      assert.deepEqual(await blocks(join(folder, "plain.csv"), 100, "lines"), ["a,b\nx,y"]);
      await writeFile(join(folder, "in.tsv"), 'a\tb\n1\t"x\ny"\n');
      await assert.rejects(blocks(join(folder, "in.tsv"), 4, "lines"), /several lines \(byte 8\)/);
    });
  });

  test("of a file that has changed since are refused", async () => {
    await inFolder({ "in.txt": "a\nb\n" }, async (folder) => {
      const path = join(folder, "in.txt");
      const { source, reading } = await openInputs({
        paths: [path],
        format: "lines",
        block: 2,
        key: undefined,
        isNull: false,
        except: [],
      });
      for await (const [item] of source.batches) {
        await appendFile(path, "c\n");
        assert.throws(() => argumentOf(reading, item?.input as string, undefined), /in\.txt has changed since/);
        return;
      }
    });
  });
});
