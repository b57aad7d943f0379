import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import {
  AbortError,
  errorClasses,
  RemoteError,
  SerializationError,
  TimeoutError,
  WorkerLostError,
} from "../../../src/errors.ts";
import { registerError } from "../../../src/wire/classes.ts";
import { decode } from "../../../src/wire/decode.ts";
import { Encoder } from "../../../src/wire/encode.ts";
import { decodeThrown, encodeThrown } from "../../../src/wire/errors.ts";
import { decoding, encoding, roundTrip } from "./round-trip.ts";

const encoder = new Encoder();

function thrown(value: unknown): unknown {
  const { bytes, attachments } = encodeThrown(value, encoder, encoding);
  return decodeThrown(bytes, attachments, decoding);
}

function caught(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown.");
}

class HttpError extends Error {
  override name = "HttpError";
  status = 404;
}

describe("an error arrives", () => {
  for (const ErrorClass of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
    it(`as the ${ErrorClass.name} it was, with message, stack and what inspect shows`, () => {
      const error = new ErrorClass("some message");
      const back = roundTrip(error);
      assert.deepStrictEqual(back, error);
      assert.equal(Object.getPrototypeOf(back), ErrorClass.prototype);
      assert.equal(back.stack, error.stack);
      assert.equal(inspect(back), inspect(error));
      assert.deepEqual(Object.keys(back), []);
    });
  }

  it("with its cause chain and own properties, shared and cyclic ones too", () => {
    const shared = { where: "here" };
    const root = Object.assign(new Error("root"), { shared });
    const top = Object.assign(new TypeError("top", { cause: new RangeError("middle", { cause: root }) }), {
      shared,
      status: 3,
    });
    (root as Error).cause = top;
    const back = roundTrip(top);
    const middle = back.cause as RangeError;
    const bottom = middle.cause as typeof root;
    assert.ok(middle instanceof RangeError);
    assert.equal(bottom.cause, back);
    assert.equal(bottom.shared, back.shared);
    assert.equal(back.status, 3);
  });

  it("with the errors of an AggregateError", () => {
    const back = roundTrip(new AggregateError([new TypeError("a"), "b"], "many"));
    assert.ok(back instanceof AggregateError);
    assert.deepEqual(back.errors.map(String), ["TypeError: a", "b"]);
    assert.equal(Object.getOwnPropertyDescriptor(back, "errors")?.enumerable, false);
  });

  it("from Node with its code, as the class that it extends", () => {
    const missing = caught(() => readFileSync("/there/is/no/such/file")) as NodeJS.ErrnoException;
    const back = roundTrip(missing);
    assert.deepEqual(
      [back.code, back.errno, back.syscall, back.path],
      [missing.code, missing.errno, missing.syscall, missing.path],
    );
    const wrongType = caught(() => Buffer.from(5 as never)) as NodeJS.ErrnoException;
    assert.ok(roundTrip(wrongType) instanceof TypeError);
    assert.equal(roundTrip(wrongType).code, "ERR_INVALID_ARG_TYPE");
    assert.ok(roundTrip(caught(() => JSON.parse("{"))) instanceof SyntaxError);
  });

  it("from node:assert as an AssertionError", () => {
    const error = caught(() => assert.equal(1, 2)) as assert.AssertionError;
    const back = roundTrip(error);
    assert.ok(back instanceof assert.AssertionError);
    assert.deepEqual([back.actual, back.expected, back.operator, back.code], [1, 2, "strictEqual", "ERR_ASSERTION"]);
  });

  it("from the DOM as a DOMException with its name, code and stack", () => {
    const error = new DOMException("stopped", "AbortError");
    const back = roundTrip(error);
    assert.ok(back instanceof DOMException);
    assert.deepEqual(
      [back.name, back.message, back.code, back.stack],
      [error.name, error.message, error.code, error.stack],
    );
  });

  it("of this library as what it was, every class of the table", () => {
    for (const errorClass of errorClasses) {
      const error = new (errorClass as unknown as new (message: string) => Error & { code: string })("message");
      const back = roundTrip(error);
      assert.equal(Object.getPrototypeOf(back), errorClass.prototype);
      assert.deepEqual(
        [back.name, back.code, back.message, back.stack],
        [error.name, error.code, error.message, error.stack],
      );
    }
    const lost = roundTrip(new WorkerLostError("gone", { exitCode: 3, item: 500, cause: new AbortError("why") }));
    assert.deepEqual([lost.exitCode, lost.item, (lost.cause as Error) instanceof AbortError], [3, 500, true]);
    assert.ok(roundTrip(new TimeoutError("late")) instanceof TimeoutError);
  });

  it("of a class that is unknown here as a RemoteError that keeps name, message, stack and properties", () => {
    const error = Object.assign(new HttpError("not found"), { code: "E404", detail: { url: "/x" } });
    const back = roundTrip<Error>(error) as RemoteError;
    assert.ok(back instanceof RemoteError);
    assert.deepEqual(
      [back.remoteName, back.name, back.message, back.stack, back.code, back.status],
      ["HttpError", "HttpError", "not found", error.stack, "E404", 404],
    );
    assert.deepEqual(back.detail, { url: "/x" });
    class Quiet extends Error {}
    const quiet = roundTrip<Error>(new Quiet("hush")) as RemoteError;
    assert.deepEqual([quiet.remoteName, quiet.name, quiet.code], ["Quiet", "RemoteError", "MANYCORE_REMOTE"]);
    assert.deepEqual([roundTrip(quiet).remoteName, roundTrip(quiet) instanceof RemoteError], ["Quiet", true]);
  });

  it("as its registered class, with no constructor run", () => {
    let constructed = 0;
    class Refused extends RangeError {
      reason: string;
      constructor(reason: string) {
        super(`refused: ${reason}`);
        constructed++;
        this.reason = reason;
      }
    }
    registerError(Refused);
    const error = new Refused("full");
    const back = roundTrip(error);
    assert.ok(back instanceof Refused);
    assert.deepEqual([back.reason, back.message, back.stack, constructed], ["full", error.message, error.stack, 1]);
  });

  it("as a class that is known by its definition", () => {
    const { bytes } = encoder.encode(new HttpError("defined"), {
      ...encoding,
      classId: (cls) => (cls === HttpError ? 17 : undefined),
    });
    const back = decode(bytes, [], { resolve: (id) => (id === 17 ? HttpError : undefined) }) as HttpError;
    assert.ok(back instanceof HttpError);
    assert.deepEqual([back.message, back.status], ["defined", 404]);
  });

  it("with a message that its class gives", () => {
    class Fixed extends Error {
      override get message() {
        return "always the same";
      }
    }
    assert.equal(roundTrip<Error>(new Fixed()).message, "always the same");
    registerError(Fixed, { name: "errors.Fixed" });
    assert.equal(roundTrip(new Fixed()).message, "always the same");
  });

  it("made in the style of ES5", () => {
    function Old(this: { message: string }, message: string) {
      this.message = message;
    }
    Old.prototype = Object.create(Error.prototype, { constructor: { value: Old }, name: { value: "Old" } });
    const back = roundTrip(new (Old as unknown as new (message: string) => Error)("style")) as RemoteError;
    assert.deepEqual([back instanceof RemoteError, back.remoteName, back.message], [true, "Old", "style"]);
  });
});

