/** Bars for the README, as SVG: drawn from the results, readable on light and on dark. */

import { inOneLine } from "./machine.mjs";
import { units } from "./units.mjs";

const WIDTH = 860;
const LEFT = 270;
const RIGHT = 110;
const ROW = 20;
const HEAD = 46;
const GAP = 18;
const LINE = 16;
/** Characters of the caption that fit in a line. */
const CAPTION = 125;

const drawn = ["P1", "P2", "P3", "P4"];

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 13px; }
  .note { fill: #59636e; font-size: 11px; }
  .ours { fill: #0969da; }
  .theirs { fill: #afb8c1; }
  .limit { fill: #d4a72c; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .note { fill: #9198a1; }
    .ours { fill: #4493f8; }
    .theirs { fill: #59636e; }
    .limit { fill: #bb8009; }
  }`;

/** @returns {string} the SVG, or undefined where none of its bars was measured */
export function chart({ date, about, bars }) {
  const parts = drawn
    .map((name) => bars.find((bar) => bar.name === name))
    .filter((bar) => bar !== undefined)
    .map(({ name, parts: [first] }) => ({ name, ...first, rows: first.rows.filter(({ figure }) => figure > 0) }))
    .filter(({ rows }) => rows.length > 0);
  if (parts.length === 0) return undefined;
  let y = 8;
  const panels = parts.map((part) => {
    const at = y;
    y += HEAD + part.rows.length * ROW + GAP;
    return panel(part, at);
  });
  const words = `Measured ${date}, ratios hold for this machine only: ${inOneLine(about)}`;
  const caption = wrapped(words, CAPTION).map(
    (line, at) => `<text class="note" x="12" y="${y + 12 + at * LINE}">${escaped(line)}</text>`,
  );
  const height = y + 16 + caption.length * LINE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>manycore beside other pools, measured ${escaped(date)}</title>`,
    `<style>${style}\n</style>`,
    ...panels.flat(),
    ...caption,
    "</svg>",
    "",
  ].join("\n");
}

/** From zero, so that lengths are to each other as the figures are; the best on top. */
function panel({ name, title, unit, chosen, rows }, top) {
  const { isMoreBetter } = units[unit];
  const sorted = rows.toSorted((a, b) => (isMoreBetter ? b.figure - a.figure : a.figure - b.figure));
  const most = Math.max(...rows.map(({ figure }) => figure));
  const note = `${unit}, ${chosen}; ${isMoreBetter ? "longer" : "shorter"} is better`;
  return [
    `<text class="title" x="12" y="${top + 16}">${escaped(`${name}: ${title}`)}</text>`,
    `<text class="note" x="12" y="${top + 32}">${escaped(note)}</text>`,
    ...sorted.flatMap((row, at) => {
      const y = top + HEAD + at * ROW;
      const width = Math.max(1, (row.figure / most) * (WIDTH - LEFT - RIGHT));
      const kind = row.isOurs ? "ours" : row.contender.startsWith("by hand") ? "limit" : "theirs";
      return [
        `<text x="${LEFT - 8}" y="${y + 11}" text-anchor="end">${escaped(row.contender)}</text>`,
        `<rect class="${kind}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="14" rx="2"/>`,
        `<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 11}">${escaped(row.inWords)}</text>`,
      ];
    }),
  ];
}

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => entities[sign]);

function wrapped(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
