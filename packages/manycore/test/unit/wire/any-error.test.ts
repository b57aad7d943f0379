import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { RemoteError } from "../../../src/errors.ts";
import { registerError } from "../../../src/wire/classes.ts";
import { roundTrip } from "./round-trip.ts";

class Known extends RangeError {
  override name = "Known";
}
registerError(Known, { name: "any-error.Known" });

class Foreign extends TypeError {
  override name = "Foreign";
}

const classes = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, Known, Foreign];

/** An error to be made: by whom, with what, because of what. */
interface Draft {
  readonly kind: number;
  readonly message: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly cause: Draft | { readonly value: unknown } | undefined;
  readonly errors: readonly Draft[] | undefined;
}

const leaf = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.constantFrom<unknown>(null, undefined, NaN, -0, false),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.date({ noInvalidDate: true }), // Node 20's deepStrictEqual holds no two invalid dates for equal
  fc.bigInt(),
);

const { draft } = fc.letrec<{ draft: Draft }>((tie) => ({
  draft: fc.record<Draft>({
    kind: fc.nat(classes.length - 1),
    message: fc.oneof(fc.string(), fc.string({ unit: "binary" })),
    properties: fc.dictionary(fc.constantFrom("code", "status", "__proto__", "then", "0"), leaf, { maxKeys: 3 }),
    cause: fc.option(fc.oneof({ maxDepth: 4 }, fc.record({ value: leaf }), tie("draft")), { nil: undefined }),
    errors: fc.option(fc.array(tie("draft"), { maxLength: 2 }), {
      nil: undefined,
      depthSize: "small",
    }),
  }),
}));

function made({ kind, message, properties, cause, errors }: Draft): Error {
  const options = cause === undefined ? undefined : { cause: "value" in cause ? cause.value : made(cause) };
  const error =
    errors === undefined
      ? new (classes[kind] as ErrorConstructor)(message, options)
      : new AggregateError(errors.map(made), message, options);
  for (const [name, value] of Object.entries(properties))
    Object.defineProperty(error, name, { value, enumerable: true, writable: true, configurable: true });
  return error;
}

/** The same class (of unknown ones the name), message, stack, properties; causes and aggregated errors likewise. */
function assertSameError(back: Error, error: Error): void {
  if (error instanceof Foreign) assert.ok(back instanceof RemoteError && back.remoteName === "Foreign");
  else assert.equal(Object.getPrototypeOf(back), Object.getPrototypeOf(error));
  assert.deepEqual([back.name, back.message, back.stack], [error.name, error.message, error.stack]);
  for (const [name, value] of Object.entries(error)) {
    if (name === "name") continue;
    assert.deepStrictEqual(Object.getOwnPropertyDescriptor(back, name)?.value, structuredClone(value));
  }
  assert.equal(Object.hasOwn(back, "cause"), Object.hasOwn(error, "cause"));
  assertSame(back.cause, error.cause);
  if (!(error instanceof AggregateError)) return;
  const found = (back as AggregateError).errors;
  assert.equal(found.length, error.errors.length);
  for (const [index, each] of error.errors.entries()) assertSameError(found[index], each);
}

function assertSame(back: unknown, value: unknown): void {
  if (value instanceof Error) assertSameError(back as Error, value);
  else assert.deepStrictEqual(back, structuredClone(value));
}

describe("any error", () => {
  it("arrives with class, message, stack, properties, causes and errors", () => {
    fc.assert(
      fc.property(draft, (each) => {
        const error = made(each);
        assertSameError(roundTrip(error), error);
      }),
      { numRuns: 600 },
    );
  });

  it("has at least what structuredClone keeps of it", () => {
    fc.assert(
      fc.property(draft, (each) => {
        const error = made(each);
        if (error instanceof Known || error instanceof Foreign || error instanceof AggregateError) return;
        const [back, clone] = [roundTrip(error), structuredClone(error)];
        assert.deepEqual([back.message, back.stack], [clone.message, clone.stack]);
        assert.equal(Object.getPrototypeOf(back), Object.getPrototypeOf(clone));
      }),
      { numRuns: 300 },
    );
  });

  it("is one error where it is met twice, also as its own cause", () => {
    fc.assert(
      fc.property(draft, (each) => {
        const error = made(each);
        const value = { error, list: [error], map: new Map([[error, error]]) };
        const back = roundTrip(value);
        assert.equal(back.list[0], back.error);
        assert.equal(back.map.get(back.error), back.error);
        (error as { cause: unknown }).cause = { deep: [error] };
        const own = roundTrip(error);
        assert.equal((own.cause as { deep: unknown[] }).deep[0], own);
      }),
      { numRuns: 200 },
    );
  });
});
