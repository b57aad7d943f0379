/**
 * The table of environments in docs/shipping.md, from what the tests in test/environments found when they ran last on
 * this Node.
 *
 *   --check   changes nothing; fails where the table names other environments than the tests
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const results = join(root, ".build/environments", process.versions.node);
const page = join(root, "docs/shipping.md");
const [start, end] = ["<!-- environments -->", "<!-- /environments -->"];

const rows = readdirSync(results)
  .map((name) => JSON.parse(readFileSync(join(results, name), "utf8")))
  .sort((a, b) => a.name.localeCompare(b.name, "en"));
const failed = rows.filter((row) => row.shipped + row.refused !== row.cases);
if (failed.length > 0) throw new Error(`not every case passes in ${failed.map(({ name }) => name).join("; ")}`);

const text = readFileSync(page, "utf8");
const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
if (from < start.length || to < from) throw new Error(`docs/shipping.md has no ${start} … ${end}`);

if (process.argv.includes("--check")) {
  const named = text.slice(from, to).matchAll(/^\| ([^|]+?) \| \d/gm);
  const [written, found] = [[...named].map(([, name]) => name), rows.map(({ name }) => name)];
  const odd = [...written.filter((name) => !found.includes(name)), ...found.filter((name) => !written.includes(name))];
  if (odd.length > 0) {
    console.error(
      `docs/shipping.md and test/environments differ in: ${odd.join("; ")}. Run node scripts/environments-table.mjs`,
    );
    process.exitCode = 1;
  }
} else {
  const lines = rows.map(({ name, shipped, refused }) => `| ${name} | ${shipped} | ${refused} |`);
  const table = ["| Environment | shipped | refused, and saying so |", "|---|---|---|", ...lines].join("\n");
  writeFileSync(page, `${text.slice(0, from)}\n${table}\n${text.slice(to)}`);
}
