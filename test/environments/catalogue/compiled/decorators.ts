/** Standard decorators, which compilers turn into code that runs as the class is made. */

import type { Group } from "../case.ts";

const calls: string[] = [];

function logged<This, Args extends unknown[], R>(
  method: (this: This, ...args: Args) => R,
  { name }: ClassMethodDecoratorContext | ClassGetterDecoratorContext,
): (this: This, ...args: Args) => R {
  return function (this: This, ...args: Args): R {
    calls.push(String(name));
    return method.apply(this, args);
  };
}

const doubled =
  () =>
  (_: undefined, _context: ClassFieldDecoratorContext) =>
  (value: number): number =>
    value * 2;

function counted(cls: object, _context: ClassDecoratorContext): void {
  Object.assign(cls, { label: "counted" });
}

class Basket {
  @doubled() size = 21;

  @logged
  add(item: string): string {
    return `${item} of ${this.size}`;
  }
}

@counted
class Crate {
  declare static readonly label: string;
  static readonly size = 6;

  @logged
  get text(): string {
    return `${Crate.label} ${Crate.size}`;
  }
}

export const decorators: Group = {
  name: "decorators",
  cases: [
    {
      name: "a decorated method and a decorated field",
      run: (pool) =>
        pool.submit((item: string) => {
          calls.length = 0;
          return [new Basket().add(item), [...calls]];
        }, "tea"),
      expected: ["tea of 42", ["add"]],
      captures: true,
    },
    {
      name: "a decorated class, whose decorator has given it more",
      run: (pool) => pool.submit(() => new Crate().text),
      expected: "counted 6",
      captures: true,
    },
  ],
};
