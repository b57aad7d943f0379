/** Functions that cannot be shipped: `submit` says so at once, and says what to do. */

import { createReadStream } from "node:fs";
import type { Executor } from "manycore";
import type { Group } from "./case.ts";

class Thermometer {
  #degrees = 20;
  readonly name = "hall";

  read(): number {
    return this.#degrees;
  }

  arrow(): () => string {
    return () => this.name;
  }

  /** An arrow function in a field: `this` is the object's. */
  readonly later = (): string => this.name;
}

class Base {
  size(): number {
    return 1;
  }
}
class Derived extends Base {
  override size(): number {
    return super.size() + 1;
  }
}

class Vault {
  #secret: string;
  constructor(secret: string) {
    this.#secret = secret;
  }
  open(): string {
    return this.#secret;
  }
}

function* countTo(n: number): Generator<number> {
  for (let i = 1; i <= n; i++) yield i;
}

async function* ticks(): AsyncGenerator<number> {
  yield 1;
}

function makeArguments(..._all: number[]): () => number {
  // biome-ignore lint/complexity/noArguments: it is what is refused
  return () => arguments.length;
}

function Maker(): () => unknown {
  return () => new.target;
}

const key = Symbol("private to this thread");
const cache = new WeakMap<object, number>();
const pending = new Promise<number>(() => {});
const vault = new Vault("12345");
const { proxy } = Proxy.revocable((x: number) => x, {});
const lookUp = (of: object): number | undefined => cache.get(of);
const middle = (of: object): number => lookUp(of) ?? 0;

export const refused: Group = {
  name: "refused",
  cases: [],
  refused: [
    {
      name: "a class as the task",
      submit: (pool) => pool.submit(Thermometer as unknown as () => number),
      problem: /is a class, which cannot be called/,
      fix: /Make the object in the task: \(\.\.\.args\) => new \S+\(\.\.\.args\)\.read\(\)/,
    },
    {
      name: "a generator function as the task",
      submit: (pool) => pool.submit(countTo as () => unknown),
      problem: /is a generator function: its values cannot be streamed out of a task/,
      fix: /Collect them in the task/,
    },
    {
      name: "an async generator function as the task",
      submit: (pool) => pool.map(ticks, [1]),
      problem: /is a generator function/,
      fix: /Collect them in the task/,
    },
    {
      name: "an arrow function that uses the this of a method",
      submit: (pool) => pool.submit(new Thermometer().arrow()),
      problem: /uses `this` of the code around it/,
      fix: /const \{ name \} = this/,
    },
    {
      name: "an arrow function in a field, which uses this",
      submit: (pool) => pool.submit(new Thermometer().later),
      problem: /uses `this` of the code around it/,
      fix: /variables? outside/,
    },
    {
      name: "a method that uses a private field",
      submit: (pool) => pool.submit(new Thermometer().read),
      problem: /uses `#\S+`, a private member of the class around it/,
      fix: /Make the object in the task: \(\.\.\.args\) => new \S+\(\)\.\w+\(\.\.\.args\)/,
    },
    {
      name: "a method that uses super",
      submit: (pool) => pool.submit(new Derived().size),
      problem: /uses `super`, which belongs to its class or object/,
      fix: /Make the object in the task: \(\.\.\.args\) => new \S+\(\)\.\w+\(\.\.\.args\)/,
    },
    {
      name: "arguments of the function around",
      submit: (pool) => pool.submit(makeArguments(1, 2)),
      problem: /uses `arguments` of the function around it/,
      fix: /const args = \[\.\.\.arguments\]/,
    },
    {
      name: "new.target of the function around",
      submit: (pool) => pool.submit(Maker()),
      problem: /uses `new\.target` of the function around it/,
      fix: /const target = new\.target/,
    },
    {
      name: "direct eval",
      submit: (pool) =>
        pool.submit((text: string) => {
          // biome-ignore lint/security/noGlobalEval: it is what is refused
          return eval(text) as number;
        }, "1 + 1"),
      problem: /calls `eval`, which can name any variable/,
      fix: /\(0, eval\)\(text\)/,
    },
    {
      name: "a Proxy",
      submit: (pool) => pool.submit(proxy, 1),
      problem: /is a Proxy, whose handler cannot be sent/,
      fix: /Make the proxy in the task/,
      captures: true,
    },
    {
      name: "a symbol of this thread alone",
      submit: (pool) => pool.submit(() => ({ [key]: 1 })),
      problem: /captures `\S+`, a symbol that exists only in this thread/,
      fix: /Symbol\.for\("private to this thread"\)/,
      captures: true,
    },
    {
      name: "a WeakMap, two functions deep",
      submit: (pool) => pool.submit((of: object) => middle(of), {}),
      problem: /it needs .+, which needs .+, which captures `\S+`, (?:which is )?a WeakMap/,
      fix: /Use a Map/,
      captures: true,
    },
    {
      name: "a promise",
      submit: (pool) => pool.submit(async () => (await pending) + 1),
      problem: /captures `\S+`, (?:which is )?a Promise\./,
      fix: /Await it first: const value = await \S+/,
      captures: true,
    },
    {
      name: "a stream",
      submit: (pool: Executor) => {
        const file = createReadStream(process.execPath);
        try {
          return pool.submit(() => file.readableLength);
        } finally {
          file.destroy();
        }
      },
      problem: /captures `\S+`, (?:which is )?a stream/,
      fix: /Pass its data, or a path that the task opens/,
      captures: true,
    },
    {
      name: "the pool itself",
      submit: (pool) => pool.submit(() => pool.maxWorkers),
      problem: /captures `\S+`, (?:which is )?an executor, which cannot leave its thread/,
      fix: /Make one in the task: new ThreadPoolExecutor\(\)/,
      captures: true,
    },
    {
      name: "an instance of a class with private fields that is not registered",
      submit: (pool) => pool.submit(() => vault.open()),
      problem: /an instance of \S+, whose private fields only its own code can read/,
      fix: /registerClass\(\S+, \{ encode, decode \}\)/,
      captures: true,
    },
    {
      name: "a timer, inside a captured object",
      submit: (pool: Executor) => {
        const job = { every: 10, timer: setTimeout(() => {}, 0) };
        try {
          return pool.submit(() => job.timer.hasRef());
        } finally {
          clearTimeout(job.timer);
        }
      },
      problem: /captures `\S+`, and \S+\.timer is a timer/,
      fix: /Start it in the task/,
      captures: true,
    },
  ],
};
