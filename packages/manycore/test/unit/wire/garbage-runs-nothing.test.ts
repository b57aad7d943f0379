/** Bytes can come from anywhere: whatever is in them, decoding runs none of the program's code and changes nothing of it. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SerializationError } from "../../../src/errors.ts";
import { registerClass, registerError } from "../../../src/wire/classes.ts";
import { decode } from "../../../src/wire/decode.ts";
import { Encoder } from "../../../src/wire/encode.ts";
import * as tags from "../../../src/wire/tags.ts";
import { decoding, encoding } from "./round-trip.ts";

const ran: string[] = [];

/** Every piece of code that a careless decoder would run: constructors, setters, methods with well-known names. */
class Mine {
  x: unknown = 1;
  constructor() {
    ran.push("a constructor");
  }
  set y(_: unknown) {
    ran.push("a setter");
  }
  toJSON() {
    ran.push("toJSON");
  }
  // biome-ignore lint/suspicious/noThenProperty: it must not be called
  then() {
    ran.push("then");
  }
  toString() {
    ran.push("toString");
    return "";
  }
  valueOf() {
    ran.push("valueOf");
    return 0;
  }
  [Symbol.toPrimitive]() {
    ran.push("toPrimitive");
    return 0;
  }
}
class MyMap extends Map<unknown, unknown> {
  override set(key: unknown, value: unknown): this {
    ran.push("a subclass's set");
    return super.set(key, value);
  }
}
class MyError extends Error {
  constructor(message: string) {
    super(message);
    ran.push("an error's constructor");
  }
  set detail(_: unknown) {
    ran.push("an error's setter");
  }
}
registerClass(Mine, { name: "nothing.Mine" });
registerClass(MyMap, { name: "nothing.MyMap" });
registerError(MyError, { name: "nothing.MyError" });

/** What is shared by the whole program, and would show it if a key reached it. */
const precious = [Object, Array, Function, Map, Set, Error, Mine, MyMap, MyError].map(
  ({ prototype }) => prototype as object,
);

const snapshot = (): string =>
  precious.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join("|") +
  Reflect.ownKeys(globalThis).length;

/** Runs `body` while reaching for `eval` or `Function` is recorded. */
function guarded(body: () => void): void {
  const { eval: realEval, Function: RealFunction } = globalThis;
  const spied = (name: string) =>
    function spy() {
      ran.push(name);
    };
  Object.assign(globalThis, { eval: spied("eval"), Function: spied("Function") });
  try {
    body();
  } finally {
    Object.assign(globalThis, { eval: realEval, Function: RealFunction });
  }
}

function loaded(): unknown {
  const mine = new Mine();
  const own = (value: object, key: string, content: unknown) =>
    Object.defineProperty(value, key, { value: content, enumerable: true, writable: true, configurable: true });
  own(mine, "y", { x: 1 });
  return {
    mine,
    map: new MyMap([["x", mine]]),
    error: own(new MyError("bad"), "detail", [mine]),
    keys: JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "x": 1}'),
    list: Object.assign([1, , "2"], { x: 3, field: 4 }),
    table: Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [index === 20 ? "__proto__x" : `k${index}`, index]),
    ),
    thenable: JSON.parse('{"then": 5, "toString": 6}'),
    pattern: /(a+)+$/,
    date: new Date(1),
  };
}

/** Decodes what may be anything; a value is only held, as a careful program would hold it. */
function decodes(bytes: Uint8Array): void {
  try {
    decode(bytes, [], decoding);
  } catch (error) {
    if (error instanceof SerializationError) return;
    if (error instanceof Error && error.message.startsWith("there is no definition")) return;
    throw error;
  }
}

const { bytes } = new Encoder().encode(loaded(), encoding);

function runsNothing(decoded: Uint8Array): void {
  const before = snapshot();
  ran.length = 0;
  guarded(() => decodes(decoded));
  assert.deepEqual([ran, snapshot() === before], [[], true]);
}

describe("decoding runs no code of the program and reaches no prototype", () => {
  it("for a whole payload", () => {
    runsNothing(bytes);
    const back = decode(bytes, [], decoding) as { mine: unknown; map: unknown; error: unknown };
    assert.ok(back.mine instanceof Mine && back.map instanceof MyMap && back.error instanceof MyError);
  });

  it("for damaged ones", () => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const damaged = bytes.slice();
        for (const { at, to } of changes) damaged[at] = to;
        runsNothing(damaged);
      }),
      { numRuns: 3000 },
    );
  });

  it("for pieces of one put together anew", () => {
    const piece = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2, 3), fc.array(piece, { minLength: 1, maxLength: 8 }), (flags, pieces) => {
        const parts = pieces.flatMap(([from, length]) => [...bytes.subarray(from, from + length)]);
        runsNothing(Uint8Array.from([tags.MAGIC | flags, ...parts]));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("decoding few bytes makes few things", () => {
  it("whatever lengths they tell", () => {
    const length = fc.constantFrom(
      [0xff, 0xff, 0x7f],
      [0xff, 0xff, 0xff, 0x7f],
      [0xff, 0xff, 0xff, 0xff, 0x0f],
      [0x80, 0x01],
    );
    const counted = fc.constantFrom(
      tags.LATIN1,
      tags.UTF16,
      tags.ARRAY,
      tags.HOLEY_ARRAY,
      tags.NAMED_ARRAY,
      tags.TABLE,
      tags.SHAPE,
      tags.MAP,
      tags.SET,
      tags.ARRAY_BUFFER,
      tags.HOLES,
      tags.VIEW,
    );
    const part = fc.tuple(counted, length).map(([tag, digits]) => [tag, ...digits]);
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2, 3), fc.array(part, { minLength: 1, maxLength: 12 }), (flags, parts) => {
        const before = process.memoryUsage();
        decodes(Uint8Array.from([tags.MAGIC | flags, ...parts.flat()]));
        const after = process.memoryUsage();
        const grown = after.heapUsed + after.external - before.heapUsed - before.external;
        assert.ok(grown < 2 ** 24, `${grown} bytes for ${parts.flat().length}`);
      }),
      { numRuns: 2000 },
    );
  });
});
