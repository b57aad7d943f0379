/** Functions that cannot be shipped for what they are, or for what their text leans on. */

import type { RefusalCase } from "../support/refusal-case.ts";

export const codeCases: readonly RefusalCase[] = [
  {
    name: "a generator",
    of: "generator",
    refused: `
      function* count(to) { for (let i = 0; i < to; i++) yield i; }
      return pool.submit(count, 3);`,
    says: 'Cannot ship "count" (FILE:2): it is a generator function: its values cannot be streamed out of a task. Collect them in the task: (...args) => [...count(...args)].',
    paste: "(...args) => [...count(...args)]",
    fixed: `
      function* count(to) { for (let i = 0; i < to; i++) yield i; }
      return pool.submit((...args) => [...count(...args)], 3);`,
    gives: [0, 1, 2],
  },
  {
    name: "an anonymous generator",
    of: "generator",
    refused: "return pool.submit(function* () { yield 1; });",
    says: "Cannot ship the function at FILE:2: it is a generator function: its values cannot be streamed out of a task. Collect them in the task: (...args) => [...generate(...args)].",
    paste: "(...args) => [...generate(...args)]",
    fixed: `
      const generate = function* () { yield 1; };
      return pool.submit((...args) => [...generate(...args)]);`,
    gives: [1],
  },
  {
    name: "an asynchronous generator",
    of: "generator",
    refused: `
      async function* count(to) { for (let i = 0; i < to; i++) yield i; }
      return pool.submit(count, 3);`,
    says: 'Cannot ship "count" (FILE:2): it is a generator function: its values cannot be streamed out of a task. Collect them in the task: async (...args) => { const all = []; for await (const each of count(...args)) all.push(each); return all; }.',
    paste:
      "async (...args) => { const all = []; for await (const each of count(...args)) all.push(each); return all; }",
    fixed: `
      async function* count(to) { for (let i = 0; i < to; i++) yield i; }
      return pool.submit(async (...args) => { const all = []; for await (const each of count(...args)) all.push(each); return all; }, 2);`,
    gives: [0, 1],
  },
  {
    name: "a class",
    of: "class",
    refused: `
      class Square {
        constructor(side) { this.side = side; }
        area() { return this.side ** 2; }
      }
      return pool.submit(Square, 3);`,
    says: 'Cannot ship "Square" (FILE:2): it is a class, which cannot be called. Make the object in the task: (...args) => new Square(...args).area().',
    paste: "(...args) => new Square(...args).area()",
    fixed: `
      class Square {
        constructor(side) { this.side = side; }
        area() { return this.side ** 2; }
      }
      return pool.submit((...args) => new Square(...args).area(), 3);`,
    gives: 9,
  },
  {
    name: "a Proxy of a function",
    of: "proxy",
    refused: `
      const handler = { apply: (target, self, [x]) => target(x) + 1 };
      const target = (x) => 3 * x;
      return pool.submit(new Proxy(target, handler), 2);`,
    says: 'Cannot ship "target": it is a Proxy, whose handler cannot be sent. Make the proxy in the task: (...args) => new Proxy(target, handler)(...args).',
    paste: "(...args) => new Proxy(target, handler)(...args)",
    fixed: `
      const handler = { apply: (target, self, [x]) => target(x) + 1 };
      const target = (x) => 3 * x;
      return pool.submit((...args) => new Proxy(target, handler)(...args), 2);`,
    gives: 7,
  },
  {
    name: "a mock",
    of: "mock",
    refused: `
      const fn = (x) => { fn.calls.push(x); return x; };
      return pool.submit(Object.assign(fn, { calls: [], _isMockFunction: true }), 2);`,
    says: 'Cannot ship "fn": it is a mock function, whose calls are recorded in this thread. Give the task a plain function, and check what it returns.',
    paste: "a plain function",
    fixed: `
      // a plain function
      const fn = (x) => x;
      return pool.submit(fn, 2);`,
    gives: 2,
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
  {
    name: "`this` of which fields are read",
    of: "this",
    refused: `
      class Box {
        width = 2;
        height = 3;
        area() { return pool.submit((depth) => this.width * this.height * depth, 4); }
      }
      return new Box().area();`,
    says: "Cannot ship the function at FILE:5: it uses `this` of the code around it. Put what it needs into variables outside and use those: const { width, height } = this.",
    variable: "this",
    paste: "const { width, height } = this",
    fixed: `
      class Box {
        width = 2;
        height = 3;
        area() {
          const { width, height } = this;
          return pool.submit((depth) => width * height * depth, 4);
        }
      }
      return new Box().area();`,
    gives: 24,
  },
  {
    name: "`this` as a whole",
    of: "this",
    refused: `
      class Box {
        width = 2;
        area() { return this.width ** 2; }
        later() { return pool.submit(() => this.area()); }
      }
      return new Box().later();`,
    says: "Cannot ship the function at FILE:5: it uses `this` of the code around it. Put the work into a function outside the class, and pass it the data that it needs.",
    variable: "this",
    paste: "a function outside the class",
    fixed: `
      const area = (width) => width ** 2; // a function outside the class
      class Box {
        width = 2;
        later() { return pool.submit(area, this.width); }
      }
      return new Box().later();`,
    gives: 4,
  },
  {
    name: "`arguments` of the function around",
    of: "arguments",
    refused: `
      function count() { return pool.submit(() => arguments.length); }
      return count(1, 2);`,
    says: "Cannot ship the function at FILE:2: it uses `arguments` of the function around it. Put them into a variable outside and use that: const args = [...arguments].",
    variable: "arguments",
    paste: "const args = [...arguments]",
    fixed: `
      function count() {
        const args = [...arguments];
        return pool.submit(() => args.length);
      }
      return count(1, 2);`,
    gives: 2,
  },
  {
    name: "`super` in a method",
    of: "super",
    refused: `
      class Base { area() { return 1; } }
      class Shape extends Base { area(k) { return super.area() + k; } }
      return pool.submit(Shape.prototype.area, 5);`,
    says: 'Cannot ship "area" (FILE:3): it uses `super`, which belongs to its class or object. Make the object in the task: (...args) => new Shape().area(...args).',
    variable: "super",
    paste: "(...args) => new Shape().area(...args)",
    fixed: `
      class Base { area() { return 1; } }
      class Shape extends Base { area(k) { return super.area() + k; } }
      return pool.submit((...args) => new Shape().area(...args), 5);`,
    gives: 6,
  },
  {
    name: "`super` in an arrow function",
    of: "super",
    refused: `
      class Base { area() { return 1; } }
      class Shape extends Base { later() { return pool.submit(() => super.area()); } }
      return new Shape().later();`,
    says: "Cannot ship the function at FILE:3: it uses `super`, which belongs to its class or object. Make the object in the task: (...args) => new Shape().area(...args).",
    variable: "super",
    paste: "(...args) => new Shape().area(...args)",
    fixed: `
      class Base { area() { return 1; } }
      class Shape extends Base {}
      return pool.submit((...args) => new Shape().area(...args));`,
    gives: 1,
  },
  {
    name: "`new.target` of the function around",
    of: "newTarget",
    refused: `
      function Make() { return pool.submit(() => new.target === undefined); }
      return Make();`,
    says: "Cannot ship the function at FILE:2: it uses `new.target` of the function around it. Put it into a variable outside and use that: const target = new.target.",
    variable: "new.target",
    paste: "const target = new.target",
    fixed: `
      function Make() {
        const target = new.target;
        return pool.submit(() => target === undefined);
      }
      return Make();`,
    gives: true,
  },
  {
    name: "direct eval",
    of: "eval",
    refused: 'return pool.submit((text) => eval(text), "1 + 1");',
    says: "Cannot ship the function at FILE:2: it calls `eval`, which can name any variable. Write (0, eval)(text), which sees globals alone.",
    variable: "eval",
    paste: "(0, eval)(text)",
    fixed: 'return pool.submit((text) => (0, eval)(text), "1 + 1");',
    gives: 2,
  },
  {
    name: "`with`",
    of: "with",
    commonjs: true,
    refused: "return pool.submit((object) => { with (object) return property; }, { property: 3 });",
    says: "Cannot ship the function at FILE:2: it uses `with`, in which any name can mean anything. Name the object: object.property.",
    paste: "object.property",
    fixed: "return pool.submit((object) => { return object.property; }, { property: 3 });",
    gives: 3,
  },
  {
    name: "a private member",
    of: "private",
    refused: `
      class Shape {
        #side = 3;
        area(k) { return this.#side * k; }
      }
      return pool.submit(Shape.prototype.area, 2);`,
    says: 'Cannot ship "area" (FILE:4): it uses `#side`, a private member of the class around it. Make the object in the task: (...args) => new Shape().area(...args).',
    variable: "#side",
    paste: "(...args) => new Shape().area(...args)",
    fixed: `
      class Shape {
        #side = 3;
        area(k) { return this.#side * k; }
      }
      return pool.submit((...args) => new Shape().area(...args), 2);`,
    gives: 6,
  },
];
