/** TypeScript that is more than types: a compiler makes code of it, and that code is what is shipped. */

import type { Group } from "../case.ts";

enum Level {
  Low = 1,
  High = 10,
}

enum Colour {
  Red = "#f00",
  Green = "#0f0",
}

const enum Bits {
  Read = 1 << 0,
  Write = 1 << 1,
  All = Read | Write,
}

namespace Units {
  export const perInch = 2.54;
  export function toCm(inches: number): number {
    return inches * perInch;
  }
  export namespace Area {
    export const toSquareCm = (inches: number): number => toCm(1) * toCm(inches);
  }
}

class Temperature {
  constructor(
    readonly degrees: number,
    private readonly unit: "C" | "F" = "C",
  ) {}

  get text(): string {
    return `${this.degrees} °${this.unit}`;
  }
}

class Reading extends Temperature {
  constructor(
    degrees: number,
    public place: string,
  ) {
    super(degrees);
  }
}

/** A function and a namespace of one name. */
function greet(name: string): string {
  return `${greet.word} ${name}`;
}
namespace greet {
  export const word = "hello";
}

/** Exported: a worker that imports this module has to compile it, too. */
export function nameOfLevel(value: number): string {
  return `${Level[levelOf(value)]} ${new Reading(value, "Bonn").text}`;
}

const levelOf = (value: number): Level => (value > 5 ? Level.High : Level.Low);

export const declarations: Group = {
  name: "compiled declarations",
  cases: [
    {
      name: "an exported function, which workers import where there is no bundle",
      run: (pool) => pool.map(nameOfLevel, [1, 9]),
      expected: ["Low 1 °C", "High 9 °C"],
      captures: true,
    },
    {
      name: "a numeric enum, both ways",
      run: (pool) => pool.submit((value: number) => [levelOf(value), Level[levelOf(value)]], 7),
      expected: [10, "High"],
      captures: true,
    },
    {
      name: "an enum of strings",
      run: (pool) => pool.submit(() => Object.values(Colour).includes(Colour.Green)),
      expected: true,
      captures: true,
    },
    {
      name: "a const enum, which may be folded into its use",
      run: (pool) => pool.map((bits: number) => (bits & Bits.Write) !== 0 && bits <= Bits.All, [1, 2, 3]),
      expected: [false, true, true],
      captures: true,
    },
    {
      name: "a namespace with a constant and a function",
      run: (pool) => pool.submit((inches: number) => Math.round(Units.toCm(inches)), 100),
      expected: 254,
      captures: true,
    },
    {
      name: "a namespace inside a namespace",
      run: (pool) => pool.submit(() => Units.Area.toSquareCm(1).toFixed(2)),
      expected: "6.45",
      captures: true,
    },
    {
      name: "a function of a namespace, as the task",
      run: (pool) => pool.submit(Units.toCm, 10),
      expected: 25.4,
      captures: true,
    },
    {
      name: "parameter properties, in a class and one that extends it",
      run: (pool) =>
        pool.submit((degrees: number) => [new Reading(degrees, "Graz").text, new Reading(1, "Kiel").place], 21),
      expected: ["21 °C", "Kiel"],
      captures: true,
    },
    {
      name: "a function that is merged with a namespace",
      run: (pool) => pool.submit(greet, "Ada"),
      expected: "hello Ada",
      captures: true,
    },
  ],
};
