import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { basename } from "node:path";
import { test } from "node:test";
import { FunctionShippingError } from "../../../src/errors.ts";
import { ship } from "../../../src/functions/ship.ts";
import type * as Commonjs from "../../fixtures/shipping/helpers.cjs";
import { fixture } from "./support/room.ts";

const file = basename(process.argv[1] as string);

interface Expected {
  readonly text: RegExp;
  readonly variable?: string;
  readonly fix: RegExp;
  readonly name?: string;
}

/** The whole message is `Cannot ship <name> (<file:line>): it <problem>. <fix>.` */
function refused(fn: unknown, { text, variable, fix, name }: Expected): void {
  let caught: unknown;
  try {
    ship(fn as () => unknown);
  } catch (error) {
    caught = error;
  }
  assert.ok(caught instanceof FunctionShippingError, `not refused: ${String(fn)}`);
  assert.match(caught.message, text);
  assert.match(caught.message, /^Cannot ship .+: it .+\. .+\.$/);
  assert.equal(caught.variable, variable);
  assert.match(caught.fix ?? "", fix);
  assert.ok(caught.message.endsWith(caught.fix ?? "no fix"));
  if (name !== undefined) assert.equal(caught.functionName, name);
}

test("what is no function is a TypeError that says what it is", () => {
  for (const [value, text] of [
    [undefined, "undefined undefined"],
    [null, "null"],
    ["name", "string name"],
    [{}, "an object"],
  ] as const) {
    assert.throws(() => ship(value as never), { name: "TypeError", message: `A function is wanted, not ${text}.` });
  }
});

test("a named function is called by name and line, an anonymous one by file and line", () => {
  // biome-ignore lint/security/noGlobalEval: it is what is refused
  const evaluate = { area: () => eval("1"), list: [() => eval("1")] };
  const text = (who: string) => new RegExp(`^Cannot ship ${who}.*${file}:\\d+\\)?: it calls \`eval\`, which`);
  refused(evaluate.area, { text: text('"area" \\('), variable: "eval", fix: /indirect eval/, name: "area" });
  refused(evaluate.list[0], { text: text("the function at "), variable: "eval", fix: /indirect eval/ });
});

test("`this` of the code around it", () => {
  const make = function (this: unknown) {
    return () => this;
  };
  refused(make.call({ a: 1 }), {
    text: /it uses `this` of the code around it\./,
    variable: "this",
    fix: /variable outside/,
  });
});

test("`arguments` of the function around it", () => {
  function make(..._args: number[]) {
    // biome-ignore lint/complexity/noArguments: it is what is tested
    return () => arguments.length;
  }
  refused(make(1), {
    text: /it uses `arguments` of the function around it\./,
    variable: "arguments",
    fix: /\[\.\.\.arguments\]/,
  });
});

test("`new.target` of the function around it", () => {
  function Make() {
    return () => new.target;
  }
  refused(Make(), {
    text: /it uses `new\.target` of the function around it\./,
    variable: "new.target",
    fix: /variable outside/,
  });
});

test("`super`, in a method or an arrow function inside one", () => {
  class Base {
    area() {
      return 1;
    }
  }
  class Shape extends Base {
    override area() {
      return super.area();
    }
    arrow() {
      return () => super.area();
    }
  }
  refused(Shape.prototype.area, {
    text: /it uses `super`, which belongs to its class or object\./,
    variable: "super",
    fix: /makes the object/,
  });
  refused(new Shape().arrow(), { text: /it uses `super`/, variable: "super", fix: /makes the object/ });
});

