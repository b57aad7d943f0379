/** What a runtime without an inspector cannot ship: functions whose captured variables only V8 could tell. */

import type { RefusalCase } from "../support/refusal-case.ts";

export const uninspectedCases: readonly RefusalCase[] = [
  {
    name: "an arrow function with captured variables",
    of: "uninspected",
    refused: `
      const k = 2, offset = 1;
      return pool.submit((x) => x * k + offset, 5);`,
    says: "Cannot ship the anonymous function: it uses `k`, and this runtime has no inspector (or withholds it) to read captured variables with. Name what it captures: capture({ k, offset }, ({ k, offset }, x) => x * k + offset).",
    variable: "k",
    paste: "capture({ k, offset }, ({ k, offset }, x) => x * k + offset)",
    fixed: `
      const k = 2, offset = 1;
      return pool.submit(capture({ k, offset }, ({ k, offset }, x) => x * k + offset), 5);`,
    gives: 11,
  },
  {
    name: "a function with a name",
    of: "uninspected",
    refused: `
      const k = 2;
      async function scale(x, by = 3) { return x * k * by; }
      return pool.submit(scale, 5);`,
    says: 'Cannot ship "scale": it uses `k`, and this runtime has no inspector (or withholds it) to read captured variables with. Name what it captures: capture({ k }, async function ({ k }, x, by = 3) { return x * k * by; }).',
    variable: "k",
    paste: "capture({ k }, async function ({ k }, x, by = 3) { return x * k * by; })",
    fixed: `
      const k = 2;
      return pool.submit(capture({ k }, async function ({ k }, x, by = 3) { return x * k * by; }), 5);`,
    gives: 30,
  },
  {
    name: "a function that calls itself",
    of: "uninspected",
    refused: `
      const last = 1;
      const factorial = (n) => (n <= last ? 1 : n * factorial(n - 1));
      return pool.submit(factorial, 5);`,
    says: 'Cannot ship "factorial": it uses `last`, and this runtime has no inspector (or withholds it) to read captured variables with. Export "factorial" from a module that is not the entry: task(import.meta.url, "factorial").',
    variable: "last",
    paste: 'task(import.meta.url, "factorial")',
    fixed: `
      const last = 1;
      export const factorial = (n) => (n <= last ? 1 : n * factorial(n - 1));
      export default (pool) => pool.submit(task(import.meta.url, "factorial"), 5);`,
    gives: 120,
  },
  {
    name: "a function that needs another one",
    of: "uninspected",
    refused: `
      const k = 2;
      const scale = (x) => x * k;
      return pool.submit(capture({ scale }, ({ scale }, x) => scale(x) + 1), 5);`,
    says: 'Cannot ship the anonymous function: it needs "scale", which uses `k`, and this runtime has no inspector (or withholds it) to read captured variables with. Name what it captures: capture({ k }, ({ k }, x) => x * k).',
    variable: "k",
    paste: "capture({ k }, ({ k }, x) => x * k)",
    fixed: `
      const k = 2;
      const scale = capture({ k }, ({ k }, x) => x * k);
      return pool.submit(capture({ scale }, ({ scale }, x) => scale(x) + 1), 5);`,
    gives: 11,
  },
  {
    name: "a bound method",
    of: "boundUnread",
    refused: `
      const object = { vat: 1.25, gross(net) { return net * this.vat; } };
      return pool.submit(object.gross.bind(object), 8);`,
    says: 'Cannot ship "bound gross": it is a bound function, and this runtime has no inspector (or withholds it) to see into it with. Say what it is bound to: capture({ object }, ({ object }, ...args) => object.gross(...args)).',
    paste: "capture({ object }, ({ object }, ...args) => object.gross(...args))",
    fixed: `
      const object = { vat: 1.25, gross(net) { return net * this.vat; } };
      return pool.submit(capture({ object }, ({ object }, ...args) => object.gross(...args)), 8);`,
    gives: 10,
  },
  {
    name: "a native function without a name",
    of: "native",
    refused: `
      const { format } = new Intl.NumberFormat();
      return pool.submit(format, 7);`,
    says: "Cannot ship the anonymous function: it is a native function that has no name to find it by. Get it in the task, from an object that is made there: (x) => new Intl.NumberFormat().format(x).",
    paste: "(x) => new Intl.NumberFormat().format(x)",
    fixed: "return pool.submit((x) => new Intl.NumberFormat().format(x), 7);",
    gives: "7",
  },
];
