import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decode } from "../../../src/wire/decode.ts";
import { Encoder } from "../../../src/wire/encode.ts";
import { decoding, encoding, roundTrip } from "./round-trip.ts";

const RUNS = { numRuns: 400 };

/** Strings of every kind: empty, ASCII, Latin-1, wide, with lone surrogates, around the lengths where the format changes. */
const anyString = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 70 }).map((units) => String.fromCharCode(...units)),
  fc.array(fc.integer({ min: 0, max: 0xff }), { maxLength: 70 }).map((units) => String.fromCharCode(...units)),
);

const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.integer({ min: -200, max: 200 }),
  fc.constantFrom(
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    127,
    128,
    -1,
    32767,
    32768,
    -32768,
    -32769,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31),
    2 ** 53,
    Number.MIN_VALUE,
  ),
);

const leaf = fc.oneof(
  anyNumber,
  anyString,
  fc.bigInt(),
  fc.constantFrom<unknown>(undefined, null, true, false),
  fc.date({ noInvalidDate: true }), // Node 20's deepStrictEqual holds no two invalid dates for equal
  fc.constantFrom<unknown>(/a+/gi, /\//u, /[/]\n/y, /(?:)/),
  fc.constantFrom<unknown>(Object(1), Object("boxed"), Object(false), Object(7n)),
  fc.uint8Array({ maxLength: 20 }),
  fc.float64Array({ maxLength: 5 }),
  fc.bigInt64Array({ maxLength: 5 }),
);

const key = fc.oneof(anyString, fc.constantFrom("__proto__", "constructor", "then", "1", "0", "length", "toString"));

/** An array as people make them: with holes, and with names. */
function wildArray(
  elements: readonly unknown[],
  missing: readonly number[],
  names: Record<string, unknown>,
): unknown[] {
  const array = [...elements];
  for (const index of missing) if (index < array.length) delete array[index];
  for (const [name, value] of Object.entries(names)) {
    if (name !== "length")
      Object.defineProperty(array, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return array;
}

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("value"), { maxLength: 6 }),
    fc
      .tuple(
        fc.array(tie("value"), { maxLength: 80 }),
        fc.array(fc.nat(80), { maxLength: 5 }),
        fc.dictionary(fc.constantFrom("x", "name", "9a", "01", "-1"), leaf),
      )
      .map((parts) => wildArray(...parts)),
    fc.dictionary(key, tie("value"), { maxKeys: 8 }),
    fc.dictionary(key, tie("value"), { maxKeys: 45, noNullPrototype: true }),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 5 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 5 }).map((members) => new Set(members)),
  ),
}));

/** Everything deepStrictEqual sees, and order of keys, which it does not. */
function assertSame(actual: unknown, expected: unknown): void {
  assert.deepStrictEqual(actual, expected);
  if (typeof expected !== "object" || expected === null) return;
  assert.deepEqual(Object.keys(actual as object), Object.keys(expected));
  if (Array.isArray(expected))
    for (const [index, each] of Object.entries(expected)) assertSame((actual as Record<string, unknown>)[index], each);
}

