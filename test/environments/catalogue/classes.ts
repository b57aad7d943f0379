/** Classes: used by a task, extended, with private state, and their methods as tasks. */

import type { Group } from "./case.ts";

abstract class Shape {
  static readonly kinds = new Set(["circle", "square"]);
  abstract area(): number;

  describe(): string {
    return `${this.kind} of ${this.area().toFixed(1)}`;
  }

  get kind(): string {
    return "shape";
  }

  static isKnown(kind: string): boolean {
    return Shape.kinds.has(kind);
  }
}

class Circle extends Shape {
  readonly radius: number;

  constructor(radius: number) {
    super();
    this.radius = radius;
  }

  override area(): number {
    return Math.PI * this.radius ** 2;
  }

  override get kind(): string {
    return "circle";
  }
}

class Ring extends Circle {
  readonly hole: number;

  constructor(radius: number, hole: number) {
    super(radius);
    this.hole = hole;
  }

  override area(): number {
    return super.area() - Math.PI * this.hole ** 2;
  }
}

class Stack<T> {
  #items: T[] = [];

  push(...items: T[]): this {
    this.#items.push(...items);
    return this;
  }

  pop(): T | undefined {
    return this.#items.pop();
  }

  get size(): number {
    return this.#items.length;
  }

  static #made = 0;

  static count(): number {
    Stack.#made += 1;
    return Stack.#made;
  }

  static isStack(value: object): boolean {
    return #items in value;
  }
}

// biome-ignore lint/complexity/noStaticOnlyClass: people write such
class Primes {
  static below100: readonly number[];

  static {
    const found: number[] = [];
    for (let n = 2; n < 100; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
    Primes.below100 = found;
  }
}

class Countdown implements Iterable<number> {
  readonly from: number;

  constructor(from: number) {
    this.from = from;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let n = this.from; n > 0; n--) yield n;
  }

  get [Symbol.toStringTag](): string {
    return "Countdown";
  }
}

class Money {
  readonly cents: number;

  constructor(cents: number) {
    this.cents = cents;
  }

  toString(): string {
    return `${(this.cents / 100).toFixed(2)} €`;
  }

  [Symbol.toPrimitive](hint: string): number | string {
    return hint === "number" ? this.cents : this.toString();
  }
}

class Celsius {
  #degrees = 0;

  get fahrenheit(): number {
    return this.#degrees * 1.8 + 32;
  }

  set fahrenheit(value: number) {
    this.#degrees = (value - 32) / 1.8;
  }

  get degrees(): number {
    return this.#degrees;
  }
}

// biome-ignore lint/complexity/noStaticOnlyClass: people write such
class Geometry {
  static hypotenuse(a: number, b: number): number {
    return Math.hypot(a, b);
  }

  static scale(factor: number, values: number[]): number[] {
    return values.map((each) => each * factor);
  }
}

