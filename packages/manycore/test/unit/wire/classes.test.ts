import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SerializationError } from "../../../src/errors.ts";
import type { Definition, Shipped } from "../../../src/functions/definitions.ts";
import { HANDLE } from "../../../src/functions/handle.ts";
import { adoptClass, registerClass, registerError, registrationNamed } from "../../../src/wire/classes.ts";
import { decode } from "../../../src/wire/decode.ts";
import { type EncodeContext, Encoder } from "../../../src/wire/encode.ts";
import { decoding, encoding, refusal, roundTrip } from "./round-trip.ts";

const encoder = new Encoder();

class Point {
  x: number;
  y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  get norm() {
    return Math.hypot(this.x, this.y);
  }
}
registerClass(Point);

class Account {
  #balance: number;
  constructor(balance: number) {
    this.#balance = balance;
  }
  get balance() {
    return this.#balance;
  }
}
registerClass(Account, {
  encode: (account) => ({ balance: account.balance }),
  decode: ({ balance }) => new Account(balance),
});

describe("an instance of a registered class", () => {
  it("arrives with its class and fields, and refers to others as before", () => {
    const point = new Point(3, 4);
    const [a, b] = roundTrip([point, { point, next: new Point(1, 1) }] as const);
    assert.ok(a instanceof Point);
    assert.deepEqual([a.norm, b.point === a, b.next instanceof Point], [5, true, true]);
  });

  it("may be part of a cycle", () => {
    const point = Object.assign(new Point(1, 2), { self: null as unknown });
    point.self = { point };
    const back = roundTrip(point);
    assert.equal((back.self as { point: unknown }).point, back);
  });

  it("may be a link of a chain of any depth", () => {
    class Link {
      next: Link | undefined;
    }
    registerClass(Link);
    let chain: Link | undefined;
    for (let depth = 0; depth < 20_000; depth++) chain = Object.assign(new Link(), { next: chain });
    let length = 0;
    for (let at = roundTrip(chain); at !== undefined; at = at.next) {
      assert.ok(at instanceof Link);
      length++;
    }
    assert.equal(length, 20_000);
  });

  it("travels by way of encode and decode where they are given", () => {
    const account = new Account(7);
    const [a, b] = roundTrip([account, account]);
    assert.ok(a instanceof Account);
    assert.deepEqual([a.balance, a === b], [7, true]);
  });

  it("runs no setter of its class", () => {
    const seen: unknown[] = [];
    class Watched {
      set value(value: unknown) {
        seen.push(value);
      }
    }
    registerClass(Watched);
    const back = roundTrip(Object.defineProperty(new Watched(), "value", { value: 5, enumerable: true }));
    assert.deepEqual([Object.getOwnPropertyDescriptor(back, "value")?.value, seen], [5, []]);
  });

  it("keeps contents and fields when the class extends a built-in", () => {
    class Tally extends Map<string, number> {
      total = 3;
    }
    class Stack extends Array<number> {
      limit = 9;
    }
    class Samples extends Float64Array {}
    for (const cls of [Tally, Stack, Samples]) registerClass(cls as unknown as typeof Tally);
    const tally = roundTrip(new Tally([["a", 1]]));
    assert.deepEqual([tally instanceof Tally, tally.get("a"), tally.total], [true, 1, 3]);
    const stack = roundTrip(Stack.from([1, 2]) as Stack);
    assert.deepEqual([stack instanceof Stack, [...stack], stack.limit], [true, [1, 2], 9]);
    const samples = roundTrip(new Samples([1.5]));
    assert.deepEqual([samples instanceof Samples, [...samples]], [true, [1.5]]);
  });

  it("is of its own class only: a subclass needs a registration too", async () => {
    class Pixel extends Point {}
    const back = roundTrip(new Pixel(1, 2));
    assert.equal(Object.getPrototypeOf(back), Object.prototype);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("must not be referred to by what its encode gives", () => {
    class Ouroboros {
      x = 1;
    }
    registerClass(Ouroboros, { encode: (self) => ({ self }), decode: () => new Ouroboros() });
    assert.match(refusal([new Ouroboros()]).message, /^args\[0\]\.self is the very instance that is being encoded/);
  });

  it("names the class when its decode throws", () => {
    class Picky {
      x = 1;
    }
    registerClass(Picky, {
      encode: () => 1,
      decode() {
        throw new RangeError("not today");
      },
    });
    assert.throws(
      () => roundTrip(new Picky()),
      (error: unknown) => {
        assert.ok(error instanceof SerializationError);
        assert.deepEqual(
          [error.message, (error.cause as Error).name],
          ["decode of the registered class Picky threw: not today", "RangeError"],
        );
        return true;
      },
    );
  });

  it("may encode and decode values of its own in between", () => {
    class Wrapped {
      inner: unknown;
      constructor(inner: unknown) {
        this.inner = inner;
      }
    }
    registerClass(Wrapped, {
      encode: (wrapped) => encoder.encode(wrapped.inner, encoding).bytes,
      decode: (bytes) => new Wrapped(decode(bytes, [], decoding)),
    });
    const back = roundTrip({ before: { a: 1 }, wrapped: new Wrapped({ a: [new Wrapped(2)] }), after: { a: 2 } });
    assert.deepEqual(((back.wrapped.inner as { a: Wrapped[] }).a[0] as Wrapped).inner, 2);
    assert.deepEqual([back.before, back.after], [{ a: 1 }, { a: 2 }]);
  });
});

describe("registerClass refuses", () => {
  const refused: [what: string, action: () => void, message: RegExp][] = [
    [
      "what is no class",
      () => registerClass((() => 1) as never),
      /^registerClass takes a class, not an arrow function\.$/,
    ],
    [
      "what is not even a function",
      () => registerClass(5 as never),
      /^registerClass takes a class, not a value of type number\.$/,
    ],
    [
      "an anonymous class",
      () => registerClass(class {}),
      /^registerClass: an anonymous class needs a name: registerClass\(cls, \{ name: "\.\.\." \}\)\.$/,
    ],
    [
      "a name that is taken",
      () => registerClass(class Point {}),
      /^registerClass: the name "Point" is taken by another class: pass \{ name \} to tell them apart\.$/,
    ],
    [
      "encode without decode",
      () => registerClass(class Half {}, { encode: () => 1 }),
      /^registerClass\(Half\): encode and decode belong together; one is missing\.$/,
    ],
    [
      "private fields without encode",
      () =>
        registerClass(
          class Closed {
            #x = 1;
            get x() {
              return this.#x;
            }
          },
        ),
      /^registerClass\(Closed\): its private fields can only be read by its own code: pass \{ encode, decode \}\.$/,
    ],
    [
      "a misspelt option",
      () => registerClass(class Spelt {}, { encod: () => 1 } as never),
      /^Unknown option "encod" of registerClass\. Did you mean "encode"\?$/,
    ],
    [
      "as registerError, a class that is no error",
      () => registerError(class NoError {} as never),
      /^registerError\(NoError\): the class does not extend Error\. Use registerClass\.$/,
    ],
  ];
  for (const [what, action, message] of refused) {
    it(what, () => assert.throws(action, { name: "TypeError", message }));
  }

  it("but takes the same class twice, and text that only looks private", () => {
    class Styled {
      color = "#fff"; // #not private
      link = `#${this.color}`;
    }
    registerClass(Styled);
    registerClass(Styled);
    assert.ok(roundTrip(new Styled()) instanceof Styled);
  });
});

/** Numbers everything that it is given. */
function shop() {
  const shipped = new Map<unknown, Shipped>();
  let ids = 100;
  const context: Required<Pick<EncodeContext, "nextId">> & EncodeContext = {
    root: "args",
    nextId: () => ++ids,
    define(value) {
      const known = shipped.get(value);
      if (known !== undefined) return known;
      const definition: Definition = { id: ++ids, version: 1, body: { kind: "global", path: [] }, original: value };
      const made = { definition, needs: [definition] };
      shipped.set(value, made);
      return made;
    },
  };
  return { context, shipped };
}

describe("what is defined", () => {
  it("functions and handles go as the ids of their definitions, with all they need, once", () => {
    const helper: Definition = {
      id: 1,
      version: 1,
      body: { kind: "global", path: ["Math", "abs"] },
      original: Math.abs,
    };
    const definition: Definition = {
      id: 2,
      version: 3,
      body: { kind: "global", path: ["Math", "max"] },
      original: Math.max,
    };
    const paths: string[] = [];
    const context: EncodeContext = {
      root: "args",
      define(_value, path) {
        paths.push(path);
        return { definition, needs: [helper, definition] };
      },
    };
    class Handle {
      [HANDLE](): Shipped {
        throw new Error("The context asks, not the codec.");
      }
    }
    const { bytes, needs } = encoder.encode([Math.max, { f: Math.max, h: new Handle() }], context);
    assert.deepEqual(paths, ["args[0]", "args[1].f", "args[1].h"]);
    assert.deepEqual(needs, [helper, definition]);
    assert.deepEqual(decode(bytes, [], { resolve: (id) => `resolved ${id}` }), [
      "resolved 2",
      { f: "resolved 2", h: "resolved 2" },
    ]);
  });

  it("what define and resolve throw comes out as it is", () => {
    const problem = new RangeError("as it is");
    const define = () => {
      throw problem;
    };
    assert.throws(
      () => encoder.encode([() => 1], { root: "args", define }),
      (error) => error === problem,
    );
    const { context } = shop();
    const { bytes } = encoder.encode([() => 1], context);
    assert.throws(
      () => decode(bytes, [], { resolve: define }),
      (error) => error === problem,
    );
  });

  it("a registered class follows its instances as a definition, in a new version when its parts change", () => {
    const { context, shipped } = shop();
    const first = encoder.encode([new Account(1), new Account(2)], context).needs;
    const own = first.filter(({ body }) => body.kind === "class");
    assert.equal(own.length, 1);
    const { body, version } = own[0] as Definition;
    assert.ok(body.kind === "class");
    const registration = registrationNamed("Account");
    const idOf = (part: unknown) => shipped.get(part)?.definition.id;
    assert.deepEqual(
      [body.key, body.target, body.encode, body.decode, version],
      ["Account", idOf(Account), idOf(registration?.encode), idOf(registration?.decode), 1],
    );
    assert.equal(first.length, 4);
    assert.deepEqual(
      encoder.encode(new Account(3), context).needs.find(({ body }) => body.kind === "class"),
      own[0],
    );
    shipped.delete(Account);
    const changed = encoder.encode(new Account(3), context).needs.find(({ body }) => body.kind === "class");
    assert.deepEqual([changed?.id, changed?.version], [own[0]?.id, 2]);
  });

  it("a registered error class follows its instances too", () => {
    class Full extends Error {}
    registerError(Full);
    const { needs } = encoder.encode(new Full("x"), shop().context);
    assert.ok(needs.some(({ body }) => body.kind === "class" && body.key === "Full"));
  });

  it("on the way back a class goes by its name alone", () => {
    const { needs } = encoder.encode(new Point(1, 2), { ...shop().context, returning: true });
    assert.deepEqual(needs, []);
  });

  it("a class that came as a definition is resolved before its first instance, goes back by name, and on as a definition", () => {
    const { context } = shop();
    class Traveller {
      bag = 1;
    }
    registerClass(Traveller, { name: "traveller" });
    const { bytes, needs } = encoder.encode(new Traveller(), context);
    const id = needs.find(({ body }) => body.kind === "class")?.id as number;
    // What a worker knows: nothing, until the definition is resolved. Another name stands for another table here.
    const there = Buffer.from(Buffer.from(bytes).toString("latin1").replace("traveller", "wanderer!"), "latin1");
    class Wanderer {
      bag = 0;
    }
    const resolved: number[] = [];
    const back = decode(there, [], {
      resolve(each) {
        resolved.push(each);
        adoptClass("wanderer!", Wanderer);
        return Wanderer;
      },
    }) as Wanderer;
    assert.deepEqual([back instanceof Wanderer, back.bag, resolved], [true, 1, [id]]);
    const answer = encoder.encode(back, {
      ...context,
      returning: true,
      define: () => assert.fail("It is known there."),
    });
    assert.deepEqual(answer.needs, []);
    assert.ok(Buffer.from(answer.bytes).includes("wanderer!"));
    const onward = encoder.encode(back, context);
    assert.deepEqual(
      onward.needs.map(({ body }) => body.kind === "class" && body.key),
      [false, "wanderer!"],
    );
  });

  it("an instance of a class that is unknown here is an error that says what to do", () => {
    const bytes = Buffer.from(
      Buffer.from(encoder.encode(new Point(1, 2), encoding).bytes)
        .toString("latin1")
        .replace("Point", "Paint"),
      "latin1",
    );
    assert.throws(() => decode(bytes, [], decoding), {
      name: "SerializationError",
      message: /An instance of Paint came back, and no class is registered under that name here: call registerClass/,
    });
  });
});
