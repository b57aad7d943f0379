/** The whole catalogue in a Vitest file, whose modules Vite has compiled. */

import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { groupsFor } from "../catalogue/index.ts";
import { type Facts, runOnRooms } from "../catalogue/run.ts";

const facts = JSON.parse(process.env.FACTS ?? "{}") as Facts;

test("the whole catalogue", async () => {
  const outcomes = await runOnRooms(await groupsFor(facts), facts);
  writeFileSync(process.env.OUTCOMES as string, JSON.stringify(outcomes));
  expect(outcomes.filter(({ failure }) => failure !== undefined)).toEqual([]);
});
