/**
 * Every reason for which a function cannot be shipped, and what to write instead: one fix each, and one that works.
 * docs/shipping.md lists them all; a test compares the two, and another one writes every fix into a program and runs it.
 * What cannot be sent as data is in wire/thread-objects.ts.
 */

import { captureLine, instanceLine, taskLine, thisLine } from "./recommendation.ts";
import { nameOf, Refusal } from "./refusal.ts";

/** What the refused function is, as far as it is known. */
export interface Refused {
  readonly fn: object;
  /** Is it from an ES module? */
  readonly isModule: boolean;
}

const textOf = (fn: object): string => Function.prototype.toString.call(fn);

/** By way of a module: for a function with a name, the line itself. */
function exported({ fn, isModule }: Refused): string {
  const name = nameOf(fn);
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
    return "Export the function from a module that is not the entry";
  return `Export "${name}" from a module that is not the entry: ${taskLine(name, isModule)}`;
}

export const refusals = {
  generator(fn: object, isAsync: boolean): Refusal {
    const call = `${nameOf(fn) || "generate"}(...args)`;
    return new Refusal(
      "is a generator function: its values cannot be streamed out of a task",
      isAsync
        ? `Collect them in the task: async (...args) => { const all = []; for await (const each of ${call}) all.push(each); return all; }`
        : `Collect them in the task: (...args) => [...${call}]`,
    );
  },

  class(cls: { readonly prototype: object }): Refusal {
    return new Refusal(
      "is a class, which cannot be called",
      `Make the object in the task: ${instanceLine(cls, nameOf(cls) || "Class")}`,
    );
  },

  proxy(): Refusal {
    return new Refusal(
      "is a Proxy, whose handler cannot be sent",
      "Make the proxy in the task: (...args) => new Proxy(target, handler)(...args)",
    );
  },

  mock(): Refusal {
    return new Refusal(
      "is a mock function, whose calls are recorded in this thread",
      "Give the task a plain function, and check what it returns",
    );
  },

  native(): Refusal {
    return new Refusal(
      "is a native function that has no name to find it by",
      "Get it in the task, from an object that is made there: (x) => new Intl.NumberFormat().format(x)",
    );
  },

  boundUnread(fn: object): Refusal {
    const name = nameOf(fn).replace(/^(?:bound )+/, "") || "method";
    return new Refusal(
      "is a bound function, and this runtime has no inspector (or withholds it) to see into it with",
      `Say what it is bound to: capture({ object }, ({ object }, ...args) => object.${name}(...args))`,
    );
  },

  uninspected(variable: string, names: readonly string[], refused: Refused): Refusal {
    const name = nameOf(refused.fn);
    const line = names.includes(name) ? undefined : captureLine(textOf(refused.fn), names);
    return new Refusal(
      `uses \`${variable}\`, and this runtime has no inspector (or withholds it) to read captured variables with`,
      line === undefined ? exported(refused) : `Name what it captures: ${line}`,
      { variable },
    );
  },

  this(fn: object): Refusal {
    const line = thisLine(textOf(fn));
    return new Refusal(
      "uses `this` of the code around it",
      line === undefined
        ? "Put the work into a function outside the class, and pass it the data that it needs"
        : `Put what it needs into variables outside and use those: ${line}`,
      { variable: "this" },
    );
  },

  arguments(): Refusal {
    return new Refusal(
      "uses `arguments` of the function around it",
      "Put them into a variable outside and use that: const args = [...arguments]",
      { variable: "arguments" },
    );
  },

  super(fn: object): Refusal {
    return new Refusal(
      "uses `super`, which belongs to its class or object",
      `Make the object in the task: (...args) => new Shape().${nameOf(fn) || "area"}(...args)`,
      { variable: "super" },
    );
  },

  newTarget(): Refusal {
    return new Refusal(
      "uses `new.target` of the function around it",
      "Put it into a variable outside and use that: const target = new.target",
      { variable: "new.target" },
    );
  },

  eval(): Refusal {
    return new Refusal("calls `eval`, which can name any variable", "Write (0, eval)(text), which sees globals alone", {
      variable: "eval",
    });
  },

  with(): Refusal {
    return new Refusal("uses `with`, in which any name can mean anything", "Name the object: object.property");
  },

  private(member: string, fn: object): Refusal {
    return new Refusal(
      `uses \`#${member}\`, a private member of the class around it`,
      `Make the object in the task: (...args) => new Shape().${nameOf(fn) || "area"}(...args)`,
      { variable: `#${member}` },
    );
  },

  syntax(refused: Refused): Refusal {
    return new Refusal("is written in syntax that cannot be read here", exported(refused));
  },

  unset(name: string): Refusal {
    return new Refusal(
      `captures \`${name}\`, which has no value yet`,
      `Submit after the line that declares \`${name}\` has run`,
      { variable: name },
    );
  },

  unkept(name: string): Refusal {
    return new Refusal(
      `reads \`${name}\` while it is made, and the runtime has not kept that value`,
      `Keep it with a method that reads it: static kept() { return ${name}; }`,
      { variable: name },
    );
  },

  symbol(name: string, description: string | undefined): Refusal {
    return new Refusal(
      `captures \`${name}\`, a symbol that exists only in this thread`,
      `Make it with Symbol.for(${JSON.stringify(description ?? name)})`,
      { variable: name },
    );
  },

  global(name: string): Refusal {
    return new Refusal(
      `uses the global \`${name}\`, which exists only in this thread`,
      `Capture it: const { ${name} } = globalThis`,
      { variable: name },
    );
  },

  module(name: string): Refusal {
    return new Refusal(
      `captures \`${name}\`, the module object of its file`,
      `Put what you need of it into a variable and use that: const { exports } = ${name}`,
      { variable: name },
    );
  },

  data(name: string, path: string, problem: string, fix: string | undefined, cause: unknown): Refusal {
    const what = path === name && problem.startsWith("is ") ? problem.slice(3) : `and ${path} ${problem}`;
    return new Refusal(
      `captures \`${name}\`, ${what}`,
      fix ?? `Make it once in each worker, const own = perWorker(() => ...), and use own.get() in the task`,
      { variable: name, cause },
    );
  },

  load(path: string, problem: string, fix: string | undefined, cause: unknown): Refusal {
    return new Refusal(
      `carries what cannot be sent: ${path} ${problem}`,
      fix ?? `Make it once in each worker, const own = perWorker(() => ...), and use own.get() in the task`,
      { cause },
    );
  },

  tooMuch(much: string, refused: Refused): Refusal {
    return new Refusal(`brings the shipment to more than ${much}`, exported(refused));
  },

  entry(name: string): Refusal {
    return new Refusal(
      "is an export of the program's entry module: a worker that imported that would start the program again",
      `Move it to a module of its own: task(new URL("./tasks.js", import.meta.url), ${JSON.stringify(name)})`,
    );
  },
};
