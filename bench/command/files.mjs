/**
 * SHA-256 of every file under node_modules beside `xargs sha256sum` with the best batch: small ones share the work out
 * evenly, big ones start fewer programs. The files are in the page cache after the first round.
 */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { inMs, interleaved, manycoreMap, root, tasks, timed, versionOf } from "./program.mjs";

const PILE = "node_modules";
const BATCHES = [8, 16, 32, 64, 128, 256, 512, 1024, 2048];
const BAR = 1.5;

export function benchFiles({ folder, rounds }) {
  if (versionOf("sha256sum") === undefined) return console.log("\nsha256sum is not installed");
  const output = join(folder, "hashes.txt");
  const run = (words) => timed(words, output);
  const expected = checkedAnswers(folder, output);

  const cores = availableParallelism();
  const xargs = (batch) => ["sh", "-c", `find ${PILE} -type f -print0 | xargs -0 -P ${cores} -n ${batch} sha256sum`];
  const trials = interleaved(Object.fromEntries(BATCHES.map((batch) => [batch, () => run(xargs(batch))])), 3);
  const best = BATCHES.reduce((a, b) => (trials[b] < trials[a] ? b : a));

  const ours = (name) => () => {
    const out = join(folder, "out.ndjson");
    const ms = run(manycoreMap(`${tasks}#${name}`, "--format", "files", "--input", PILE, "--output", out));
    if (readFileSync(out, "utf8") !== expected) throw new Error(`${name} gave wrong answers`);
    return ms;
  };
  const ways = { theirs: () => run(xargs(best)), sha256: ours("sha256"), sha256Once: ours("sha256Once") };
  const ms = interleaved(ways, rounds);

  console.log(`\nSHA-256 of the ${expected.split("\n").length - 1} files under ${PILE}`);
  const batches = BATCHES.map((batch) => `${batch}: ${trials[batch].toFixed(0)}`).join(", ");
  console.log(`xargs -P ${cores} -n ${best} sha256sum`.padEnd(36), `${inMs(ms.theirs)}  (ms by batch: ${batches})`);
  for (const name of ["sha256", "sha256Once"])
    console.log(
      `manycore map task.mjs#${name}`.padEnd(36),
      `${inMs(ms[name])}  ${(ms[name] / ms.theirs).toFixed(2)} × theirs (bar: ≤ ${BAR})`,
    );
}

/**
 * The answers, path by path the same as sha256sum's.
 * @returns what every run of ours has to write
 */
function checkedAnswers(folder, output) {
  const theirs = new Map();
  const find = `find ${PILE} -type f -print0 | xargs -0 sha256sum`;
  for (const line of execFileSync("sh", ["-c", find], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 }).split(
    "\n",
  )) {
    const [, sum, path] = /^\\?([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (path !== undefined) theirs.set(path, sum);
  }
  const tagged = join(folder, "tagged.txt");
  const words = ["--format", "files", "--input", PILE, "--tag", "--output", tagged];
  timed(manycoreMap(`${tasks}#sha256`, ...words), output);
  const lines = readFileSync(tagged, "utf8").split("\n").slice(0, -1);
  if (lines.length !== theirs.size) throw new Error(`${lines.length} files instead of ${theirs.size}`);
  const answers = lines.map((line) => {
    const [path, answer] = line.split("\t");
    if (answer !== JSON.stringify(theirs.get(path)))
      throw new Error(`${path}: ${answer} instead of ${theirs.get(path)}`);
    return `${answer}\n`;
  });
  return answers.join("");
}
