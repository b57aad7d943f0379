import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SerializationError } from "../../../src/errors.ts";
import { registerClass } from "../../../src/wire/classes.ts";
import { decode, decodeAt } from "../../../src/wire/decode.ts";
import { Encoder } from "../../../src/wire/encode.ts";
import * as tags from "../../../src/wire/tags.ts";
import { decoding, encoding } from "./round-trip.ts";

const encoder = new Encoder();

class Known {
  field = { x: 1 };
}
registerClass(Known, { name: "garbage.Known" });

/** A value with everything in it. */
function everything(): unknown {
  const shared = { id: 1, name: "shared", list: [1.5, -2, 70_000, "ab", "漢字", true, null, undefined] };
  const buffer = new ArrayBuffer(16);
  let chain: unknown = shared;
  for (let depth = 0; depth < 300; depth++) chain = depth % 2 === 0 ? { chain } : [chain];
  return {
    shared,
    again: shared,
    holes: [1, , 3],
    named: Object.assign([1], { name: "x" }),
    map: new Map<unknown, unknown>([
      ["a", shared],
      [shared, new Set([1, "b"])],
    ]),
    date: new Date(5),
    pattern: /a(b)?/gu,
    box: Object("box"),
    big: [5n, -(2n ** 90n)],
    url: new URL("http://example.org/"),
    views: [new Uint8Array(buffer, 2, 4), new Float64Array(buffer, 8, 1), buffer, Buffer.from("pool")],
    error: Object.assign(new TypeError("bad", { cause: new Error("worse") }), {
      code: "E",
      many: new AggregateError([1], "m"),
    }),
    known: new Known(),
    table: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, index])),
    long: "long text ".repeat(20),
    chain,
  };
}

/** A value or a SerializationError: anything else fails the test. */
function decodesOrRefuses(bytes: Uint8Array): void {
  try {
    decode(bytes, [], decoding);
  } catch (error) {
    if (
      !(error instanceof SerializationError) &&
      !(error instanceof Error && error.message.startsWith("there is no definition"))
    )
      throw error;
  }
}

describe("the decoder, given garbage, gives a value or a SerializationError", () => {
  it("for random bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodesOrRefuses), { numRuns: 3000 });
  });

  it("for random bytes behind a right header", () => {
    const withHeader = fc.tuple(fc.constantFrom(0, 1, 2, 3), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(withHeader, ([flags, bytes]) => decodesOrRefuses(Uint8Array.from([tags.MAGIC | flags, ...bytes]))),
      { numRuns: 5000 },
    );
  });

  it("for sequences of tags", () => {
    const tag = fc.oneof(
      fc.constantFrom(...Object.values(tags).filter((value) => value < 0x40)),
      fc.constantFrom(0x40, 0x41, 0x80, 0x81, 0xff),
    );
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2, 3), fc.array(tag, { maxLength: 60 }), (flags, body) =>
        decodesOrRefuses(Uint8Array.from([tags.MAGIC | flags, ...body])),
      ),
      { numRuns: 5000 },
    );
  });

  it("for payloads that were cut, changed or stretched", () => {
    const { bytes } = encoder.encode(everything(), encoding);
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(bytes.length), (changes, end) => {
        const damaged = bytes.slice();
        for (const { at, to } of changes) damaged[at] = to;
        decodesOrRefuses(damaged);
        decodesOrRefuses(damaged.subarray(0, end));
        decodesOrRefuses(Uint8Array.from([...damaged, ...damaged.subarray(end)]));
      }),
      { numRuns: 1500 },
    );
  });

  it("and every proper beginning of a payload is refused", () => {
    const { bytes } = encoder.encode(everything(), encoding);
    for (let end = 0; end < bytes.length; end++)
      assert.throws(() => decode(bytes.subarray(0, end), [], decoding), SerializationError);
    assert.throws(() => decode(Uint8Array.from([...bytes, 0]), [], decoding), SerializationError);
  });

  it("and is as good as new afterwards", () => {
    const value = everything();
    const { bytes } = encoder.encode(value, encoding);
    assert.throws(() => decode(bytes.subarray(0, 200), [], decoding), SerializationError);
    assert.deepStrictEqual(decode(bytes, [], decoding), value);
  });
});

