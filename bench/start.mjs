/**
 * Until the first result (P8): programs of a few lines in processes of their own, interleaved, medians. `node
 * bench/start.mjs [rounds]`.
 */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROUNDS = Number(process.argv[2] ?? 15);
const programs = ["bare", "plain", "closure", "later"];

const median = (xs) => xs.toSorted((a, b) => a - b)[xs.length >> 1];
const times = Object.fromEntries([...programs, "later, bare"].map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const name of programs) {
    const file = fileURLToPath(new URL(`start/${name}.mjs`, import.meta.url));
    const { ms, answer, bare } = JSON.parse(execFileSync(process.execPath, [file], { encoding: "utf8" }));
    if (answer !== 9) throw new Error(`${name} gave a wrong answer: ${answer}`);
    times[name].push(ms);
    if (bare !== undefined) times["later, bare"].push(bare);
  }
}
const ms = Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]));
const line = (title, name, base) =>
  console.log(
    `${title.padEnd(46)} ${ms[name].toFixed(0).padStart(4)} ms  ${(ms[name] / ms[base]).toFixed(2)} × a bare Worker`,
  );
console.log(`Until the first result, ${ROUNDS} programs each, Node ${process.version}`);
line("a bare Worker in a program that has just started", "bare", "bare");
line("a pool there, a function without captures", "plain", "bare");
line("a pool there, a closure", "closure", "bare");
line("a pool in a program under way, a closure", "later", "later, bare");
