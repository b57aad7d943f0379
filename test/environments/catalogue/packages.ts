/** Functions that use packages: imported again in the worker where they are packages there, by value in a bundle. */

import { addDays, format, parseISO } from "date-fns";
import * as lodash from "lodash-es";
import { chunk, groupBy, sortBy as order } from "lodash-es";
import { perWorker } from "manycore";
import { z } from "zod";
import type { Group } from "./case.ts";

interface Town {
  readonly name: string;
  readonly country: string;
  readonly people: number;
}

const towns: readonly Town[] = [
  { name: "Kiel", country: "DE", people: 247_000 },
  { name: "Graz", country: "AT", people: 292_000 },
  { name: "Bonn", country: "DE", people: 322_000 },
];

const byCountry = (list: readonly Town[]): Record<string, string[]> =>
  lodash.mapValues(groupBy(list, "country"), (each) => lodash.map(each, "name"));

const makeUser = () => z.object({ name: z.string().min(1), age: z.number().int() });
const ownUser = perWorker(makeUser);
const User = makeUser();

const inTwoWeeks = (day: string): string => format(addDays(parseISO(day), 14), "yyyy-MM-dd");

export const packages: Group = {
  name: "packages",
  cases: [
    {
      name: "lodash-es, named imports",
      run: (pool) =>
        pool.submit((list: Town[]) => chunk(order(list, "people"), 2).map((each) => each.length), [...towns]),
      expected: [2, 1],
      captures: true,
    },
    {
      name: "lodash-es, a namespace import beside a named one",
      run: (pool) => pool.submit(byCountry, towns),
      expected: { DE: ["Kiel", "Bonn"], AT: ["Graz"] },
      captures: true,
    },
    {
      name: "a function of lodash-es as the task",
      run: (pool) => pool.map(lodash.camelCase, ["new york", "san-josé"]),
      expected: ["newYork", "sanJose"],
      captures: true,
    },
    {
      name: "date-fns",
      run: (pool) => pool.map(inTwoWeeks, ["2024-02-20", "2025-12-25"]),
      expected: ["2024-03-05", "2026-01-08"],
      captures: true,
    },
    {
      name: "a zod schema that is built in the task",
      needs: "packages",
      run: (pool) =>
        pool.submit(
          (input: unknown) => {
            const Order = z.object({ id: z.number(), tags: z.array(z.string()).default([]) });
            const result = Order.safeParse(input);
            return result.success ? result.data : result.error.issues.map(({ path }) => path.join("."));
          },
          { id: "7" },
        ),
      expected: ["id"],
      captures: true,
    },
    {
      name: "a zod schema that each worker makes for itself",
      needs: "packages",
      run: (pool) =>
        pool.map(
          (input: unknown) => {
            const result = ownUser.get().safeParse(input);
            return result.success ? result.data.name : result.error.issues.length;
          },
          [
            { name: "Ada", age: 36 },
            { name: "", age: 1.5 },
          ],
        ),
      expected: ["Ada", 2],
      captures: true,
    },
  ],
  refused: [
    {
      name: "a zod schema from outside, which keeps its state where only zod finds it",
      submit: (pool) => pool.submit((input: unknown) => User.safeParse(input).success, {}),
      problem: /captures `\S+`, (?:which is )?an instance of ZodObject, which hides its field `_zod`/,
      fix: /registerClass\(ZodObject, \{ encode, decode \}\)/,
      captures: true,
    },
  ],
};