describe("the decoder refuses", () => {
  const header = tags.MAGIC;
  const cases: [what: string, bytes: number[], message: RegExp][] = [
    ["nothing", [], /they end too early/],
    ["bytes of another origin", [0xff, 0x0f], /they do not begin as they should/],
    ["an unknown tag", [header, 0x3f], /a tag is unknown/],
    ["a length without end", [header, tags.LATIN1, ...new Array(9).fill(0xff)], /a length has no end/],
    ["a string longer than what is left", [header, tags.LATIN1, 0xff, 0xff, 0x7f], /they end too early/],
    ["an array longer than what is left", [header, tags.ARRAY, 0xff, 0xff, 0xff, 0x7f], /they end too early/],
    ["a gap beyond its array", [header, tags.HOLEY_ARRAY, 2, tags.HOLES, 5], /a gap is longer than its array/],
    [
      "a reference to nothing",
      [header | tags.HAS_REFERENCES, tags.REFERENCE, 3],
      /an object is referred to that is not there/,
    ],
    ["an attachment that is missing", [header, tags.ATTACHMENT, 0], /an attachment is missing/],
    ["a view without buffers", [header, tags.VIEW, 3, 0], /a buffer is missing/],
    ["buffers at a wrong place", [header | tags.HAS_BUFFERS, 0x80, 9, 9, 9, 9], /the place of the buffers is wrong/],
    [
      "what is nested too deeply",
      [header, ...new Array(3000).fill([tags.SET, 1]).flat(), 0x80],
      /they are nested too deeply/,
    ],
    ["bytes behind the value", [header, 0x80, 0x80], /there are bytes behind the value/],
    ["a bigint with wrong digits", [header, tags.BIGINT, 0, 0x41, 0x7a], /a bigint has wrong digits/],
    ["a RegExp that is none", [header, tags.REGEXP, 0x41, 0x28, 0x40], /Invalid regular expression/],
    ["a class of errors that is unknown", [header, tags.ERROR, 0, 0x41, 0x78, 0], /an error's class is unknown/],
  ];
  for (const [what, bytes, message] of cases) {
    it(what, () => {
      assert.throws(
        () => decode(Uint8Array.from(bytes), [], decoding),
        (error: unknown) => {
          assert.ok(error instanceof SerializationError);
          assert.match(error.message, /^These bytes cannot be decoded: /);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

describe("items", () => {
  const items = Array.from({ length: 50 }, (_, index) => [{ index, tag: `item ${index}` }, index]);
  const { payload, offsets } = encoder.encodeItems(items, encoding);

  it("can each be decoded alone", () => {
    assert.equal(offsets.length, items.length + 1);
    for (const [index, item] of items.entries())
      assert.deepStrictEqual(decodeAt(payload.bytes, offsets, index, payload.attachments, decoding), item);
  });

  it("can be cut out as a range, without a copy", () => {
    const [from, to] = [20, 30];
    const bytes = payload.bytes.subarray(offsets[from], offsets[to]);
    assert.equal(bytes.buffer, payload.bytes.buffer);
    const shifted = offsets.slice(from, to + 1).map((offset) => offset - (offsets[from] as number));
    for (let index = from; index < to; index++)
      assert.deepStrictEqual(decodeAt(bytes, shifted, index - from, [], decoding), items[index]);
  });

  it("share references inside an item only", () => {
    const shared = { a: 1 };
    const both = encoder.encodeItems([[shared, shared], [shared]], encoding);
    const [first] = [0, 1].map((index) => decodeAt(both.payload.bytes, both.offsets, index, [], decoding)) as [
      [object, object],
      [object],
    ];
    assert.equal(first[0], first[1]);
  });

  it("may come from any iterable, and be none at all", () => {
    const none = encoder.encodeItems(new Set(), encoding);
    assert.deepEqual([...none.offsets, none.payload.bytes.length], [0, 0]);
    const drawn = encoder.encodeItems(new Set(["a", 5]), encoding);
    assert.equal(decodeAt(drawn.payload.bytes, drawn.offsets, 1, [], decoding), 5);
  });

  it("are lists of arguments when they are arrays, as encodeArguments takes them", () => {
    const list = Object.assign([1, 2], { named: true });
    assert.deepStrictEqual(decode(encoder.encodeArguments(list, encoding).bytes, [], decoding), [1, 2]);
    const both = encoder.encodeItems([list], encoding);
    assert.deepStrictEqual(decodeAt(both.payload.bytes, both.offsets, 0, [], decoding), [1, 2]);
  });
});
