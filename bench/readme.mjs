/** The figures in the README, between two comments: written by `npm run bench -- --readme`, never by hand. */

import { inOneLine } from "./machine.mjs";
import { verdicts } from "./part.mjs";
import { barInWords, trouble } from "./table.mjs";
import { digits } from "./units.mjs";

const OPEN = "<!-- bench -->";
const CLOSE = "<!-- /bench -->";
const shown = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"];

/** @returns {string} the README with the results in their place */
export function filled(readme, results) {
  const [from, end] = [readme.indexOf(OPEN), readme.indexOf(CLOSE)];
  if (from < 0 || end < from) throw new Error(`README.md has no place for figures: ${OPEN} and, after it, ${CLOSE}.`);
  return `${readme.slice(0, from + OPEN.length)}\n${section(results)}\n${readme.slice(end)}`;
}

function section(results) {
  const { date, about, workers, bars } = results;
  const rows = bars
    .filter(({ name }) => shown.includes(name))
    .flatMap(({ name, parts }) => parts.map(rowFor(name, peersIn(about))));
  return [
    "![manycore beside other pools](docs/bench.svg)",
    "",
    `Measured ${date} with ${workers} workers on ${inOneLine(about)}; medians of interleaved rounds, every answer checked.`,
    "",
    "| | manycore | best npm peer | Python | by hand |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    "*By hand* is the same work over bare `worker_threads` with the best batching a person would write. In brackets: how many",
    "times as fast manycore is.",
    "",
    ...closing(bars),
  ].join("\n");
}

const isByHand = ({ contender }) => /^by hand|bare Worker/.test(contender);
const isPython = ({ contender }) => contender.startsWith("Python");
const peersIn =
  ({ packages }) =>
  ({ contender }) =>
    Object.hasOwn(packages, contender.split(",")[0].toLowerCase());

const rowFor =
  (name, isPeer) =>
  ({ title, rows }) => {
    const ours = rows.find(({ isOurs }) => isOurs);
    const rest = rows.filter(({ isOurs, ratio }) => !isOurs && ratio !== undefined);
    const fastest = (isOne) => rest.filter(isOne).sort((a, b) => a.ratio - b.ratio)[0];
    const peer = fastest(isPeer);
    const cells = [
      `${name}: ${title}`,
      `**${ours.inWords ?? trouble(ours)}**`,
      peer === undefined ? "" : `${peer.contender}: ${compared(peer)}`,
      compared(fastest(isPython)),
      compared(fastest(isByHand)),
    ];
    return `| ${cells.join(" | ")} |`;
  };

const compared = (row) => (row === undefined ? "" : `${row.inWords} (${digits(row.ratio)} ×)`);

/** How many of the bars hold, and which do not. */
function closing(bars) {
  const all = bars.flatMap((bar) => verdicts(bar).map((verdict) => ({ name: bar.name, ...verdict })));
  const missed = all.filter(({ holds }) => !holds);
  const lines = [`${all.length - missed.length} of ${all.length} bars hold.`];
  for (const { name, part, row } of missed) {
    const what = row.isOurs ? "" : `, against ${row.contender}`;
    const found =
      row.ratio === undefined
        ? (row.inWords ?? trouble(row))
        : `${digits(row.bar.most === undefined ? row.ratio : 1 / row.ratio)} ×`;
    lines.push(`- ${name}, ${part}${what}: ${found}${row.bar === undefined ? "" : ` (bar: ${barInWords(row.bar)})`}`);
  }
  return missed.length === 0 ? lines : [`${lines[0]} These do not:`, "", ...lines.slice(1)];
}
