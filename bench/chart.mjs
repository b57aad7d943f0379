/** Bars for the README, as SVG: drawn from the results, readable on light and on dark. */

import { inOneLine } from "./machine.mjs";
import { units } from "./units.mjs";

const drawn = ["P1", "P2", "P3", "P4"];

const WIDTH = 880;
const COLUMNS = 2;
const PANEL = WIDTH / COLUMNS;
const MARGIN = 12;
const LABELS = 190;
const FIGURES = 72;
const ROW = 20;
const HEAD = 46;
const GAP = 20;
const LINE = 16;
/** Characters that fit in a line of the caption, and in a panel's title. */
const CAPTION = 145;
const TITLE = 56;

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
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

/** @returns {string | undefined} the SVG, undefined where none of its bars was measured */
export function chart({ date, about, workers, bars }) {
  const panels = drawn
    .map((name) => bars.find((bar) => bar.name === name))
    .filter((bar) => bar !== undefined)
    .map(({ name, parts: [first] }) => ({ name, ...first, rows: families(first) }))
    .filter(({ rows }) => rows.length > 0);
  if (panels.length === 0) return undefined;

  const drawing = [];
  let y = MARGIN;
  for (let at = 0; at < panels.length; at += COLUMNS) {
    const line = panels.slice(at, at + COLUMNS);
    drawing.push(...line.flatMap((panel, column) => drawnPanel(panel, column * PANEL, y)));
    y += HEAD + Math.max(...line.map(({ rows }) => rows.length)) * ROW + GAP;
  }
  const words =
    `Measured ${date} with ${workers} workers on ${inOneLine(about)}; every pool at the best settings found for it. ` +
    "Other machines give other figures.";
  const caption = wrapped(words, CAPTION);
  drawing.push(...caption.map((line, at) => text("note", MARGIN, y + at * LINE, line)));
  const height = y + caption.length * LINE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>manycore beside other pools, measured ${escaped(date)}</title>`,
    `<style>${style}\n</style>`,
    ...drawing,
    "</svg>",
    "",
  ].join("\n");
}

/** The best of each contender's settings, the best contender on top. */
function families({ unit, rows }) {
  const isMoreBetter = units[unit]?.isMoreBetter ?? false;
  const sorted = rows
    .filter(({ figure }) => figure > 0)
    .map((row) => ({ ...row, family: row.contender.split(",")[0] }))
    .sort((a, b) => (isMoreBetter ? b.figure - a.figure : a.figure - b.figure));
  return sorted.filter(({ family }, at) => sorted.findIndex((row) => row.family === family) === at);
}

/** From zero, so that lengths are to each other as the figures are. */
function drawnPanel({ name, title, unit, chosen, rows }, left, top) {
  const most = Math.max(...rows.map(({ figure }) => figure));
  const better = units[unit].isMoreBetter ? "longer is better" : "shorter is better";
  const start = left + LABELS;
  return [
    text("title", left + MARGIN, top + 12, shortened(`${name}: ${title}`)),
    text("note", left + MARGIN, top + 28, `${unit}, ${chosen}; ${better}`),
    ...rows.flatMap(({ family, isOurs, figure, inWords }, at) => {
      const y = top + HEAD + at * ROW;
      const width = Math.max(1, (figure / most) * (PANEL - LABELS - FIGURES));
      const kind = isOurs ? "ours" : family === "by hand" ? "limit" : "theirs";
      return [
        text("", start - 8, y + 11, family, "end"),
        `<rect class="${kind}" x="${start}" y="${y}" width="${width.toFixed(1)}" height="14" rx="2"/>`,
        text("", start + width + 6, y + 11, inWords),
      ];
    }),
  ];
}

function text(kind, x, y, words, anchor = "start") {
  const place = `x="${Number(x.toFixed(1))}" y="${y}"`;
  const rest = `${kind === "" ? "" : ` class="${kind}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}`;
  return `<text ${place}${rest}>${escaped(words)}</text>`;
}

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (words) => words.replace(/[&<>"]/g, (sign) => entities[sign]);

/** What is in brackets goes first. */
function shortened(title) {
  const bare = title.length > TITLE ? title.replace(/ \(.*\)$/, "") : title;
  return bare.length > TITLE ? `${bare.slice(0, TITLE - 1)}…` : bare;
}

function wrapped(words, width) {
  const lines = [""];
  for (const word of words.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
