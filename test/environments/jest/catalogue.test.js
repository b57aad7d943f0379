/** The whole catalogue in a Jest file: every module of it lives in the file's own vm context. */

const { writeFileSync } = require("node:fs");
const { groupsFor } = require("./catalogue/index.js");
const { runOnRooms } = require("./catalogue/run.js");

const facts = JSON.parse(process.env.FACTS ?? "{}");

test("the whole catalogue", async () => {
  const outcomes = await runOnRooms(await groupsFor(facts), facts);
  writeFileSync(process.env.OUTCOMES, JSON.stringify(outcomes));
  expect(outcomes.filter(({ failure }) => failure !== undefined)).toEqual([]);
}, 120_000);