describe("the codec keeps what structuredClone keeps", () => {
  it("for any value", () => {
    fc.assert(
      fc.property(anyValue, (value) => assertSame(roundTrip(value), structuredClone(value))),
      RUNS,
    );
  });

  it("for any value among items that are decoded alone", () => {
    const encoder = new Encoder();
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 5 }), (values) => {
        const { payload, offsets } = encoder.encodeItems(
          values.map((value) => [value]),
          encoding,
        );
        const back = values.map((_, index) =>
          decode(payload.bytes.subarray(offsets[index], offsets[index + 1]), payload.attachments, decoding),
        );
        assertSame(back, structuredClone(values.map((value) => [value])));
      }),
      { numRuns: 100 },
    );
  });

  it("for shared references and cycles", () => {
    fc.assert(
      fc.property(
        fc.array(anyValue, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (values, picks) => {
          const nodes: unknown[] = values.map((value) => ({ value, more: [] as unknown[] }));
          nodes.push(new Map(), new Set(), []);
          for (const [index, pick] of picks.entries()) {
            const from = nodes[index % nodes.length];
            const to = nodes[pick % nodes.length];
            if (from instanceof Map) from.set(to, index);
            else if (from instanceof Set) from.add(to);
            else if (Array.isArray(from)) from.push(to);
            else (from as { more: unknown[] }).more.push(to);
          }
          assert.deepStrictEqual(roundTrip(nodes), structuredClone(nodes));
        },
      ),
      RUNS,
    );
  });

  it("for the prototype of every kind of object", () => {
    const values = [
      {},
      [],
      new Map(),
      new Set(),
      new Date(),
      /x/,
      Object(1),
      Object.create(null),
      new Uint8Array(),
      new ArrayBuffer(1),
      new DataView(new ArrayBuffer(1)),
      new RangeError("x"),
    ];
    for (const value of values) {
      assert.equal(Object.getPrototypeOf(roundTrip(value)), Object.getPrototypeOf(structuredClone(value)));
    }
  });

  it("for the identity of what is referred to twice", () => {
    const shared = { x: 1 };
    const view = new Uint8Array(4);
    const date = new Date(0);
    const [a, b, map, set, v1, v2, d1, d2] = roundTrip([
      shared,
      shared,
      new Map([[shared, shared]]),
      new Set([shared]),
      view,
      view,
      date,
      date,
    ] as const);
    assert.equal(a, b);
    assert.equal(map.get(a), a);
    assert.ok(set.has(a));
    assert.equal(v1, v2);
    assert.equal(d1, d2);
  });

  it("and no references between two payloads of one encoder", () => {
    const shared = { x: 1 };
    assert.notEqual(roundTrip(shared), roundTrip(shared));
  });
});

