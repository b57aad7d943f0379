import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { EventEmitter } from "node:events";
import { createServer, Socket } from "node:net";
import { createHistogram } from "node:perf_hooks";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { SerializationError } from "../../../src/errors.ts";
import { decode } from "../../../src/wire/decode.ts";
import { Encoder } from "../../../src/wire/encode.ts";
import { move } from "../../../src/wire/move.ts";
import { decoding, encoding, refusal, roundTrip } from "./round-trip.ts";

/** As much of it as is needed here: Node's types leave it to the DOM's. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Memory: new (limits: { initial: number; maximum?: number; shared?: boolean }) => object;
  };
};

/** An empty module in binary form. */
const WASM = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

describe("what the platform clones rides beside the bytes", () => {
  const values: Record<string, object> = {
    KeyObject: createSecretKey(Buffer.from("key")),
    Blob: new Blob(["text"]),
    Histogram: createHistogram(),
    "WebAssembly.Module": new WebAssembly.Module(WASM),
    "shared WebAssembly.Memory": new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }),
  };
  for (const [name, value] of Object.entries(values)) {
    it(name, () => {
      const { bytes, attachments, transfer } = new Encoder().encode({ a: value, b: value }, encoding);
      assert.deepEqual([attachments.length, attachments[0] === value, transfer], [1, true, []]);
      const back = decode(bytes, structuredClone(attachments), decoding) as { a: object; b: object };
      assert.equal(back.a, back.b);
      assert.equal(back.a.constructor.name, value.constructor.name);
    });
  }

  it("and a class of the user's that only has such a name goes as its fields", () => {
    class Blob {
      size = 3;
    }
    const { bytes, attachments } = new Encoder().encode(new Blob(), encoding);
    assert.deepEqual([attachments, decode(bytes, [], decoding)], [[], { size: 3 }]);
  });
});

