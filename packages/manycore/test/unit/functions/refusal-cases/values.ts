/** Captured values of which only their own code, or this thread, knows what is in them. */

import type { RefusalCase } from "../support/refusal-case.ts";

const OWN = "Make it once in each worker, const own = perWorker(() => ...), and use own.get() in the task.";

export const valueCases: readonly RefusalCase[] = [
  {
    name: "an object of V8's own",
    of: "native",
    refused: `
      const numbers = new Intl.NumberFormat();
      return pool.submit((x) => numbers.format(x), 7);`,
    says: `Cannot ship the function at FILE:3: it captures \`numbers\`, a NumberFormat, which belongs to this thread. ${OWN}`,
    variable: "numbers",
    paste: "const own = perWorker(() => ",
    fixed: `
      const own = perWorker(() => new Intl.NumberFormat());
      return pool.submit((x) => own.get().format(x), 7);`,
    gives: "7",
  },
  {
    name: "private state of a class that is not registered",
    of: "secret",
    refused: `
      class Account {
        #balance = 1;
        static of(balance) { const account = new Account(); account.#balance = balance; return account; }
        get balance() { return this.#balance; }
      }
      const account = Account.of(9);
      return pool.submit(() => account.balance);`,
    says: "Cannot ship the function at FILE:8: it captures `account`, an instance of Account, whose private fields only its own code can read. Say how to take it apart and put it together: registerClass(Account, { encode, decode }).",
    variable: "account",
    paste: "registerClass(Account, { encode, decode",
    fixed: `
      class Account {
        #balance = 1;
        static of(balance) { const account = new Account(); account.#balance = balance; return account; }
        get balance() { return this.#balance; }
      }
      const encode = (account) => account.balance;
      const decode = (balance) => Account.of(balance);
      registerClass(Account, { encode, decode });
      const account = Account.of(9);
      return pool.submit(() => account.balance);`,
    gives: 9,
  },
  {
    name: "a field that is hidden, of a class that is not registered",
    of: "hidden",
    refused: `
      class Account {
        constructor(balance) { Object.defineProperty(this, "balance", { value: balance }); }
      }
      const account = new Account(9);
      return pool.submit(() => account.balance);`,
    says: "Cannot ship the function at FILE:6: it captures `account`, an instance of Account, which hides its field `balance`. Say how to take it apart and put it together: registerClass(Account, { encode, decode }).",
    variable: "account",
    paste: "registerClass(Account, { encode, decode",
    fixed: `
      class Account {
        constructor(balance) { Object.defineProperty(this, "balance", { value: balance }); }
      }
      const encode = (account) => account.balance;
      const decode = (balance) => new Account(balance);
      registerClass(Account, { encode, decode, name: "refusals.Hiding" });
      const account = new Account(9);
      return pool.submit(() => account.balance);`,
    gives: 9,
  },
  {
    name: "a symbol in data",
    of: "symbol",
    refused: `
      const state = { phase: Symbol("open") };
      return pool.submit(() => state.phase.description);`,
    says: "Cannot ship the function at FILE:3: it captures `state`, and state.phase is a symbol, which is unique to its own thread. Use a string.",
    variable: "state",
    paste: "string",
    fixed: `
      const state = { phase: "open" }; // a string
      return pool.submit(() => state.phase);`,
    gives: "open",
  },
  {
    name: "memory that was given away",
    of: "moved",
    refused: `
      const buffer = new ArrayBuffer(8);
      structuredClone(buffer, { transfer: [buffer] });
      return pool.submit(() => buffer.byteLength);`,
    says: "Cannot ship the function at FILE:4: it captures `buffer`, an ArrayBuffer that has been moved elsewhere. Move a copy, buffer.slice(), and keep the buffer.",
    variable: "buffer",
    paste: "buffer.slice()",
    fixed: `
      const buffer = new ArrayBuffer(8);
      structuredClone(null, { transfer: [buffer.slice()] });
      return pool.submit(() => buffer.byteLength);`,
    gives: 8,
  },
  {
    name: "a view on memory that was given away",
    of: "movedView",
    refused: `
      const numbers = new Float64Array([1, 2]);
      structuredClone(null, { transfer: [numbers.buffer] });
      return pool.submit(() => numbers.length);`,
    says: "Cannot ship the function at FILE:4: it captures `numbers`, a view on an ArrayBuffer that has been moved elsewhere. Move a copy, buffer.slice(), and keep the buffer.",
    variable: "numbers",
    paste: "buffer.slice()",
    fixed: `
      const numbers = new Float64Array([1, 2]);
      structuredClone(null, { transfer: [numbers.buffer.slice()] });
      return pool.submit(() => numbers.length);`,
    gives: 2,
  },
  ...(
    [
      ["perWorker", "Make one in the task that submits: perWorker(() => ...)", "perWorker(() => "],
      ["share", "Share it again in the task that submits: share(shared.value)", "share(shared.value)"],
    ] as const
  ).map(
    ([kind, fix, paste]): RefusalCase => ({
      name: `a ${kind} handle that goes on from a task to another executor`,
      of: `${kind} handle`,
      refused: `
      const own = perWorker(() => 4);
      const shared = share({ k: 4 });
      return pool.submit(async () => {
        const inner = new ThreadPoolExecutor({ maxWorkers: 1 });
        try { return await inner.submit(${kind === "share" ? "() => shared.value.k" : "() => own.get()"}); } finally { await inner.shutdown(); }
      });`,
      says: `A ${kind} handle that came with a task cannot be sent on to another executor. ${fix}.`,
      paste,
      fixed: `
      const shared = share({ k: 4 });
      return pool.submit(async () => {
        const inner = new ThreadPoolExecutor({ maxWorkers: 1 });
        const own = ${kind === "share" ? "share(shared.value)" : "perWorker(() => 4)"};
        try { return await inner.submit(${kind === "share" ? "() => own.value.k" : "() => own.get()"}); } finally { await inner.shutdown(); }
      });`,
      gives: 4,
    }),
  ),
];