describe("the codec's edges", () => {
  it("keeps a __proto__ key as a key", () => {
    const value = JSON.parse('{ "__proto__": { "polluted": true }, "a": 1 }');
    const back = roundTrip(value);
    assert.deepEqual(Object.keys(back), ["__proto__", "a"]);
    assert.equal(Object.getPrototypeOf(back), Object.prototype);
    assert.equal(back.polluted, undefined);
  });

  it("keeps objects as tables with any number of keys", () => {
    const table = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key ${index}`, index]));
    assert.deepStrictEqual(roundTrip(table), table);
    const numbers = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [index * 3, index]));
    assert.deepStrictEqual(roundTrip([numbers, numbers]), [numbers, numbers]);
  });

  it("goes on when a program has made up more shapes than are kept", () => {
    for (let index = 0; index < 10_000; index++) {
      const value = { [`a${index}`]: 1, [`b${index % 7}`]: { [`a${index}`]: 2 } };
      assert.deepStrictEqual(roundTrip(value), value);
    }
  });

  it("keeps huge strings", () => {
    for (const text of ["ab".repeat(3_000_000), "é".repeat(100_001), "漢\ud800".repeat(100_001)])
      assert.equal(roundTrip(text), text);
  });

  it("keeps payloads that were given out while others are written", () => {
    const encoder = new Encoder();
    const values = Array.from({ length: 3000 }, (_, index) => ({ index, text: "x".repeat(index % 300) }));
    const payloads = values.map((value) => encoder.encode(value, encoding));
    encoder.encode("y".repeat(300_000), encoding);
    assert.deepStrictEqual(
      payloads.map(({ bytes }) => decode(bytes, [], decoding)),
      values,
    );
  });

  it("keeps nearly empty arrays of any length, and does not visit their gaps", () => {
    const array: unknown[] = [];
    array[4_000_000_000] = "far";
    array[77] = "near";
    const back = roundTrip(array);
    assert.equal(back.length, array.length);
    assert.deepEqual(Object.entries(back), [
      ["77", "near"],
      ["4000000000", "far"],
    ]);
    assert.equal(roundTrip(new Array(2 ** 32 - 1)).length, 2 ** 32 - 1);
    assert.deepStrictEqual(roundTrip(new Array(200_000)), new Array(200_000));
  });

  it("keeps named properties of short and of long arrays", () => {
    const match = "key=value".match(/(?<k>\w+)=(\w+)/);
    assert.deepStrictEqual(roundTrip(match), structuredClone(match));
    const rows = Object.assign(
      Array.from({ length: 1000 }, (_, index) => index),
      { total: 7, "4294967295": "a name" },
    );
    assert.deepStrictEqual(roundTrip(rows), rows);
    const onlyNames = Object.assign(new Array(3), { x: 1 });
    assert.deepStrictEqual(roundTrip(onlyNames), onlyNames);
  });

  it("leaves out symbol keys, hidden properties and the lastIndex of a RegExp, as structuredClone does", () => {
    const value = Object.defineProperty({ a: 1, [Symbol("s")]: 2 }, "hidden", { value: 3 });
    assert.deepEqual(Reflect.ownKeys(roundTrip(value)), ["a"]);
    const pattern = /a/g;
    pattern.lastIndex = 5;
    assert.equal(roundTrip(pattern).lastIndex, 0);
  });

  it("reads getters", () => {
    const value = {
      get answer() {
        return 42;
      },
    };
    assert.deepStrictEqual(Object.getOwnPropertyDescriptor(roundTrip(value), "answer"), {
      value: 42,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  });

  it("keeps URLs and their queries, which structuredClone does not", () => {
    assert.deepStrictEqual(
      roundTrip(new URL("https://user@example.org:81/a?b=ü#c")).href,
      "https://user@example.org:81/a?b=%C3%BC#c",
    );
    assert.deepStrictEqual(
      [...roundTrip(new URLSearchParams("a=1&a=2&b=%20"))],
      [
        ["a", "1"],
        ["a", "2"],
        ["b", " "],
      ],
    );
  });

  it("keeps chains of any depth, of every kind of container", () => {
    const links: ((inner: unknown) => unknown)[] = [
      (inner) => ({ next: inner }),
      (inner) => [inner],
      (inner) => new Map([["next", inner]]),
      (inner) => new Set([inner]),
      (inner) => Object.assign([inner], { named: true }),
    ];
    const follow = (outer: unknown): unknown => {
      if (outer instanceof Map) return outer.get("next");
      if (outer instanceof Set) return [...outer][0];
      return Array.isArray(outer) ? outer[0] : (outer as { next: unknown }).next;
    };
    let chain: unknown = { next: "the end" };
    for (let depth = 0; depth < 100_000; depth++) chain = links[depth % links.length]?.(chain);
    let back = roundTrip(chain);
    for (let at = chain; typeof at === "object"; at = follow(at), back = follow(back)) {
      assert.equal(Object.getPrototypeOf(back), Object.getPrototypeOf(at));
    }
    assert.equal(back, "the end");
  });

  it("keeps references between the depths", () => {
    const root: { next?: unknown; top?: unknown } = {};
    let last: { next?: unknown; top?: unknown } = root;
    for (let depth = 0; depth < 2000; depth++) {
      const next = { top: root };
      last.next = next;
      last = next;
    }
    let back = roundTrip(root);
    const top = back;
    for (let depth = 0; depth < 2000; depth++) {
      back = back.next as typeof back;
      assert.equal(back.top, top);
    }
  });

  it("encodes from inside a getter with the same encoder", () => {
    const encoder = new Encoder();
    let inner: Uint8Array | undefined;
    const value = {
      before: { a: 1 },
      get nested() {
        inner = encoder.encode({ before: { a: 2 } }, encoding).bytes;
        return { a: 3 };
      },
      after: { a: 4 },
    };
    const { bytes } = encoder.encode(value, encoding);
    assert.deepStrictEqual(decode(bytes, [], decoding), { before: { a: 1 }, nested: { a: 3 }, after: { a: 4 } });
    assert.deepStrictEqual(decode(inner as Uint8Array, [], decoding), { before: { a: 2 } });
  });

  it("decodes from shared memory and from the middle of a Buffer", () => {
    const value = {
      text: "some text that is longer than a few characters",
      wide: "漢字",
      list: [1.5, "x", new Uint8Array([1, 2])],
    };
    const { bytes } = new Encoder().encode(value, encoding);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 7), 3, bytes.length);
    shared.set(bytes);
    const back = decode(shared, [], decoding) as typeof value;
    assert.deepStrictEqual(back, value);
    assert.ok((back.list[2] as Uint8Array).buffer instanceof ArrayBuffer);
    assert.deepStrictEqual(decode(Buffer.from(bytes), [], decoding), value);
  });
});