describe("what cannot leave its thread is refused, by path and with what to do", () => {
  function* numbers() {
    yield 1;
  }
  const refused: [what: string, value: unknown, message: RegExp][] = [
    ["a symbol", Symbol("s"), /^args\.v is a symbol, which is unique to its own thread\. Use a string\.$/],
    [
      "a boxed symbol",
      Object(Symbol("s")),
      /^args\.v is a symbol, which is unique to its own thread\. Use a string\.$/,
    ],
    ["a Promise", Promise.resolve(1), /^args\.v is a Promise\. Await it first: const value = await args\.v\.$/],
    ["a WeakMap", new WeakMap(), /^args\.v is a WeakMap, whose entries cannot be listed\. Use a Map\.$/],
    ["a WeakSet", new WeakSet(), /^args\.v is a WeakSet, whose members cannot be listed\. Use a Set\.$/],
    [
      "a WeakRef",
      new WeakRef({}),
      /^args\.v is a WeakRef\. Use what it refers to: const target = args\.v\.deref\(\)\.$/,
    ],
    [
      "a FinalizationRegistry",
      new FinalizationRegistry(() => {}),
      /^args\.v is a FinalizationRegistry, which belongs to this thread\.$/,
    ],
    [
      "a generator",
      numbers(),
      /^args\.v is a generator, which cannot leave its thread\. Collect its values first: const values = \[\.\.\.args\.v\]\.$/,
    ],
    [
      "an iterator of a Map",
      new Map().keys(),
      /^args\.v is an iterator, which cannot leave its thread\. Collect its values first/,
    ],
    [
      "an iterator of a Set",
      new Set().values(),
      /^args\.v is an iterator, which cannot leave its thread\. Collect its values first/,
    ],
    ["an Intl object", new Intl.NumberFormat("en"), /^args\.v is a NumberFormat, which belongs to this thread\.$/],
    [
      "an AbortSignal",
      new AbortController().signal,
      /^args\.v is an AbortSignal\. Give it to the call, pool\.with\(\{ signal: args\.v \}\), and read currentTask\(\)\.signal in the task\.$/,
    ],
    [
      "an AbortController",
      new AbortController(),
      /^args\.v is an AbortController\. Give its signal to the call, pool\.with\(\{ signal: args\.v\.signal \}\), and read /,
    ],
    [
      "a socket",
      new Socket(),
      /^args\.v is a socket, which cannot leave its thread\. Open one in each worker: const own = perWorker/,
    ],
    [
      "a server",
      createServer(),
      /^args\.v is a server, which cannot leave its thread\. Keep it here, and pass what the task needs of it: const \{ port \} = args\.v\.address\(\)\.$/,
    ],
    [
      "a stream",
      new PassThrough(),
      /^args\.v is a stream, which cannot leave its thread\. Pass its data, or a path that the task opens\.$/,
    ],
    [
      "a move() that is not the whole value",
      move(1, []),
      /^args\.v is a move\(\), which is for the whole value that a task returns\. Move arguments with pool\.with\(\{ transfer: \[buffer\] \}\)\.$/,
    ],
    [
      "memory of WebAssembly that is not shared",
      new WebAssembly.Memory({ initial: 1 }),
      /^args\.v is a Memory, which belongs to this thread\.$/,
    ],
    [
      "an unlisted ReadableStream",
      new ReadableStream(),
      /^args\.v is a ReadableStream, which can only change owner\. Give it away as an argument: pool\.with\(\{ transfer: \[stream\] \}\)\.submit\(f, stream\)\.$/,
    ],
  ];
  for (const [what, value, message] of refused) {
    it(what, () => {
      const { name, path, message: text } = refusal({ v: value });
      assert.match(text, message);
      assert.deepEqual([name, path], ["SerializationError", "args.v"]);
    });
  }

  it("a timer", () => {
    const timer = setTimeout(() => {}, 1000);
    clearTimeout(timer);
    assert.match(
      refusal(timer).message,
      /^args is a timer, which cannot leave its thread\. Start it in the task, or clear it here when the future is done\.$/,
    );
    const immediate = setImmediate(() => {});
    clearImmediate(immediate);
    assert.match(
      refusal(immediate).message,
      /^args is a timer, which cannot leave its thread\. Start it in the task, or clear it here when the future is done\.$/,
    );
  });

  it("an unlisted MessagePort", () => {
    const { port1, port2 } = new MessageChannel();
    assert.match(refusal([port1]).message, /^args\[0\] is a MessagePort, which can only change owner/);
    port1.close();
    port2.close();
  });

  it("a module", async () => {
    const path = await import("node:path");
    assert.match(
      refusal({ path }).message,
      /^args\.path is a module\. Import it in the task: await import\("\.\.\."\)\.$/,
    );
  });

  it("what says so of itself", () => {
    class Pool {
      get [Symbol.for("manycore.cannotShip")]() {
        return { what: "an executor", fix: () => "Make one in the task" };
      }
    }
    assert.equal(
      refusal({ pool: new Pool() }).message,
      "args.pool is an executor, which cannot leave its thread. Make one in the task.",
    );
  });

  it("an instance whose class has private fields, its own or inherited", () => {
    class Account {
      #balance = 1;
      get balance() {
        return this.#balance;
      }
    }
    class Savings extends Account {}
    const message =
      "args.account is an instance of Account, whose private fields only its own code can read. Say how to take it apart and put it together: registerClass(Account, { encode, decode }).";
    assert.equal(refusal({ account: new Account() }).message, message);
    assert.match(refusal({ account: new Savings() }).message, /an instance of Savings, whose private fields/);
  });

  it("a getter that throws, with its error as cause", () => {
    const cause = new Error("not ready");
    const value = {
      list: [
        {
          get x() {
            throw cause;
          },
        },
      ],
    };
    assert.throws(
      () => new Encoder().encode(value, encoding),
      (error: unknown) => {
        assert.ok(error instanceof SerializationError);
        assert.deepEqual(
          [error.message, error.path, error.cause],
          ["args.list[0].x cannot be read: not ready", "args.list[0].x", cause],
        );
        return true;
      },
    );
  });

  it("a revoked proxy", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.match(refusal(proxy).message, /^args cannot be read: /);
    assert.match(refusal([proxy]).message, /^args\[0\] cannot be read: /);
  });
});

describe("paths", () => {
  const bad = Symbol("bad");
  const paths: [path: string, value: unknown][] = [
    ["args", bad],
    ["args[0].user.socket", [{ user: { socket: bad } }]],
    ['args["odd key"]["1a"].größe.$_', { "odd key": { "1a": { größe: { $_: bad } } } }],
    ['args.map.get("k")', { map: new Map([["k", bad]]) }],
    ["args.get(1)", new Map([[1, bad]])],
    ["args.get(null)", new Map([[null, bad]])],
    ["args.get(5n)", new Map([[5n, bad]])],
    [
      "args.values()[1]",
      new Map<unknown, unknown>([
        [{}, 1],
        [{}, bad],
      ]),
    ],
    [
      "args.keys()[1]",
      new Map<unknown, unknown>([
        [1, 1],
        [bad, 1],
      ]),
    ],
    ["args.keys()[0].x", new Map([[{ x: bad }, 1]])],
    ["args[2][1]", [1, 2, new Set([1, bad])]],
    ["args.named", Object.assign([1], { named: bad })],
  ];
  for (const [path, value] of paths) {
    it(path, () => assert.equal(refusal(value).path, path));
  }

  it("shorten long keys and leave out hundreds of levels", () => {
    assert.ok((refusal({ ["x y".repeat(100)]: bad }).path as string).length < 100);
    let deep: unknown = { bad };
    for (let depth = 0; depth < 1000; depth++) deep = { next: deep };
    assert.match(refusal(deep).path as string, /^args…(\.next)*\.bad$/);
  });

  it("name the item of many", () => {
    assert.throws(() => new Encoder().encodeItems([[1], [2, { x: bad }]], encoding), { path: "args[1][1].x" });
  });
});

