import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { InlineExecutor } from "manycore";
import { refusals } from "../../../src/functions/refusals.ts";
import { ship } from "../../../src/functions/ship.ts";
import { MOVABLE } from "../../../src/wire/platform.ts";
import { OBSTACLES, THREAD_OBJECTS } from "../../../src/wire/thread-objects.ts";
import { codeCases } from "./refusal-cases/code.ts";
import { resourceCases } from "./refusal-cases/resources.ts";
import { threadObjectCases } from "./refusal-cases/thread-objects.ts";
import { valueCases } from "./refusal-cases/values.ts";
import { variableCases } from "./refusal-cases/variables.ts";
import { uninspectedCases } from "./refusal-cases/without-inspector.ts";
import { testRefusals } from "./support/refusal-case.ts";

setFlagsFromString("--allow-natives-syntax"); // the one syntax that V8 reads and acorn does not

const cases = [...codeCases, ...variableCases, ...threadObjectCases, ...resourceCases, ...valueCases];
testRefusals(cases);

/** What only another process cannot have is refused in contract/process-options.ts. */
const { shared: _, severed: __, ...ofThreads } = OBSTACLES;

test("every refusal that is in the source has a case", () => {
  const told = new Set([...cases, ...uninspectedCases].map((each) => each.of));
  const known = new Set([
    ...Object.keys(refusals),
    ...Object.keys(ofThreads),
    ...THREAD_OBJECTS.map(({ what }) => what),
    ...MOVABLE.map(([name]) => name),
    ...["executor", "future", "perWorker handle", "share handle"],
  ]);
  assert.deepEqual([...told].sort(), [...known].sort());
});

test("what is no function is a TypeError that says what it is", () => {
  for (const [value, text] of [
    [undefined, "undefined"],
    [null, "null"],
    ["name", "the string name"],
    [5, "the number 5"],
    [{}, "an object"],
  ] as const) {
    assert.throws(() => ship(value as never), { name: "TypeError", message: `A function is wanted, not ${text}.` });
  }
});

test("what a function returned, in the place of the function, is a TypeError that says what to pass", () => {
  const pool = new InlineExecutor();
  const says = "Pass the function itself, and its arguments after it: (f, x), not (f(x)).";
  assert.throws(() => pool.submit(Math.sqrt(4) as never), {
    name: "TypeError",
    message: `submit() takes a function first, not number. ${says}`,
  });
  assert.throws(() => pool.map(null as never, [1]), {
    name: "TypeError",
    message: `map() takes a function first, not null. ${says}`,
  });
});
