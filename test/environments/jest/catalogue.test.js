/** The whole catalogue in a Jest file: every module of it lives in the file's own vm context. */

const { writeFileSync } = require("node:fs");
const { ThreadPoolExecutor } = require("manycore");
const { groupsFor } = require("./catalogue/index.js");
const { runGroups } = require("./catalogue/run.js");

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
afterAll(() => pool.shutdown());

const facts = JSON.parse(process.env.FACTS ?? "{}");

test("the whole catalogue", async () => {
  const outcomes = await runGroups(pool, await groupsFor(facts), facts);
  writeFileSync(process.env.OUTCOMES, JSON.stringify(outcomes));
  expect(outcomes.filter(({ failure }) => failure !== undefined)).toEqual([]);
}, 120_000);
