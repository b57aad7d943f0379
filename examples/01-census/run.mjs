/**
 * A census of node_modules: SHA-256, gzip and brotli size of every file, on every core, and a table of them by kind.
 *
 *   manycore map examples/01-census/census.mjs#census --format files --input node_modules --output .build/census.ndjson
 */

import { spawnSync } from "node:child_process";
import { createReadStream, mkdirSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const results = ".build/census.ndjson";
/** Kinds of files with a line of their own in the table. */
const SHOWN_KINDS = 8;

const command = [
  "map",
  "examples/01-census/census.mjs#census",
  "--format",
  "files",
  "--input",
  "node_modules",
  "--output",
  results,
];
console.log(`manycore ${command.join(" ")}`);
mkdirSync(join(root, ".build"), { recursive: true });
const { status } = spawnSync(process.execPath, ["packages/cli/dist/manycore.mjs", ...command], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);

/** @typedef {{ files: number, bytes: number, gzip: number, brotli: number }} Sums */
const nothing = () => ({ files: 0, bytes: 0, gzip: 0, brotli: 0 });

/** @param {Sums} sums @param {Sums} more */
function add(sums, more) {
  for (const column of Object.keys(sums)) sums[column] += more[column];
}

/** @type {Map<string, Sums>} */
const kinds = new Map();
const all = nothing();
for await (const line of createInterface({ input: createReadStream(join(root, results)) })) {
  const { path, ...sizes } = JSON.parse(line);
  const kind = extname(path) || "(none)";
  if (!kinds.has(kind)) kinds.set(kind, nothing());
  for (const sums of [kinds.get(kind), all]) add(sums, { files: 1, ...sizes });
}

const bySize = [...kinds].sort(([, a], [, b]) => b.bytes - a.bytes);
const others = nothing();
for (const [, sums] of bySize.slice(SHOWN_KINDS)) add(others, sums);

console.log();
printRow("kind", "files", "MB", "gzip", "brotli");
for (const [kind, sums] of bySize.slice(0, SHOWN_KINDS)) printSums(kind, sums);
printSums("others", others);
printSums("all", all);
console.log(`\nA line for every file: ${results}`);

/** @param {string} kind @param {Sums} sums */
function printSums(kind, { files, bytes, gzip, brotli }) {
  const part = (size) => (bytes === 0 ? "-" : `${((size / bytes) * 100).toFixed(1)} %`);
  printRow(kind, String(files), (bytes / 1e6).toFixed(2), part(gzip), part(brotli));
}

/** @param {...string} columns */
function printRow(kind, ...columns) {
  console.log(kind.padEnd(12) + columns.map((text) => text.padStart(10)).join(""));
}
