import assert from "node:assert/strict";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import Papa from "papaparse";
import { openInputs } from "../../src/inputs/open.ts";
import { argumentOf, BadInput, loadParser, type Reading } from "../../src/worker/reading.ts";
import { inFolder } from "../support/program.ts";

type Format = Reading["format"];

/** The arguments of the blocks of a file. */
async function blocks(path: string, block: number, format: Format | undefined): Promise<unknown[]> {
  const flags = { paths: [path], format, block, key: undefined, isNull: false };
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
          assert.equal(joined.replaceAll("\r\n", "\n"), content.replaceAll("\r\n", "\n").replace(/\n$/, ""));
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

  test("say which line is not JSON", async () => {
    await inFolder({ "in.ndjson": '{"n":1}\n{"n":\n' }, async (folder) => {
      const found = blocks(join(folder, "in.ndjson"), 1000, undefined);
      await assert.rejects(found, (error) => error instanceof BadInput && /^line 2: not JSON: /.test(error.message));
    });
  });

  test("of a table with records of several lines are refused as lines", async () => {
    await inFolder({ "in.csv": 'a,b\n"x\ny",z\n', "plain.csv": "a,b\nx,y\n" }, async (folder) => {
      await assert.rejects(
        blocks(join(folder, "in.csv"), 4, "lines"),
        /several lines \(byte 6\): it needs --format csv$/,
      );
      assert.deepEqual(await blocks(join(folder, "plain.csv"), 100, "lines"), ["a,b\nx,y"]);
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
      });
      for await (const [item] of source.batches) {
        await appendFile(path, "c\n");
        assert.throws(() => argumentOf(reading, item?.input as string, undefined), /in\.txt has changed since/);
        return;
      }
    });
  });
});
