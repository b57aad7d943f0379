/**
 * The table of environments in docs/shipping.md, from what the tests in test/environments found when they ran last on
 * this Node; what it does not have, on another one.
 *
 *   --check   changes nothing; fails where the table names other environments than the tests
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const results = join(root, ".build/environments");
const page = join(root, "docs/shipping.md");
const [start, end] = ["<!-- environments -->", "<!-- /environments -->"];

const rowsOf = (version) =>
  readdirSync(join(results, version)).map((name) => JSON.parse(readFileSync(join(results, version, name), "utf8")));

const rows = rowsOf(process.versions.node).sort((a, b) => a.name.localeCompare(b.name, "en"));
const failed = rows.filter(
  ({ absent, shipped, refused, processes, cases }) => !absent && shipped + refused + processes !== cases,
);
if (failed.length > 0) throw new Error(`not every case passes in ${failed.map(({ name }) => name).join("; ")}`);

/** What this Node does not have another one may have tested. */
const elsewhere = readdirSync(results).flatMap(rowsOf);
const present = (row) =>
  row.absent ? (elsewhere.find(({ name, absent }) => name === row.name && !absent) ?? row) : row;

const text = readFileSync(page, "utf8");
const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
if (from < start.length || to < from) throw new Error(`docs/shipping.md has no ${start} … ${end}`);

if (process.argv.includes("--check")) {
  const named = text.slice(from, to).matchAll(/^\| ([^|]+?) \| [\d–]/gm);
  const [written, found] = [[...named].map(([, name]) => name), rows.map(({ name }) => name)];
  const odd = [...written.filter((name) => !found.includes(name)), ...found.filter((name) => !written.includes(name))];
  if (odd.length > 0) {
    console.error(
      `docs/shipping.md and test/environments differ in: ${odd.join("; ")}. Run node scripts/environments-table.mjs`,
    );
    process.exitCode = 1;
  }
} else {
  const lines = rows
    .map(present)
    .map(({ name, ...row }) => [name, row.shipped, row.refused, row.processes || undefined])
    .map((cells) => `| ${cells.map((cell) => cell ?? "–").join(" | ")} |`);
  const table = [
    "| Environment | shipped | refused, and saying so | on processes |",
    "|---|---|---|---|",
    ...lines,
  ].join("\n");
  writeFileSync(page, `${text.slice(0, from)}\n${table}\n${text.slice(to)}`);
}
