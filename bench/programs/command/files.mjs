/**
 * SHA-256 of every file under node_modules beside `xargs sha256sum` with the best batch: small ones share the work out
 * evenly, big ones start fewer programs. The files are in the page cache after the first round.
 */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { atMost, part } from "../../part.mjs";
import { interleaved, median } from "../../rounds.mjs";
import { many } from "../../units.mjs";
import { manycoreMap, root, tasks, timed, versionOf, wayOf } from "./program.mjs";

const PILE = "node_modules";
const BATCHES = [16, 64, 256, 1024];
const BAR = 1.5;

export async function partOfFiles({ folder, rounds, seconds }) {
  const cores = availableParallelism();
  const xargsName = (batch) => `xargs -P ${cores} -n ${batch} sha256sum`;
  if (versionOf("sha256sum") === undefined || versionOf("xargs") === undefined) return undefined;
  const output = join(folder, "hashes.txt");
  const run = (words) => timed(words, output);
  const expected = checkedAnswers(folder, output);

  const xargs = (batch) => ["sh", "-c", `find ${PILE} -type f -print0 | xargs -0 -P ${cores} -n ${batch} sha256sum`];
  const ours = (name) =>
    wayOf(() => {
      const out = join(folder, "out.ndjson");
      const ms = run(manycoreMap(`${tasks}#${name}`, "--format", "files", "--input", PILE, "--output", out));
      if (readFileSync(out, "utf8") !== expected) throw new Error(`${name} gave wrong answers`);
      return ms;
    });
  const ways = { "createHash in a task": ours("sha256"), "hash in a task": ours("sha256Once") };
  for (const batch of BATCHES) ways[xargsName(batch)] = wayOf(() => run(xargs(batch)));
  const times = await interleaved(ways, { rounds, seconds, warmMs: 0, roundMs: 0 });

  const best = BATCHES.map(xargsName).reduce((a, b) => (median(times[b].samples) < median(times[a].samples) ? b : a));
  const rivals = { ...Object.fromEntries(BATCHES.map((batch) => [xargsName(batch), undefined])), [best]: atMost(BAR) };
  const count = expected.split("\n").length - 1;
  const more = { "createHash in a task": undefined };
  const title = `SHA-256 of the ${many(count)} files under ${PILE}`;
  return part({ title, unit: "ms", times, ours: "hash in a task", rivals: { ...more, ...rivals } });
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
