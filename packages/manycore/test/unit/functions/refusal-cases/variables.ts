/** Functions that cannot be shipped for a variable, or for the way there. */

import type { RefusalCase } from "../support/refusal-case.ts";

/** V8 reads `%` as its own syntax after `--allow-natives-syntax`; no parser of the language does. */
const UNREAD = '(x) => (%IsSmi(x) ? "small" : "large")';

export const variableCases: readonly RefusalCase[] = [
  {
    name: "syntax that cannot be read",
    of: "syntax",
    refused: `
      const classify = ${UNREAD};
      return pool.submit(classify, 1);`,
    says: 'Cannot ship "classify" (FILE:2): it is written in syntax that cannot be read here. Export "classify" from a module that is not the entry: task(import.meta.url, "classify").',
    paste: 'task(import.meta.url, "classify")',
    fixed: `
      export const classify = ${UNREAD};
      export default (pool) => pool.submit(task(import.meta.url, "classify"), 1);`,
    gives: "small",
  },
  {
    name: "syntax that cannot be read, in CommonJS",
    of: "syntax",
    commonjs: true,
    refused: `
      const classify = ${UNREAD};
      return pool.submit(classify, 1);`,
    says: 'Cannot ship "classify" (FILE:2): it is written in syntax that cannot be read here. Export "classify" from a module that is not the entry: task(__filename, "classify").',
    paste: 'task(__filename, "classify")',
    fixed: `
      return pool.submit(task(__filename, "classify"), 1);
      };
      module.exports.classify = ${UNREAD};
      {`,
    gives: "small",
  },
  {
    name: "a variable that has no value yet",
    of: "unset",
    sinceNode: 22,
    refused: `
      const early = pool.submit(() => later);
      const later = 1;
      return early;`,
    says: "Cannot ship the function at FILE:2: it captures `later`, which has no value yet. Submit after the line that declares `later` has run.",
    variable: "later",
    paste: "after the line that declares `later`",
    fixed: `
      const later = 1;
      // after the line that declares \`later\`
      return pool.submit(() => later);`,
    gives: 1,
  },
  {
    name: "a variable that only the making of a class reads",
    of: "unkept",
    refused: `
      const name = "area";
      class Square { [name](side) { return side ** 2; } }
      return pool.submit((side) => new Square().area(side), 3);`,
    says: 'Cannot ship the function at FILE:4: it needs "Square" (FILE:3), which reads `name` while it is made, and the runtime has not kept that value. Keep it with a method that reads it: static kept() { return name; }.',
    variable: "name",
    paste: "static kept() { return name; }",
    fixed: `
      const name = "area";
      class Square { [name](side) { return side ** 2; } static kept() { return name; } }
      return pool.submit((side) => new Square().area(side), 3);`,
    gives: 9,
  },
  {
    name: "a symbol",
    of: "symbol",
    refused: `
      const key = Symbol("mine");
      return pool.submit(() => key.description);`,
    says: 'Cannot ship the function at FILE:3: it captures `key`, a symbol that exists only in this thread. Make it with Symbol.for("mine").',
    variable: "key",
    paste: 'Symbol.for("mine")',
    fixed: `
      const key = Symbol.for("mine");
      return pool.submit(() => key.description);`,
    gives: "mine",
  },
  {
    name: "a global of this thread",
    of: "global",
    refused: `
      globalThis.onlyHere = 5;
      return pool.submit(() => onlyHere);`,
    says: "Cannot ship the function at FILE:3: it uses the global `onlyHere`, which exists only in this thread. Capture it: const { onlyHere } = globalThis.",
    variable: "onlyHere",
    paste: "const { onlyHere } = globalThis",
    fixed: `
      globalThis.onlyHere = 5;
      const { onlyHere } = globalThis;
      return pool.submit(() => onlyHere);`,
    gives: 5,
  },
  {
    name: "the module object",
    of: "module",
    commonjs: true,
    refused: "return pool.submit(() => module.exports.length);",
    says: "Cannot ship the function at FILE:2: it captures `module`, the module object of its file. Put what you need of it into a variable and use that: const { exports } = module.",
    variable: "module",
    paste: "const { exports } = module",
    fixed: `
      const { exports } = module;
      return pool.submit(() => exports.length);`,
    gives: 1,
  },
  {
    name: "a task of the entry module",
    of: "entry",
    refused: `return pool.submit(task(process.argv[1], "main"));`,
    says: 'Cannot ship "main" (ENTRY): it is an export of the program\'s entry module: a worker that imported that would start the program again. Move it to a module of its own: task(new URL("./tasks.js", import.meta.url), "main").',
    paste: 'task(new URL("./tasks.js", import.meta.url), "main")',
    files: { "tasks.js": "export const main = () => 8;\n" },
    fixed: 'return pool.submit(task(new URL("./tasks.js", import.meta.url), "main"));',
    gives: 8,
  },
  {
    name: "more functions than anybody means",
    of: "tooMuch",
    refused: `
      let chain = () => 0;
      for (let i = 0; i < 501; i++) {
        const next = chain;
        chain = () => next() + 1;
      }
      const count = () => chain();
      return pool.submit(count);`,
    says: `Cannot ship "count" (FILE:7): it needs "chain" (FILE:5), which needs "chain" (FILE:5), which needs "chain" (FILE:5), which needs ..., which needs "chain" (FILE:5), which needs "chain" (FILE:5), which brings the shipment to more than 500 functions. Export "count" from a module that is not the entry: task(import.meta.url, "count").`,
    variable: "next",
    paste: 'task(import.meta.url, "count")',
    fixed: `
      let chain = () => 0;
      for (let i = 0; i < 501; i++) {
        const next = chain;
        chain = () => next() + 1;
      }
      export const count = () => chain();
      export default (pool) => pool.submit(task(import.meta.url, "count"));`,
    gives: 501,
  },
  {
    name: "more code than anybody means",
    of: "tooMuch",
    refused: `
      const table = () => "${"x".repeat(256 * 1024)}";
      const size = () => table().length;
      return pool.submit(size);`,
    says: 'Cannot ship "size" (FILE:3): it needs "table" (FILE:2), which brings the shipment to more than 256 KB of code. Export "size" from a module that is not the entry: task(import.meta.url, "size").',
    variable: "table",
    paste: 'task(import.meta.url, "size")',
    fixed: `
      const table = () => "${"x".repeat(256 * 1024)}";
      export const size = () => table().length;
      export default (pool) => pool.submit(task(import.meta.url, "size"));`,
    gives: 256 * 1024,
  },
  {
    name: "what lies deep in captured data, behind two functions",
    of: "data",
    refused: `
      const app = { jobs: [{ seen: new WeakSet() }] };
      const inner = (x) => app.jobs[0].seen.has(x);
      const middle = (x) => inner(x);
      return pool.submit((x) => middle(x), {});`,
    says: 'Cannot ship the function at FILE:5: it needs "middle" (FILE:4), which needs "inner" (FILE:3), which captures `app`, and app.jobs[0].seen is a WeakSet, whose members cannot be listed. Use a Set.',
    variable: "app",
    paste: "Set",
    fixed: `
      const app = { jobs: [{ seen: new Set() }] };
      const inner = (x) => app.jobs[0].seen.has(x);
      const middle = (x) => inner(x);
      return pool.submit((x) => middle(x), {});`,
    gives: false,
  },
  {
    name: "a getter that throws",
    of: "data",
    refused: `
      const config = { get port() { throw new Error("not open"); } };
      return pool.submit(() => config.port);`,
    says: "Cannot ship the function at FILE:3: it captures `config`, and config.port cannot be read: not open. Make it once in each worker, const own = perWorker(() => ...), and use own.get() in the task.",
    variable: "config",
    paste: "const own = perWorker(() => ",
    fixed: `
      const own = perWorker(() => ({ get port() { return 80; } }));
      return pool.submit(() => own.get().port);`,
    gives: 80,
  },
  {
    name: "what a bound function carries",
    of: "load",
    refused: `
      function has(seen, x) { return seen.has(x); }
      return pool.submit(has.bind(null, new WeakSet()), {});`,
    says: 'Cannot ship "bound has": it carries what cannot be sent: [this, ...args][1] is a WeakSet, whose members cannot be listed. Use a Set.',
    paste: "Set",
    fixed: `
      function has(seen, x) { return seen.has(x); }
      return pool.submit(has.bind(null, new Set([1])), 1);`,
    gives: true,
  },
  {
    name: "what a partial function carries",
    of: "load",
    refused: `
      const format = (style, x) => style.format(x);
      return pool.submit(partial(format, new Intl.NumberFormat()), 7);`,
    says: 'Cannot ship "format": it carries what cannot be sent: [args][0][0] is a NumberFormat, which belongs to this thread. Make it once in each worker, const own = perWorker(() => ...), and use own.get() in the task.',
    paste: "const own = perWorker(() => ",
    fixed: `
      const own = perWorker(() => new Intl.NumberFormat());
      const format = (style, x) => style.get().format(x);
      return pool.submit(partial(format, own), 7);`,
    gives: "7",
  },
  {
    name: "what is shared",
    of: "load",
    refused: `
      const shared = share({ cache: new WeakMap() });
      return pool.submit(() => shared.value.cache.size);`,
    says: "Cannot ship the function at FILE:3: it needs the shared value, which carries what cannot be sent: share(value).cache is a WeakMap, whose entries cannot be listed. Use a Map.",
    variable: "shared",
    paste: "Map",
    fixed: `
      const shared = share({ cache: new Map() });
      return pool.submit(() => shared.value.cache.size);`,
    gives: 0,
  },
];