describe("an encoder that has failed", () => {
  it("is as good as new", () => {
    const encoder = new Encoder();
    const shared = { a: 1 };
    const bad = {
      shared,
      again: shared,
      view: new Uint8Array(5),
      sab: new SharedArrayBuffer(1),
      map: new Map([[1, Symbol("x")]]),
    };
    for (let round = 0; round < 3; round++) {
      assert.throws(() => encoder.encode(bad, encoding), SerializationError);
      assert.throws(() => encoder.encodeItems([[shared], [bad]], encoding), SerializationError);
      const value = { shared, again: shared, b: { c: [shared] } };
      const { bytes, attachments, needs } = encoder.encode(value, encoding);
      assert.deepEqual([attachments, needs], [[], []]);
      assert.deepStrictEqual(decode(bytes, attachments, decoding), value);
    }
  });
});

describe("objects of classes that nobody registered", () => {
  it("go as their fields, with one warning per class that names registerClass", async () => {
    const warnings: (Error & { code?: string })[] = [];
    const listen = (warning: Error) => {
      if (/Point|Tally|Emitter/.test(warning.message)) warnings.push(warning);
    };
    process.on("warning", listen);
    class Point {
      x = 1;
      y = 2;
    }
    class Tally extends Map<string, number> {
      total = 3;
    }
    class Emitter extends EventEmitter {}
    assert.deepStrictEqual(roundTrip(new Point()), { x: 1, y: 2 } as Point);
    assert.deepStrictEqual(roundTrip([new Point(), new Point()]), [
      { x: 1, y: 2 },
      { x: 1, y: 2 },
    ] as Point[]);
    assert.deepStrictEqual(roundTrip(new Tally([["a", 1]])), new Map([["a", 1]]) as Tally);
    assert.deepStrictEqual(roundTrip(new Tally()), new Map() as Tally);
    assert.equal(Object.getPrototypeOf(roundTrip(Object.assign(new Emitter(), { x: 1 }))), Object.prototype);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    assert.deepEqual(
      warnings.map(({ name, code, message }) => [name, code, message.slice(0, message.indexOf(". Call"))]),
      [
        [
          "SerializationWarning",
          "MANYCORE_UNREGISTERED_CLASS",
          "args is an instance of Point. It arrives as a plain object with its fields, without its methods",
        ],
        [
          "SerializationWarning",
          "MANYCORE_UNREGISTERED_CLASS",
          "args is an instance of Tally. It arrives as the built-in that its class extends, without its methods",
        ],
        [
          "SerializationWarning",
          "MANYCORE_UNREGISTERED_CLASS",
          "args is an instance of Emitter. It arrives as a plain object with its fields, without its methods",
        ],
      ],
    );
    assert.ok(warnings.every(({ message }) => message.includes("registerClass(")));
  });

  it("that are made by Object.create of a plain object earn none", async () => {
    const warnings: unknown[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    await new Promise((resolve) => setImmediate(resolve)); // those of other tests
    process.on("warning", listen);
    assert.deepStrictEqual(roundTrip(Object.assign(Object.create({ inherited: 1 }), { own: 2 })), { own: 2 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    assert.deepEqual(warnings, []);
  });

  it("of another realm are known by what they are", async () => {
    const { runInNewContext } = await import("node:vm");
    const value = runInNewContext(
      "({ plain: { a: [1, { b: 2 }] }, map: new Map([[1, new Set([2])]]), date: new Date(5), bytes: new Uint8Array([1]), error: new RangeError('far') })",
    );
    assert.deepEqual(new Encoder().encode(value, encoding).attachments, []);
    const back = roundTrip(value);
    assert.deepStrictEqual(
      { ...back, error: 0 },
      {
        plain: { a: [1, { b: 2 }] },
        map: new Map([[1, new Set([2])]]),
        date: new Date(5),
        bytes: new Uint8Array([1]),
        error: 0,
      },
    );
    assert.ok(back.error instanceof RangeError);
  });
});
