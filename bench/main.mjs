/**
 * `npm run bench`: the bars, one table a part; `results/latest.json` keeps every figure, `docs/bench.svg` is drawn from it.
 *
 *   npm run bench                   every bar, under a quarter of an hour on two cores
 *   npm run bench -- P3 P4          these
 *   npm run bench -- --rounds 3     so many rounds each
 *   npm run bench -- --readme       no bar: the README's figures from the last results; with names, both
 *
 * Ends with 1 where a bar does not hold.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measure, names } from "./bars.mjs";
import { chart } from "./chart.mjs";
import { about, inOneLine, root } from "./machine.mjs";
import { verdicts } from "./part.mjs";
import { filled } from "./readme.mjs";
import { joined, read, write } from "./results.mjs";
import { table } from "./table.mjs";

const WORKERS = 2;
const svgFile = join(root, "docs/bench.svg");
const readmeFile = join(root, "README.md");

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: "string" }, readme: { type: "boolean", default: false } },
  });
  const wanted = positionals.map((name) => name.toUpperCase());
  for (const name of wanted)
    if (!names.includes(name)) throw new RangeError(`There is no bar ${name}. There are: ${names.join(", ")}.`);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
    throw new RangeError(`--rounds is a whole number above 0, not ${values.rounds}.`);

  if (wanted.length > 0 || !values.readme) await run(wanted.length > 0 ? wanted : names, rounds);
  if (values.readme) fillReadme();
}

async function run(wanted, rounds) {
  const fresh = { date: new Date().toISOString().slice(0, 10), about: about(), workers: WORKERS, bars: [] };
  console.log(`${fresh.date}, ${WORKERS} workers on ${inOneLine(fresh.about)}`);
  for (const name of wanted) {
    const bar = await measure(name, { workers: WORKERS, rounds });
    fresh.bars.push(bar);
    console.log(`\n${name}, ${bar.title} (${bar.seconds} s)`);
    for (const part of bar.parts) console.log(`\n${table(part)}`);
  }
  summary(fresh.bars);
  keep(fresh);
}

function summary(bars) {
  const all = bars.flatMap(verdicts);
  const held = all.filter(({ holds }) => holds).length;
  console.log(`\n${held} of ${all.length} bars hold.`);
  if (held < all.length) process.exitCode = 1;
}

function keep(fresh) {
  const results = joined(read(), fresh);
  if (results === undefined) {
    console.log(
      "Not kept: bench/results/latest.json is of another day, commit or machine, which a run of every bar replaces.",
    );
    return;
  }
  write(results);
  draw(results);
}

function draw(results) {
  const svg = chart(results);
  if (svg !== undefined) writeFileSync(svgFile, svg);
}

function fillReadme() {
  const results = read();
  if (results === undefined) throw new Error("There are no results yet: npm run bench.");
  draw(results);
  writeFileSync(readmeFile, filled(readFileSync(readmeFile, "utf8"), results));
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
