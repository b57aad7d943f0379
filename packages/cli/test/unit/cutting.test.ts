import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import fc from "fast-check";
import Papa from "papaparse";
import { csvRecords, lines as cutLines } from "../../src/inputs/cutting.ts";

function streamOf(chunks: readonly (string | Uint8Array)[]): Readable {
  const stream = new Readable({ read() {} });
  for (const chunk of chunks) stream.push(chunk);
  stream.push(null);
  return stream;
}

async function lines(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { texts, line } of cutLines(streamOf(chunks))) {
    assert.equal(line, found.length + 1);
    found.push(...texts);
  }
  return found;
}

describe("lines of a stream", () => {
  test("may be cut anywhere: in a line, between CR and LF, in a letter, in the byte order mark", async () => {
    const bytes = Buffer.from("\uFEFFfirst\r\nsecönd\r\n\n🎉 last");
    const expected = ["first", "secönd", "", "🎉 last"];
    for (let cut = 0; cut <= bytes.length; cut++) {
      assert.deepEqual(await lines(bytes.subarray(0, cut), bytes.subarray(cut)), expected, `cut at ${cut}`);
    }
    assert.deepEqual(await lines(...[...bytes].map((byte) => Uint8Array.of(byte))), expected);
  });

  test("do not include one after the last line end", async () => {
    assert.deepEqual(await lines("a\n"), ["a"]);
    assert.deepEqual(await lines("\n"), [""]);
    assert.deepEqual(await lines(), []);
  });

  test("keep a CR that ends no line, and a byte order mark that begins no text", async () => {
    assert.deepEqual(await lines("a\rb\n\uFEFFc"), ["a\rb", "\uFEFFc"]);
  });

  test("end with the error of their stream", async () => {
    const stream = new Readable({
      read() {
        this.destroy(new Error("torn cable"));
      },
    });
    await assert.rejects(async () => {
      for await (const _ of cutLines(stream)) assert.fail();
    }, /torn cable/);
  });
});

/** The bytes, cut at these places. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, index) => bytes.subarray(from, ends[index] ?? bytes.length));
}

const field = fc.string({ unit: fc.constantFrom("a", "ö", "🎉", ",", '"', "\n", "\r\n", " "), maxLength: 5 });
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));

describe("records of CSV", () => {
  test("are those that the parser finds in the whole, wherever the text is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.constantFrom("\n", "\r\n"),
        async (rows, cuts, newline) => {
          const text = Papa.unparse(rows, { newline, quotes: (value: string) => value === "" || /[\r\n]/.test(value) });
          const found: [string, number][] = [];
          for await (const some of csvRecords(streamOf(cutAt(Buffer.from(text), cuts)), ","))
            found.push(...some.map(([record, line]): [string, number] => [record, line]));
          const fields = found.map(([record]) => Papa.parse<string[]>(record, { delimiter: "," }).data[0]);
          assert.deepEqual(fields, rows);
          for (const [record, line] of found) {
            const there = text
              .split("\n")
              .slice(line - 1)
              .join("\n");
            assert.ok(there.startsWith(record), `${JSON.stringify(record)} is not at line ${line}`);
          }
        },
      ),
    );
  });

  test("may have quotes that open nothing, and end with the file", async () => {
    const found: unknown[] = [];
    for await (const some of csvRecords(streamOf(['a,5" pipe\n\n"b ""x""\ny",c']), ",")) found.push(...some);
    assert.deepEqual(found, [
      ['a,5" pipe', 1],
      ['"b ""x""\ny",c', 3],
    ]);
  });

  test("end with an error where a quote is never closed", async () => {
    await assert.rejects(async () => {
      for await (const _ of csvRecords(streamOf(['a\n"b\nc\n']), ","));
    }, /the quote of the record at line 2 is never closed/);
  });
});

test("lines may end with NUL, and hold newlines then", async () => {
  const found: string[] = [];
  for await (const { texts } of cutLines(streamOf(["a\nb\0c\r", "\0d"]), "\0")) found.push(...texts);
  assert.deepEqual(found, ["a\nb", "c\r", "d"]);
});
