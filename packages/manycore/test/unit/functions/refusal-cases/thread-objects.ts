/** Captured objects that stay in their thread. */

import type { RefusalCase } from "../support/refusal-case.ts";

export const threadObjectCases: readonly RefusalCase[] = [
  {
    name: "a Promise",
    of: "a Promise",
    refused: `
      const pending = Promise.resolve(1);
      return pool.submit(() => pending);`,
    says: "Cannot ship the function at FILE:3: it captures `pending`, a Promise. Await it first: const value = await pending.",
    variable: "pending",
    paste: "const value = await pending",
    fixed: `
      const pending = Promise.resolve(1);
      const value = await pending;
      return pool.submit(() => value);`,
    gives: 1,
  },
  {
    name: "a WeakMap",
    of: "a WeakMap, whose entries cannot be listed",
    refused: `
      const cache = new WeakMap();
      return pool.submit((key) => cache.has(key), {});`,
    says: "Cannot ship the function at FILE:3: it captures `cache`, a WeakMap, whose entries cannot be listed. Use a Map.",
    variable: "cache",
    paste: "Map",
    fixed: `
      const cache = new Map();
      return pool.submit((key) => cache.has(key), {});`,
    gives: false,
  },
  {
    name: "a WeakSet",
    of: "a WeakSet, whose members cannot be listed",
    refused: `
      const seen = new WeakSet();
      return pool.submit((key) => seen.has(key), {});`,
    says: "Cannot ship the function at FILE:3: it captures `seen`, a WeakSet, whose members cannot be listed. Use a Set.",
    variable: "seen",
    paste: "Set",
    fixed: `
      const seen = new Set([1]);
      return pool.submit((key) => seen.has(key), 1);`,
    gives: true,
  },
  {
    name: "a WeakRef",
    of: "a WeakRef",
    refused: `
      const ref = new WeakRef({ k: 3 });
      return pool.submit(() => ref.deref().k);`,
    says: "Cannot ship the function at FILE:3: it captures `ref`, a WeakRef. Use what it refers to: const target = ref.deref().",
    variable: "ref",
    paste: "const target = ref.deref()",
    fixed: `
      const ref = new WeakRef({ k: 3 });
      const target = ref.deref();
      return pool.submit(() => target.k);`,
    gives: 3,
  },
  {
    name: "a running asynchronous generator",
    of: "an asynchronous generator, which cannot leave its thread",
    refused: `
      async function* count() { yield 1; yield 2; }
      const numbers = count();
      return pool.submit(async () => (await numbers.next()).value);`,
    says: "Cannot ship the function at FILE:4: it captures `numbers`, an asynchronous generator, which cannot leave its thread. Collect its values first: for await (const each of numbers) values.push(each).",
    variable: "numbers",
    paste: "for await (const each of numbers) values.push(each)",
    fixed: `
      async function* count() { yield 1; yield 2; }
      const numbers = count();
      const values = [];
      for await (const each of numbers) values.push(each);
      return pool.submit(() => values);`,
    gives: [1, 2],
  },
  {
    name: "a running generator",
    of: "a generator, which cannot leave its thread",
    refused: `
      function* count() { yield 1; yield 2; }
      const numbers = count();
      return pool.submit(() => numbers.next().value);`,
    says: "Cannot ship the function at FILE:4: it captures `numbers`, a generator, which cannot leave its thread. Collect its values first: const values = [...numbers].",
    variable: "numbers",
    paste: "const values = [...numbers]",
    fixed: `
      function* count() { yield 1; yield 2; }
      const numbers = count();
      const values = [...numbers];
      return pool.submit(() => values);`,
    gives: [1, 2],
  },
  ...["new Map([[1, 2]]).keys()", "new Set([1]).values()", "[1].values()", "'1'[Symbol.iterator]()"].map(
    (text): RefusalCase => ({
      name: `an iterator: ${text}`,
      of: "an iterator, which cannot leave its thread",
      refused: `
      const iterator = ${text};
      return pool.submit(() => Number(iterator.next().value));`,
      says: "Cannot ship the function at FILE:3: it captures `iterator`, an iterator, which cannot leave its thread. Collect its values first: const values = [...iterator].",
      variable: "iterator",
      paste: "const values = [...iterator]",
      fixed: `
      const iterator = ${text};
      const values = [...iterator];
      return pool.submit(() => values.map(Number));`,
      gives: [1],
    }),
  ),
  {
    name: "a module in data",
    of: "a module",
    refused: `
      const plugins = { own: await import("./lone.js") };
      return pool.submit(() => plugins.own.k);`,
    files: { "lone.js": "export const k = 6;\n" },
    says: 'Cannot ship the function at FILE:3: it captures `plugins`, and plugins.own is a module. Import it in the task: await import("...").',
    variable: "plugins",
    paste: "await import(",
    fixed: 'return pool.submit(async () => (await import("./lone.js")).k);',
    gives: 6,
  },
  {
    name: "native memory",
    of: "native memory, which cannot leave its thread",
    refused: `
      const { createServer, connect } = await import("node:net");
      const server = createServer().listen(0);
      await new Promise((resolve) => server.once("listening", resolve));
      const memory = server._handle._externalStream ?? server._handle;
      try { return await pool.submit(() => memory); } finally { server.close(); }`,
    says: "Cannot ship the function at FILE:6: it captures `memory`, native memory, which cannot leave its thread. Keep it here, and pass the data that the task needs of it.",
    variable: "memory",
    paste: "data that the task needs",
    fixed: `
      const size = 3; // the data that the task needs
      return pool.submit(() => size);`,
    gives: 3,
  },
  {
    name: "an AbortSignal",
    of: "an AbortSignal",
    refused: `
      const { signal } = new AbortController();
      return pool.submit(() => signal.aborted);`,
    says: "Cannot ship the function at FILE:3: it captures `signal`, an AbortSignal. Give it to the call, pool.with({ signal: signal }), and read currentTask().signal in the task.",
    variable: "signal",
    paste: "pool.with({ signal: signal })",
    fixed: `
      const { signal } = new AbortController();
      return pool.with({ signal: signal }).submit(() => currentTask().signal.aborted);`,
    gives: false,
  },
  {
    name: "an AbortController",
    of: "an AbortController",
    refused: `
      const controller = new AbortController();
      return pool.submit(() => controller.signal.aborted);`,
    says: "Cannot ship the function at FILE:3: it captures `controller`, an AbortController. Give its signal to the call, pool.with({ signal: controller.signal }), and read currentTask().signal in the task.",
    variable: "controller",
    paste: "pool.with({ signal: controller.signal })",
    fixed: `
      const controller = new AbortController();
      return pool.with({ signal: controller.signal }).submit(() => currentTask().signal.aborted);`,
    gives: false,
  },
  {
    name: "a move()",
    of: "a move(), which is for the whole value that a task returns",
    refused: `
      const { move } = await import("manycore");
      const buffer = new ArrayBuffer(8);
      const moved = move(buffer, [buffer]);
      return pool.submit(() => moved.byteLength);`,
    says: "Cannot ship the function at FILE:5: it captures `moved`, a move(), which is for the whole value that a task returns. Move arguments with pool.with({ transfer: [buffer] }).",
    variable: "moved",
    paste: "pool.with({ transfer: [buffer] })",
    fixed: `
      const buffer = new ArrayBuffer(8);
      const size = await pool.with({ transfer: [buffer] }).submit((buffer) => buffer.byteLength, buffer);
      return [size, buffer.byteLength];`,
    gives: [8, 0],
  },
  {
    name: "an executor",
    of: "executor",
    refused: "return pool.submit(() => pool.submit((x) => x + 1, 1));",
    says: "Cannot ship the function at FILE:2: it captures `pool`, an executor, which cannot leave its thread. Make one in the task: new ThreadPoolExecutor().",
    variable: "pool",
    paste: "new ThreadPoolExecutor()",
    fixed: `
      return pool.submit(async () => {
        const pool = new ThreadPoolExecutor();
        try { return await pool.submit((x) => x + 1, 1); } finally { await pool.shutdown(); }
      });`,
    gives: 2,
  },
  {
    name: "a future",
    of: "future",
    refused: `
      const future = pool.submit(() => 2);
      return pool.submit(() => future.result());`,
    says: "Cannot ship the function at FILE:3: it captures `future`, a future, which cannot leave its thread. Await it first: const value = await future.",
    variable: "future",
    paste: "const value = await future",
    fixed: `
      const future = pool.submit(() => 2);
      const value = await future;
      return pool.submit(() => value + 1);`,
    gives: 3,
  },
];
