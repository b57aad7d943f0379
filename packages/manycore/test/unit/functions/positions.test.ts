import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fixture, Room } from "./support/room.ts";

const room = new Room();
after(() => room.close());

const prefix = "at ";

/** The first frame of the error that `run` throws: function, file, line and column. */
async function frame(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    const line = String((error as Error).stack)
      .split("\n")
      .find((each) => each.trim().startsWith(prefix));
    return (line ?? "no frame").trim();
  }
  assert.fail("it did not throw");
}

async function samePlace(fn: () => unknown): Promise<void> {
  const here = await frame(fn);
  const there = await frame(() => room.run(fn));
  assert.equal(there, here);
}

const k = 1;

test("the place of an error in a task is the user's own file, line and column", async () => {
  const arrow = () => {
    throw new Error(`${k}`);
  };
  await samePlace(arrow);
  // biome-ignore format: an odd place
  await samePlace(
    /* further in */            function deepIn() {
                  const x = k;
                  throw new Error(`${x}`);
                },
  );
});

test("also in a method, an accessor, an async function, and a class's method", async () => {
  const object = {
    method() {
      throw new Error(`${k}`);
    },
    ["computed" + "Key"]() {
      throw new Error(`${k}`);
    },
    get accessor(): unknown {
      throw new Error(`${k}`);
    },
    async later() {
      await null;
      throw new Error(`${k}`);
    },
  };
  class Shape {
    area(): number {
      throw new Error(`${k}`);
    }
  }
  const place = async (fn: () => unknown) => (await frame(fn)).replace(/^at .*\(|\)$|^at (async )?/g, "");
  const getter = Object.getOwnPropertyDescriptor(object, "accessor")?.get as () => unknown;
  for (const fn of [object.method, object.computedKey as () => void, getter, object.later]) {
    assert.equal(await place(() => room.run(fn)), await place(fn));
  }
  const inClass = () => new Shape().area();
  assert.equal(await place(() => room.run(inClass)), await place(inClass));
});

test("also on a module's first line, and where import.meta was replaced", async () => {
  const { onLineOne, afterMeta } =
    await fixture<Record<"onLineOne" | "afterMeta", () => () => unknown>>("positions.mjs")();
  const place = async (fn: () => unknown) => (await frame(fn)).replace(/^at .*\(|\)$|^at /g, "");
  assert.equal(await place(() => room.run(onLineOne())), await place(onLineOne()));
  assert.equal(await place(() => room.run(afterMeta())), await place(afterMeta()));
});
