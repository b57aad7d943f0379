/**
 * The program that is started in every environment: all of the catalogue on two threads, and a part of it on two processes. It writes one line of JSON,
 * an array of outcomes. FACTS in the environment says what the runtime lacks.
 */

import type { Executor } from "manycore";
import type { Group } from "./catalogue/case.ts";
import { groupsFor } from "./catalogue/index.ts";
import { type Facts, runOnRooms } from "./catalogue/run.ts";

const facts = JSON.parse(process.env.FACTS ?? "{}") as Facts;

/** Workers cannot import the program they were started by, so all of this goes by value, exported or not. */
export const TAX = 0.25;

export function withTax(price: number): number {
  return price + price * TAX;
}

export class Receipt {
  readonly lines: { readonly item: string; readonly price: number }[] = [];

  add(item: string, price: number): this {
    this.lines.push({ item, price: withTax(price) });
    return this;
  }

  get total(): number {
    return this.lines.reduce((sum, { price }) => sum + price, 0);
  }
}

const prices = new Map([
  ["tea", 4],
  ["milk", 2],
]);

let currency = "€";

const entry: Group = {
  name: "the entry module",
  cases: [
    {
      name: "an exported function that uses an exported constant",
      run: (pool: Executor) => pool.map(withTax, [100, 8]),
      expected: [125, 10],
      captures: true,
    },
    {
      name: "a class that uses a function, over a captured Map",
      run: (pool: Executor) =>
        pool.submit(
          (items: string[]) => {
            const receipt = new Receipt();
            for (const item of items) receipt.add(item, prices.get(item) ?? 0);
            return receipt.total;
          },
          ["tea", "milk"],
        ),
      expected: 7.5,
      captures: true,
    },
    {
      name: "a variable that is assigned between two calls",
      run: async (pool: Executor) => {
        const show = (amount: number) => `${amount} ${currency}`;
        currency = "€";
        const before = pool.submit(show, 1);
        currency = "¥";
        return Promise.all([before, pool.submit(show, 2)]);
      },
      expected: ["1 €", "2 ¥"],
      captures: true,
    },
  ],
};

async function main(): Promise<void> {
  const outcomes = await runOnRooms([entry, ...(await groupsFor(facts))], facts);
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
}

void main();
