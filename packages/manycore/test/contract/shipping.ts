/** Functions with what they need: the part of shipping that every room must keep. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as path from "node:path";
import { FunctionShippingError, registerClass } from "manycore";
import * as tasks from "../fixtures/tasks.mjs";
import { contract, type Room } from "../support/contract.ts";
import { throwsAtOnce } from "../support/expect.ts";
import { mark, newGate } from "../support/gate.ts";

const factor = 6;
const scale = (x: number): number => factor * x;
const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);

class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  get length(): number {
    return Math.hypot(this.x, this.y);
  }
}

registerClass(Point);

class Point3 extends Point {
  readonly z = 12;
  override get length(): number {
    return Math.hypot(super.length, this.z);
  }
}

export function shippingContract(room: Room): void {
  contract(room, "a function", (it) => {
    it("brings its captured variables, of any kind", async (pool) => {
      const big = new Map([["k", { deep: [1, 2, 3] }]]);
      const when = new Date(0);
      const pattern = /b+/g;
      const key = "k";
      assert.deepEqual(await pool.submit(() => [big.get(key)?.deep[2], when.getTime(), "abbb".replace(pattern, "-")]), [
        3,
        0,
        "a-",
      ]);
    });

    it("brings the functions it calls, mutually recursive ones too", async (pool) => {
      assert.equal(await pool.submit((x: number) => scale(x) + 1, 7), 43);
      assert.deepEqual(await pool.submit(() => [isEven(10), isOdd(10)]), [true, false]);
      const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
      assert.equal(await pool.submit(factorial, 10), 3_628_800);
    });

    it("brings classes, with those they extend", async (pool) => {
      assert.equal(await pool.submit((x: number, y: number) => new Point3(x, y).length, 3, 4), 13);
    });

    it("brings its imports, from packages, Node and files", async (pool) => {
      const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);
      assert.equal(await pool.submit(digest, "abc"), "ba7816bf");
      assert.equal(await pool.submit((name: string) => path.posix.join("a", name), "b"), "a/b");
      assert.equal(await pool.submit((x: number) => tasks.add(tasks.square(x), 1), 3), 10);
      assert.equal(await pool.submit((name: string) => tasks.greet.politely(name), "Ada"), "Good day, Ada.");
    });

    it("sees the value of a captured variable at each submit", {
      needs: "isolated",
      reason: "it calls the host's own function, which sees its variables as they are when it runs",
    }, async (pool) => {
      let n = 1;
      const read = () => n;
      const first = pool.submit(read);
      n = 2;
      const second = pool.submit(read);
      assert.deepEqual([await first, await second], [1, 2]);
      n = 3;
      assert.equal(await pool.submit(read), 3);
    });

    it("sees a captured collection as it is when it is submitted in a later turn", async (pool) => {
      const seen = new Map([["a", 1]]);
      const read = () => [...seen.keys()].join();
      assert.equal(await pool.submit(read), "a");
      seen.set("b", 2);
      assert.equal(await pool.submit(read), "a,b");
    });

    it("of a loop captures that turn's variables", async (pool) => {
      const futures = [];
      for (let i = 0; i < 20; i++) futures.push(pool.submit(() => i * 10));
      assert.deepEqual(
        await Promise.all(futures),
        Array.from({ length: 20 }, (_, i) => 10 * i),
      );
    });

    it("may be a value: an argument, in an object, in captured data", async (pool) => {
      const apply = (f: (x: number) => number, x: number) => f(x);
      assert.equal(await pool.submit(apply, (x: number) => x + factor, 1), 7);
      const table = { double: (x: number) => 2 * x, square: tasks.square };
      assert.equal(await pool.submit((t: typeof table, x: number) => t.double(t.square(x)), table, 3), 18);
      assert.equal(await pool.submit((x: number) => table.square(table.double(x)), 3), 36);
    });

    it("may be a method, bound or by its object", async (pool) => {
      const shop = {
        vat: 1.25,
        gross(net: number) {
          return net * this.vat;
        },
      };
      assert.equal(await pool.submit(shop.gross.bind(shop), 8), 10);
    });

    it("is sent in the same way to map", async (pool) => {
      const gate = newGate();
      const offset = 5;
      const values = await pool.map((x: number) => x + offset + 0 * mark(gate), [1, 2, 3]);
      assert.deepEqual(values, [6, 7, 8]);
    });
  });

  contract(room, "what cannot be shipped", (it) => {
    it("says so at submit, naming function, variable and fix", (pool) => {
      const pending = Promise.resolve(1);
      const useless = () => pending;
      const error = throwsAtOnce(FunctionShippingError, () => pool.submit(useless));
      assert.deepEqual([error.functionName, error.variable], ["useless", "pending"]);
      assert.match(error.message, /useless/);
      assert.match(error.message, /pending/);
      assert.ok((error.fix ?? "").length > 5);
    });

    it("refuses a lexical this, native functions and generators", (pool) => {
      const holder = {
        make() {
          return () => (this as { x?: number }).x;
        },
      };
      assert.match(throwsAtOnce(FunctionShippingError, () => pool.submit(holder.make())).message, /this/);
      throwsAtOnce(FunctionShippingError, () => pool.submit(process.cwd.bind(null)));
      throwsAtOnce(FunctionShippingError, () =>
        pool.submit(function* generate() {
          yield 1;
        }),
      );
    });

    it("may return an instance of a registered class from the very first call of a worker", async (pool) => {
      const point = await pool.submit((x: number, y: number) => new Point(x, y), 3, 4);
      assert.ok(point instanceof Point);
      assert.equal(point.length, 5);
    });

    it("leaves the pool as it was", async (pool) => {
      const weak = new WeakMap();
      throwsAtOnce(FunctionShippingError, () => pool.submit(() => weak.has({})));
      throwsAtOnce(FunctionShippingError, () => pool.map(() => weak.has({}), [1]));
      assert.equal(await pool.submit(() => 1), 1);
      assert.deepEqual([pool.stats().pending, pool.stats().running], [0, 0]);
    });
  });
}
