/** Functions as values: passed, bound, kept in objects, calling each other. */

import { capture, partial, perWorker, share } from "manycore";
import type { Group } from "./case.ts";

const apply = <A, R>(fn: (arg: A) => R, arg: A): R => fn(arg);
const double = (x: number): number => x * 2;
const power = (base: number, exponent: number): number => base ** exponent;

function isEven(n: number): boolean {
  return n === 0 || isOdd(n - 1);
}

function isOdd(n: number): boolean {
  return n !== 0 && isEven(n - 1);
}

function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

const operations = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
} satisfies Record<string, (a: number, b: number) => number>;

interface Step {
  readonly name: string;
  readonly run: (text: string) => string;
}

const runSteps = (steps: readonly Step[], text: string) => steps.reduce((done, { run }) => run(done), text);

function label(this: { readonly prefix: string }, text: string): string {
  return `${this.prefix}${text}`;
}

const table = share(new Uint16Array([3, 5, 8, 13]));
const seen = perWorker(() => ({ squares: new Map<number, number>() }));

const hitCount = Object.assign((x: number): number => x * hitCount.factor, { factor: 9 });

/** An overloaded signature is one function when it runs. */
function size(value: string): number;
function size(value: readonly unknown[]): number;
function size(value: string | readonly unknown[]): number {
  return value.length;
}

export const functions: Group = {
  name: "functions as values",
  cases: [
    {
      name: "a function as an argument",
      run: (pool) => pool.submit(apply<number, number>, double, 21),
      expected: 42,
      captures: false,
    },
    {
      name: "a closure as an argument",
      run: (pool) => {
        const offset = 40;
        return pool.submit(apply<number, number>, (x: number) => x + offset, 2);
      },
      expected: 42,
      captures: true,
    },
    {
      name: "functions inside objects, as an argument",
      run: (pool) =>
        pool.submit(
          runSteps,
          [
            { name: "trim", run: (text) => text.trim() },
            { name: "shout", run: (text) => text.toUpperCase() },
          ],
          "  ahoy ",
        ),
      expected: "AHOY",
      captures: false,
    },
    {
      name: "a table of functions, captured",
      run: (pool) => pool.submit((name: keyof typeof operations) => operations[name](7, 5), "subtract"),
      expected: 2,
      captures: true,
    },
    {
      name: "a function of a table, as the task",
      run: (pool) => pool.submit(operations.add, 7, 5),
      expected: 12,
      captures: false,
    },
    {
      name: "a bound function with its this and an argument",
      run: (pool) => pool.submit(label.bind({ prefix: "no. " }), "7"),
      expected: "no. 7",
      captures: true,
    },
    {
      name: "partial, the first argument given",
      run: (pool) => pool.map(partial(power, 2), [3, 4, 10]),
      expected: [8, 16, 1024],
      captures: false,
    },
    {
      name: "a function that calls itself",
      run: (pool) => pool.submit(fibonacci, 15),
      expected: 610,
      captures: true,
    },
    {
      name: "a named function expression that calls itself",
      run: (pool) =>
        pool.submit(function factorial(n: number): number {
          return n < 2 ? 1 : n * factorial(n - 1);
        }, 6),
      expected: 720,
      captures: false,
    },
    {
      name: "two functions that call each other",
      run: (pool) => pool.map(isEven, [10, 7, 0]),
      expected: [true, false, true],
      captures: true,
    },
    {
      name: "a function with properties of its own",
      run: (pool) => pool.submit((x: number) => hitCount(x) + hitCount.factor, 2),
      expected: 27,
      captures: true,
    },
    {
      name: "an overloaded function",
      run: (pool) => pool.submit((words: string[]) => size(words) + size(words.join("")), ["to", "be"]),
      expected: 6,
      captures: true,
    },
    {
      name: "a built-in function",
      run: (pool) => pool.map(Math.sqrt, [1, 81]),
      expected: [1, 9],
      captures: false,
    },
    {
      name: "explicit captures",
      run: (pool) =>
        pool.submit(
          capture({ base: 16, digits: "0123456789abcdef" }, ({ base, digits }, n: number) => {
            let text = "";
            for (let rest = n; rest > 0; rest = Math.floor(rest / base)) text = digits.charAt(rest % base) + text;
            return text;
          }),
          48879,
        ),
      expected: "beef",
      captures: false,
    },
    {
      name: "a shared array, captured",
      run: (pool) => pool.map((i: number) => table.value[i] ?? 0, [3, 0]),
      expected: [13, 3],
      captures: true,
    },
    {
      name: "a value that each worker makes for itself",
      run: (pool) =>
        pool.submit((x: number) => {
          const { squares } = seen.get();
          squares.set(x, x * x);
          return squares.get(x);
        }, 12),
      expected: 144,
      captures: true,
    },
  ],
};
