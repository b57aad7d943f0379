/** A part as a table for the terminal. */

import { digits } from "./units.mjs";

const heads = ["", "", "ours against it", "bar", ""];

/** @returns {string} lines, the columns under each other */
export function table({ title, chosen, rows }) {
  const cells = [heads.with(1, chosen), ...rows.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) =>
        column === 0 || column === 4 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join("  ")
      .trimEnd();
  return [title, ...cells.map((row) => `  ${line(row)}`)].join("\n");
}

function cellsOf(row) {
  const mark = row.holds === undefined ? "" : row.holds ? "✔ holds" : "✖ does not hold";
  return [row.contender, row.inWords ?? trouble(row), ratioInWords(row), barInWords(row.bar), mark];
}

export function trouble({ absent, wrong, failed }) {
  if (absent !== undefined) return absent;
  return wrong === undefined ? `failed: ${failed}` : `wrong answer: ${wrong}`;
}

function ratioInWords({ ratio, bar }) {
  if (ratio === undefined) return "";
  return bar?.most === undefined ? `${digits(ratio)} × as fast` : `${digits(1 / ratio)} × its time`;
}

export function barInWords(bar) {
  if (bar === undefined) return "";
  if (bar.least !== undefined) return `≥ ${bar.least} ×`;
  if (bar.most !== undefined) return `≤ ${bar.most} ×`;
  return bar.below === undefined ? `≤ ${bar.bound}` : `< ${bar.below}`;
}
