/**
 * A trivial function for each of 100,000 lines, output and job log in files, beside the fastest forms of GNU parallel
 * and xargs that start a program a line. Those would take minutes: they run over few lines and over some more, and what
 * a line takes between the two is taken for all of them, their start once.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { NOT_INSTALLED } from "../../contenders/installed.mjs";
import { atLeast, part } from "../../part.mjs";
import { interleaved } from "../../rounds.mjs";
import { many } from "../../units.mjs";
import { manycoreMap, tasks, timed, versionOf, wayOf } from "./program.mjs";

const OURS = "manycore map";
const FEW = 100;
const MORE = 1000;
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

export async function partOfLines({ folder, rounds, seconds, size: { lines } }) {
  const counts = [FEW, MORE, lines];
  const files = Object.fromEntries(counts.map((count) => [count, linesFile(folder, count)]));
  const ways = { [OURS]: wayOf(() => ours(folder, files[lines], lines)) };
  const bars = {};
  for (const [rival, { bar, forms, isLogged }] of Object.entries(rivals)) {
    if (versionOf(rival) === undefined) {
      ways[rival] = { absent: NOT_INSTALLED };
      bars[rival] = atLeast(bar);
      continue;
    }
    for (const { name, words, isSilent } of forms) {
      bars[name] = atLeast(bar);
      for (const count of [FEW, MORE])
        ways[`${name} ${count}`] = wayOf(() => {
          const ms = theirs(words(files[count]), folder, isSilent ? 0 : count);
          if (isLogged) checkLog(logOf(files[count]), count);
          return ms;
        });
    }
  }
  const measured = await interleaved(ways, { rounds, seconds, warmMs: 0, roundMs: 0 });
  const times = Object.fromEntries(
    [OURS, ...Object.keys(bars)].map((name) => [name, measured[name] ?? whole(measured, name, lines)]),
  );
  const title = `${many(lines)} lines, a trivial function, output and job log in files (theirs from ${FEW} and ${MORE} lines)`;
  return part({ title, unit: "ms", times, ours: OURS, rivals: bars });
}

/** Round by round, the start once, then what a line takes. */
function whole(measured, name, lines) {
  const [few, more] = [measured[`${name} ${FEW}`], measured[`${name} ${MORE}`]];
  for (const { failed } of [few, more]) if (failed !== undefined) return { samples: [], count: 1, failed };
  const samples = few.samples.map((ms, round) => ms + ((more.samples[round] - ms) / (MORE - FEW)) * (lines - FEW));
  return { samples, count: 1 };
}

function linesFile(folder, count) {
  const file = join(folder, `${count}.txt`);
  writeFileSync(file, Array.from({ length: count }, (_, i) => `${i + 1}\n`).join(""));
  return file;
}

function ours(folder, file, count) {
  const [output, log] = [join(folder, "out.ndjson"), join(folder, "log.ndjson")];
  const ms = timed(manycoreMap(`${tasks}#echo`, "--input", file, "--output", output, "--joblog", log));
  check(readFileSync(output, "utf8").split("\n"), count, (line, number) => line === JSON.stringify(`${number}`));
  check(readFileSync(log, "utf8").split("\n"), count, (line) => JSON.parse(line).outcome === "ok");
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