describe("an error always arrives", () => {
  it("with descriptions of what cannot be sent", () => {
    const shared = { fine: true };
    const error = Object.assign(new Error("half"), {
      before: shared,
      socket: new Socket(),
      symbol: Symbol("s"),
      method() {},
      nested: { deep: [shared, Promise.resolve(1)] },
      after: shared,
      view: new Uint8Array([1]),
    });
    const back = thrown(error) as typeof error;
    assert.match(String(back.socket), /Socket/);
    assert.equal(back.symbol, "Symbol(s)" as never);
    assert.equal(back.method, "[Function: method]" as never);
    assert.match(String(back.nested), /deep/);
    assert.deepEqual([back.after, back.after === back.before, [...back.view]], [{ fine: true }, true, [1]]);
  });

  it("when its getters throw", () => {
    const error = Object.defineProperties(new Error("guarded"), {
      stack: {
        get() {
          throw new Error("no stack");
        },
      },
      secret: {
        enumerable: true,
        get() {
          throw new Error("no secret");
        },
      },
    }) as Error & { secret: unknown };
    const back = thrown(error) as typeof error;
    assert.equal(back.message, "guarded");
    assert.match(String(back.secret), /^\[its getter threw: Error: no secret/);
  });

  it("when its causes go on for ever", () => {
    let error = new Error("0");
    for (let depth = 1; depth < 20_000; depth++) error = new Error(String(depth), { cause: error });
    let back: unknown = thrown(error);
    let depth = 0;
    for (; back instanceof Error; back = back.cause) depth++;
    assert.ok(depth > 100);
    assert.equal(typeof back, "string");
  });

  it("when it hangs deep in a value, with its properties", () => {
    let value: unknown = Object.assign(new Error("deep"), { list: [[1]] });
    for (let depth = 0; depth < 1000; depth++) value = { inner: value };
    let back = roundTrip(value);
    for (let depth = 0; depth < 1000; depth++) back = (back as { inner: unknown }).inner;
    assert.deepEqual((back as { list: unknown }).list, [[1]]);
  });

  it("when what was thrown is no error", () => {
    for (const value of [undefined, null, 0, "", false, "text", { a: 1 }, 5n]) assert.deepEqual(thrown(value), value);
  });

  it("when what was thrown cannot be sent", () => {
    const back = thrown(new WeakSet()) as RemoteError;
    assert.deepEqual(
      [back instanceof RemoteError, back.message, back.remoteName],
      [true, "A value was thrown that cannot be sent: WeakSet { <items unknown> }", "WeakSet"],
    );
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.ok(thrown(proxy) instanceof RemoteError);
    assert.equal((thrown(Symbol("s")) as RemoteError).message, "A value was thrown that cannot be sent: Symbol(s)");
  });

  it("when its bytes cannot be decoded", () => {
    const back = decodeThrown(new Uint8Array([1, 2, 3]), [], decoding) as RemoteError;
    assert.ok(back instanceof RemoteError);
    assert.ok(back.cause instanceof SerializationError);
    assert.match(back.message, /^What was thrown cannot be rebuilt here: These bytes cannot be decoded/);
  });

  it("without the limit of stack traces being changed for others", () => {
    const { stackTraceLimit } = Error;
    roundTrip(new Error("x"));
    assert.equal(Error.stackTraceLimit, stackTraceLimit);
  });
});
