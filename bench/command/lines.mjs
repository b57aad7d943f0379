/**
 * P13: a trivial function for each of 100,000 lines, output and job log in files, beside the fastest forms of GNU parallel
 * and xargs that start a program a line. Those would take minutes: they run over few lines and over some more, and what
 * a line takes between the two is taken 100,000 times, their start once.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { inMs, interleaved, manycoreMap, tasks, timed, versionOf } from "./program.mjs";

const LINES = 100_000;
const FEW = 200;
const MORE = 2000;
const CORES = availableParallelism();

const logOf = (lines) => `${lines}.log`;

/** Command lines over a file of lines; `isSilent`: they print nothing that could be checked. */
const rivals = {
  parallel: {
    bar: 50,
    isLogged: true,
    forms: [[], ["--ungroup"]].map((more) => ({
      name: ["parallel", `-j${CORES}`, ...more, "echo"].join(" "),
      words: (lines) => [
        "parallel",
        "--will-cite",
        "-a",
        lines,
        "--joblog",
        logOf(lines),
        `-j${CORES}`,
        ...more,
        "echo",
      ],
    })),
  },
  xargs: {
    bar: 10,
    forms: [
      { flags: [`-P${CORES}`, "-n1"], words: ["echo"] },
      { flags: [`-P${2 * CORES}`, "-n1"], words: ["echo"] },
      { flags: [`-P${CORES}`, "-I{}"], words: ["echo", "{}"] },
      { flags: [`-P${CORES}`, "-n1"], words: ["/bin/true"], isSilent: true },
    ].map(({ flags, words, isSilent }) => ({
      name: ["xargs", ...flags, ...words].join(" "),
      words: (lines) => ["xargs", "-a", lines, ...flags, ...words],
      isSilent,
    })),
  },
};

export function benchLines({ folder, rounds }) {
  const counts = [FEW, MORE, LINES];
  const files = Object.fromEntries(counts.map((count) => [count, linesFile(folder, count)]));
  const ways = { ours: () => ours(folder, files[LINES]) };
  for (const [rival, { forms, isLogged }] of Object.entries(rivals)) {
    if (versionOf(rival) === undefined) continue;
    for (const { name, words, isSilent } of forms)
      for (const count of [FEW, MORE])
        ways[`${name} ${count}`] = () => {
          const ms = theirs(words(files[count]), folder, isSilent ? 0 : count);
          if (isLogged) checkLog(logOf(files[count]), count);
          return ms;
        };
  }
  const ms = interleaved(ways, rounds);

  console.log(
    `\n${LINES} lines, a trivial function, output and job log in files; theirs from ${FEW} and ${MORE} lines`,
  );
  console.log(`${"manycore map".padEnd(28)} ${inMs(ms.ours)}`);
  for (const [rival, { bar, forms }] of Object.entries(rivals)) {
    if (versionOf(rival) === undefined) {
      console.log(`${rival.padEnd(28)} is not installed`);
      continue;
    }
    const whole = forms.map(({ name }) => scaled(ms[`${name} ${FEW}`], ms[`${name} ${MORE}`]));
    for (const [at, { name }] of forms.entries())
      console.log(`${name.padEnd(28)} ${inMs(whole[at])}  ${(whole[at] / ms.ours).toFixed(1)} × ours`);
    const ratio = Math.min(...whole) / ms.ours;
    console.log(`P13: ${ratio.toFixed(1)} × ${versionOf(rival)} (bar: ≥ ${bar})`);
  }
}

/** The start once, then what a line takes. */
const scaled = (few, more) => few + ((more - few) / (MORE - FEW)) * (LINES - FEW);

function linesFile(folder, count) {
  const file = join(folder, `${count}.txt`);
  writeFileSync(file, Array.from({ length: count }, (_, i) => `${i + 1}\n`).join(""));
  return file;
}

function ours(folder, lines) {
  const [output, log] = [join(folder, "out.ndjson"), join(folder, "log.ndjson")];
  const ms = timed(manycoreMap(`${tasks}#echo`, "--input", lines, "--output", output, "--joblog", log));
  check(readFileSync(output, "utf8").split("\n"), LINES, (line, number) => line === JSON.stringify(`${number}`));
  check(readFileSync(log, "utf8").split("\n"), LINES, (line) => JSON.parse(line).outcome === "ok");
  return ms;
}

/** They print in the order of completion. */
function theirs(words, folder, count) {
  const output = join(folder, "out.txt");
  const ms = timed(words, output);
  const lines = readFileSync(output, "utf8").split("\n");
  const sorted = lines.slice(0, -1).sort((a, b) => a - b);
  check([...sorted, ""], count, (line, number) => line === `${number}`);
  return ms;
}

/** GNU parallel's log: a heading, then a line a job. */
function checkLog(file, count) {
  const lines = readFileSync(file, "utf8").split("\n").slice(1);
  check(lines, count, (line) => /^\d+\t/.test(line));
}

function check(lines, count, isRight) {
  if (lines.pop() !== "" || lines.length !== count) throw new Error(`${lines.length} lines instead of ${count}`);
  for (const [at, line] of lines.entries())
    if (!isRight(line, at + 1)) throw new Error(`line ${at + 1} is wrong: ${line}`);
}