test("a private member of the class around it", () => {
  class Secret {
    #value = 1;
    read() {
      return this.#value;
    }
  }
  refused(Secret.prototype.read, {
    text: /it uses a private member \(#name\) of the class around it\./,
    fix: /makes the object/,
  });
});

test("`with`", () => {
  refused(new Function("o", "return () => { with (o) { return x } }")({}), {
    text: /it uses `with`, in which any name can mean anything\./,
    fix: /object\.property/,
  });
});

test("native functions that have no name to find them by", () => {
  const { proxy } = Proxy.revocable(() => 1, {});
  refused(proxy, { text: /it is a Proxy, whose handler cannot be sent\./, fix: /makes the proxy/ });
  refused(nativeResolve(), { text: /it is a native function that has no name to find it by\./, fix: /Wrap it/ });
});

/** The function that settles a promise is native code without a name. */
function nativeResolve(): unknown {
  let resolve: unknown;
  new Promise((first) => {
    resolve = first;
  });
  return resolve;
}

test("generators and classes as tasks", () => {
  function* count() {
    yield 1;
  }
  async function* later() {
    yield 1;
  }
  class Shape {}
  refused(count, {
    text: /it is a generator function: its values cannot be streamed out of a task\./,
    fix: /\[\.\.\.generate\(\)\]/,
    name: "count",
  });
  refused(later, { text: /it is a generator function/, fix: /Collect them/ });
  refused(Shape, { text: /it is a class, which cannot be called\./, fix: /new Shape\(\.\.\.args\)/ });
});

test("a socket, a server, a promise, a WeakMap and a timer, by the variable that holds them", async () => {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const socket = connect(port);
  const pending = Promise.resolve(1);
  const cache = new WeakMap();
  const timer = setTimeout(() => {}, 1e6);
  try {
    const perWorker = /perWorker/;
    refused(() => socket.write("x"), {
      text: /captures `socket`, and socket is a stream or a socket/,
      variable: "socket",
      fix: perWorker,
    });
    refused(() => server.close(), { text: /captures `server`, and server is /, variable: "server", fix: perWorker });
    refused(() => pending, {
      text: /captures `pending`, and pending is a Promise: await it first\./,
      variable: "pending",
      fix: perWorker,
    });
    refused(() => cache, { text: /captures `cache`, and cache is a WeakMap/, variable: "cache", fix: perWorker });
    refused(() => timer, { text: /captures `timer`, and timer is a timer/, variable: "timer", fix: perWorker });
  } finally {
    clearTimeout(timer);
    socket.destroy();
    server.close();
  }
});

test("what a class says of itself by the well-known symbol, as executors and futures do, with the path to it", () => {
  class Pool {
    get [Symbol.for("manycore.cannotShip")]() {
      return "an executor";
    }
  }
  const app = { services: [{ pool: new Pool() }] };
  refused(() => app, {
    text: /captures `app`, and app\.services\[0\]\.pool is an executor, which cannot leave its thread\./,
    variable: "app",
    fix: /perWorker/,
  });
});

test("private state of a class that is not registered", () => {
  class Account {
    #balance = 1;
    get balance() {
      return this.#balance;
    }
  }
  const account = new Account();
  refused(() => account.balance, {
    text: /captures `account`, and account is an instance of Account, whose private fields/,
    variable: "account",
    fix: /perWorker/,
  });
});

test("a symbol of this thread alone", () => {
  const key = Symbol("mine");
  refused(() => key, {
    text: /captures `key`, a symbol that exists only in this thread\./,
    variable: "key",
    fix: /Symbol\.for\("mine"\)/,
  });
});

test("a global that exists only here, but not one that is only asked for by typeof", () => {
  const globals = globalThis as { onlyHere?: number };
  globals.onlyHere = 1;
  try {
    // @ts-expect-error: a global that nobody has declared
    refused(() => onlyHere, {
      text: /uses the global `onlyHere`, which exists only in this thread\./,
      variable: "onlyHere",
      fix: /const \{ onlyHere \} = globalThis/,
    });
    // @ts-expect-error: a global that nobody has declared
    ship(() => typeof onlyHere);
  } finally {
    delete globals.onlyHere;
  }
});

test("a module object", async () => {
  const { capturesModule } = await fixture<typeof Commonjs>("helpers.cjs")();
  refused(capturesModule(), {
    text: /captures `module`, the module object of its file\./,
    variable: "module",
    fix: /variable of its own/,
  });
});

test("what lies deeper is told with the whole way to it", () => {
  const cache = new WeakMap();
  const inner = (key: object) => cache.get(key);
  const middle = (key: object) => inner(key);
  const outer = () => middle({});
  refused(outer, {
    text: /^Cannot ship "outer" \(.+\): it needs "middle" \(.+\), which needs "inner" \(.+\), which captures `cache`, and cache is a WeakMap/,
    variable: "cache",
    fix: /perWorker/,
    name: "outer",
  });
  const self = function (this: unknown) {
    return () => this;
  }.call({});
  refused(() => self(), { text: /it needs .+, which uses `this`/, variable: "this", fix: /variable outside/ });
});

test("data that a bound function carries", () => {
  const bound = ((cache: object) => cache).bind(undefined, new WeakSet());
  refused(bound, { text: /it carries what cannot be sent: bound .*\[1\] is a WeakSet/, fix: /perWorker/ });
});

test("a shipment of too many functions, or of too much code", () => {
  let chain = () => 0;
  for (let i = 0; i < 501; i++) {
    const next = chain;
    chain = () => next() + 1;
  }
  refused(chain, {
    text: /brings the shipment to more than 500 functions\./,
    variable: "next",
    fix: /module that is not the entry/,
  });
  const long = new Function(`return "${"x".repeat(300 * 1024)}"`);
  refused(long, { text: /it brings the shipment to more than 256 KB of code\./, fix: /module that is not the entry/ });
});

test("a variable that has no value yet, where the runtime can tell", () => {
  const early = () => later;
  const isTold = Number(process.versions.node.split(".")[0]) >= 22;
  if (isTold)
    refused(early, {
      text: /captures `later`, which has no value yet\./,
      variable: "later",
      fix: /after the line that declares `later`/,
    });
  else assert.ok(ship(early));
  const later = 1;
  assert.ok(ship(early));
});
