import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { linesOf } from "../../src/line-reader.ts";

async function lines(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const found: string[] = [];
  const stream = new Readable({ read() {} });
  for (const chunk of chunks) stream.push(chunk);
  stream.push(null);
  for await (const some of linesOf(stream)) found.push(...some);
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
      for await (const _ of linesOf(stream)) assert.fail();
    }, /torn cable/);
  });
});
