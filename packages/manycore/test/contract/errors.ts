/** How a task's error arrives: its class where known, its properties, its causes, and a stack that leads back. */

import assert from "node:assert/strict";
import { AbortError, CancelledError, RemoteError, registerError, TimeoutError, WorkerLostError } from "manycore";
import * as tasks from "../fixtures/tasks.mjs";
import { contract, type Room } from "../support/contract.ts";
import { failsWith } from "../support/expect.ts";

class RegisteredError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`status ${status}`);
    this.name = "RegisteredError";
    this.status = status;
    constructed++;
  }
  get isServerError(): boolean {
    return this.status >= 500;
  }
}
let constructed = 0;
registerError(RegisteredError);

export function errorsContract(room: Room): void {
  contract(room, "an error of a task", (it) => {
    it("has its built-in class, message and properties", async (pool) => {
      for (const errorClass of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
        const error = await failsWith(
          errorClass,
          pool.submit((name: "TypeError") => {
            throw Object.assign(new globalThis[name]("why"), { code: "E_CODE", detail: { a: [1, 2] } });
          }, errorClass.name as "TypeError"),
        );
        assert.equal(error.constructor, errorClass);
        assert.deepEqual(
          [error.message, (error as { code?: string }).code, (error as { detail?: unknown }).detail],
          ["why", "E_CODE", { a: [1, 2] }],
        );
      }
    });

    it("keeps its chain of causes", async (pool) => {
      const fail = () => {
        throw new Error("outer", { cause: new TypeError("middle", { cause: { plain: "inner" } }) });
      };
      const error = await failsWith(Error, pool.submit(fail));
      assert.ok(error.cause instanceof TypeError);
      assert.deepEqual(
        [error.message, error.cause.message, error.cause.cause],
        ["outer", "middle", { plain: "inner" }],
      );
    });

    it("may be its own cause", async (pool) => {
      const fail = () => {
        const error = new Error("round");
        error.cause = error;
        throw error;
      };
      const error = await failsWith(Error, pool.submit(fail));
      assert.equal(error.message, "round");
    });

    it("keeps the errors of an AggregateError", async (pool) => {
      const fail = () => {
        throw new AggregateError([new RangeError("a"), "b"], "both");
      };
      const error = await failsWith(AggregateError, pool.submit(fail));
      assert.ok(error.errors[0] instanceof RangeError);
      assert.deepEqual([error.message, error.errors[0].message, error.errors[1]], ["both", "a", "b"]);
    });

    it("keeps a DOMException and what Node's own calls throw", async (pool) => {
      const dom = await failsWith(
        DOMException,
        pool.submit(() => {
          throw new DOMException("gone", "NotFoundError");
        }),
      );
      assert.deepEqual([dom.name, dom.message], ["NotFoundError", "gone"]);
      const missing = await failsWith(
        Error,
        pool.submit(async () => {
          const { readFile } = await import("node:fs/promises");
          return readFile("/no/such/file");
        }),
      );
      assert.deepEqual(
        [(missing as NodeJS.ErrnoException).code, (missing as NodeJS.ErrnoException).syscall],
        ["ENOENT", "open"],
      );
    });

    it("has this library's classes, thrown by the task itself", async (pool) => {
      const fail = (name: string) => {
        const classes: Record<string, new (message: string) => Error> = {
          AbortError,
          CancelledError,
          TimeoutError,
          WorkerLostError,
        };
        const errorClass = classes[name];
        if (errorClass !== undefined) throw new errorClass("mine");
      };
      for (const errorClass of [AbortError, CancelledError, TimeoutError, WorkerLostError]) {
        const future = pool.submit(fail, errorClass.name);
        const error = await failsWith(errorClass as new (message: string) => Error, future);
        assert.equal(error.message, "mine");
        assert.equal(future.state, "FINISHED");
        assert.equal(future.cancelled(), false);
      }
    });

    it("of a registered class arrives as itself, and its constructor is not run again", async (pool) => {
      const fail = (status: number) => {
        throw new RegisteredError(status);
      };
      const before = constructed;
      const error = await failsWith(RegisteredError, pool.submit(fail, 503));
      assert.deepEqual(
        [error.status, error.isServerError, error.message, error.name],
        [503, true, "status 503", "RegisteredError"],
      );
      if (room.capabilities.isolated) assert.equal(constructed, before);
    });

    it("of a class unknown here arrives as a RemoteError with its name and properties", {
      needs: "isolated",
      reason: "no class is unknown to the host itself",
    }, async (pool) => {
      const fail = () => {
        class Unheard extends Error {
          override name = "Unheard";
          readonly volume = 0;
        }
        throw new Unheard("hello");
      };
      const error = await failsWith(RemoteError, pool.submit(fail));
      assert.deepEqual([error.remoteName, error.message, error.volume], ["Unheard", "hello", 0]);
    });

    it("survives getters that throw", async (pool) => {
      const fail = () => {
        throw Object.defineProperty(new RangeError("booby trap"), "trap", {
          enumerable: true,
          get() {
            throw new Error("sprung");
          },
        });
      };
      const error = await failsWith(RangeError, pool.submit(fail));
      assert.equal(error.message, "booby trap");
    });

    it("need not be an error", async (pool) => {
      for (const thrown of ["text", 42, { plain: [1] }]) {
        const [outcome] = await Promise.allSettled([
          pool.submit((value: unknown) => {
            throw value;
          }, thrown),
        ]);
        assert.deepEqual(outcome, { status: "rejected", reason: thrown });
      }
    });

    it("is each call's own object", async (pool) => {
      const futures = [pool.submit(tasks.fail, "a"), pool.submit(tasks.fail, "a")] as const;
      const errors = [await futures[0].exception(), await futures[1].exception()];
      assert.notEqual(errors[0], errors[1]);
      assert.equal(await futures[0].exception(), errors[0]);
    });
  });

  contract(room, "the stack of an error", (it) => {
    it("shows the file that threw, then the line that submitted", async (pool) => {
      const error = await failsWith(RangeError, pool.submit(tasks.fail, "why"));
      const stack = error.stack ?? "";
      assert.match(stack, /^RangeError: why/);
      assert.match(stack, /fixtures[/\\]tasks\.mjs:13:\d+/);
      assert.ok(
        stack.indexOf("contract/errors.") > stack.indexOf("tasks.mjs") || stack.indexOf("contract\\errors.") > 0,
        stack,
      );
    });

    it("shows the place of a function that was shipped by its text", async (pool) => {
      const fail = () => {
        throw new RangeError("here");
      };
      const place = placeOf(new Error("marker"));
      const error = await failsWith(RangeError, pool.submit(fail));
      const [file, line] = placeOf(error);
      assert.equal(file, place[0]);
      assert.equal(line, place[1] - 2);
    });

    it("does so for the items of a map", async (pool) => {
      const fail = (x: number) => {
        if (x === 3) throw new RangeError("three");
        return x;
      };
      const [file] = placeOf(new Error("marker"));
      const error = await failsWith(RangeError, async () => pool.map(fail, [1, 2, 3, 4]));
      assert.equal(placeOf(error)[0], file);
    });
  });
}

/** File and line of an error's first frame. */
function placeOf(error: Error): [file: string, line: number] {
  const frame = /(?:file:\/\/)?([^\s()]*errors\.[tj]s):(\d+):\d+/.exec(error.stack ?? "");
  assert.ok(frame, `no frame of this file in ${error.stack}`);
  return [String(frame[1]), Number(frame[2])];
}