class TaggedList extends Array<string> {
  tagged(tag: string): string[] {
    return Array.from(this, (each) => `<${tag}>${each}</${tag}>`);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what TypeScript wants of a mixin
const Timestamped = <Base extends new (...args: any[]) => object>(base: Base) =>
  class extends base {
    readonly at = 1_700_000_000;
  };

const StampedCircle = Timestamped(Circle);

/** What is put on a class after it is made: compilers for older targets do that with static fields, too. */
class Plan {
  readonly days: number;
  constructor(days: number) {
    this.days = days;
  }
  cost(): number {
    return this.days * Plan.rate;
  }
  static rate: number;
}
Plan.rate = 12;
Object.defineProperty(Plan.prototype, "weeks", {
  get(this: Plan) {
    return this.days / 7;
  },
});

const settings = {
  depth: 3,
  label(text: string): string {
    return `${"#".repeat(this.depth)} ${text}`;
  },
};

export const classes: Group = {
  name: "classes",
  cases: [
    {
      name: "a hierarchy with super, getters and an abstract method",
      run: (pool) => pool.submit((r: number) => [new Circle(r), new Ring(r, 1)].map((each) => each.describe()), 2),
      expected: ["circle of 12.6", "circle of 9.4"],
      captures: true,
    },
    {
      name: "instanceof among shipped classes",
      run: (pool) =>
        pool.submit(() => {
          const ring = new Ring(2, 1);
          return [ring instanceof Circle, ring instanceof Shape, new Circle(1) instanceof Ring];
        }),
      expected: [true, true, false],
      captures: true,
    },
    {
      name: "private fields, private statics and a brand check",
      run: (pool) =>
        pool.submit(() => {
          const stack = new Stack<string>().push("a", "b", "c");
          return [stack.pop(), stack.size, Stack.isStack(stack), Stack.isStack({}), Stack.count() > 0];
        }),
      expected: ["c", 2, true, false, true],
      captures: true,
    },
    {
      name: "a static block",
      run: (pool) => pool.submit(() => [Primes.below100.length, Primes.below100.at(-1)]),
      expected: [25, 97],
      captures: true,
    },
    {
      name: "Symbol.iterator and Symbol.toStringTag",
      run: (pool) => pool.submit((n: number) => [[...new Countdown(n)], String(new Countdown(n))], 3),
      expected: [[3, 2, 1], "[object Countdown]"],
      captures: true,
    },
    {
      name: "toString and Symbol.toPrimitive",
      run: (pool) => pool.submit((cents: number) => [`${new Money(cents)}`, +new Money(cents) + 1], 1999),
      expected: ["19.99 €", 2000],
      captures: true,
    },
    {
      name: "a getter and a setter over a private field",
      run: (pool) =>
        pool.map(
          (fahrenheit: number) => {
            const here = new Celsius();
            here.fahrenheit = fahrenheit;
            return Math.round(here.degrees);
          },
          [212, 32],
        ),
      expected: [100, 0],
      captures: true,
    },
    {
      name: "a static method as the task",
      run: (pool) => pool.submit(Geometry.hypotenuse, 3, 4),
      expected: 5,
      captures: false,
    },
    {
      name: "a static method that uses its class, as the task",
      run: (pool) => pool.map(Shape.isKnown, ["circle", "star"]),
      expected: [true, false],
      captures: true,
    },
    {
      name: "a static method with its first argument bound",
      run: (pool) => pool.submit(Geometry.scale.bind(undefined, 10), [1, 2]),
      expected: [10, 20],
      captures: true,
    },
    {
      name: "a method bound to its object",
      run: (pool) => pool.submit(settings.label.bind(settings), "Title"),
      expected: "### Title",
      captures: true,
    },
    {
      name: "an object's method called in the task",
      run: (pool) => pool.submit((text: string) => settings.label(text), "Title"),
      expected: "### Title",
      captures: true,
    },
    {
      name: "a class that extends a built-in",
      run: (pool) =>
        pool.submit(
          (...words: string[]) => TaggedList.of(...words).length + new TaggedList("x").tagged("b").length,
          "a",
          "b",
        ),
      expected: 3,
      captures: true,
    },
    {
      name: "a class made by a function of classes",
      run: (pool) => pool.submit(() => [new StampedCircle(1).at, new StampedCircle(2).radius]),
      expected: [1_700_000_000, 2],
      captures: true,
    },
    {
      name: "a static field and an accessor that were added after the class was made",
      run: (pool) =>
        pool.submit((days: number) => {
          const plan = new Plan(days) as Plan & { readonly weeks: number };
          return [plan.cost(), plan.weeks];
        }, 14),
      expected: [168, 2],
      captures: true,
    },
    {
      name: "a class declared inside the task",
      run: (pool) =>
        pool.submit((start: number) => {
          class Ticket {
            static last = start;
            readonly number = ++Ticket.last;
          }
          return [new Ticket().number, new Ticket().number];
        }, 40),
      expected: [41, 42],
      captures: false,
    },
    {
      name: "a class expression of the enclosing function",
      run: (pool) => {
        const unit = "km";
        const Distance = class {
          readonly text: string;
          constructor(length: number) {
            this.text = `${length} ${unit}`;
          }
        };
        return pool.submit((length: number) => new Distance(length).text, 5);
      },
      expected: "5 km",
      captures: true,
    },
  ],
};
