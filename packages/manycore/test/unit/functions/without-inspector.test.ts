import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ship } from "../../../src/functions/ship.ts";
import { Room } from "./support/room.ts";

const real = process.getBuiltinModule;
let room: Room;

before(() => {
  // As the permission model has it: the module is there, a session cannot be had.
  process.getBuiltinModule = ((name: string) => {
    if (name !== "node:inspector") return real.call(process, name);
    throw Object.assign(new Error("Access to this API has been restricted"), { code: "ERR_ACCESS_DENIED" });
  }) as typeof process.getBuiltinModule;
  room = new Room();
});

after(async () => {
  process.getBuiltinModule = real;
  await room.close();
});

const k = 1;

test("functions that capture nothing, and built-ins, ship without an inspector", async () => {
  assert.equal(await room.run((x: number) => Math.max(x, 2), 1), 2);
  assert.equal(await room.run(Math.sqrt, 16), 4);
  assert.equal(await room.run({ method: (x: number) => x + 1 }.method, 1), 2);
});

test("a function that captures something is refused with the reason and the way out", () => {
  assert.throws(() => ship(() => k), {
    name: "FunctionShippingError",
    variable: "k",
    message:
      /uses `k`, and this runtime has no inspector \(or withholds it\) to read captured variables with\. Pass it as an argument, or export/,
  });
});

test("native and bound functions are refused", () => {
  assert.throws(() => ship((() => 1).bind(null)), { message: /it is a native or bound function\. Wrap it/ });
});
