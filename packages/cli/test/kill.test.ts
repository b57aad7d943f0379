/** Killed at any moment, and resumed: no result twice, none missing, and nothing that was recorded runs again. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inFolder, linesOf, numbers, start } from "./support/program.ts";

const COUNTED = `${resolve("packages/cli/test/fixtures/counted.mjs")}#square`;
const INPUTS = 900;
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 10);
/** Longer than a whole run on a slow machine takes: some runs end before they are killed, which has to go well too. */
const LATEST_KILL_MS = 1000;
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const random = mulberry32(seed);

interface Way {
  readonly name: string;
  readonly flags: readonly string[];
  readonly input: string;
  readonly isOrdered: boolean;
}

/** Every tenth line is there twice. */
const list = numbers(INPUTS).flatMap((n) => (n % 10 === 0 ? [n, n] : [n]));
const ways: readonly Way[] = [
  { name: "in order", flags: ["--input", "in.txt"], input: "in.txt", isOrdered: true },
  { name: "unordered", flags: ["--input", "in.txt", "--unordered"], input: "in.txt", isOrdered: false },
  {
    name: "unordered, by a key that records share",
    flags: ["--input", "in.ndjson", "--unordered", "--key", "id"],
    input: "in.ndjson",
    isOrdered: false,
  },
];
const isFailing = (n: number): boolean => n % 41 === 0;
const expected = list.filter((n) => !isFailing(n)).map((n) => String(n * n));

for (const way of ways) {
  describe(`a run ${way.name}, killed and resumed`, () => {
    test(`has exact output and job log, each of ${ROUNDS} times (seed ${seed})`, async () => {
      for (let round = 0; round < ROUNDS; round++) await killAndResume(way, round % 3 === 2 ? 3 : 1);
    });
  });
}

async function killAndResume(way: Way, kills: number): Promise<void> {
  const files = {
    "in.txt": list.map((n) => `${n} line\n`).join(""),
    "in.ndjson": list.map((n) => `${JSON.stringify({ id: `group ${n % 50}`, n })}\n`).join(""),
  };
  await inFolder(files, async (folder) => {
    const flags = ["map", COUNTED, ...way.flags, "--jobs", "2", "--output", "out", "--joblog", "log", "--quiet"];
    const recorded = new Map<number, number>();
    for (let kill = 0; kill < kills; kill++) {
      const { child, ended } = start(kill > 0 ? [...flags, "--resume"] : flags, folder, { MARKS: folder });
      await sleep(random() * LATEST_KILL_MS);
      child.kill("SIGKILL");
      await ended;
      note(folder, recorded);
    }
    const { code, stderr } = await start([...flags, "--resume"], folder, { MARKS: folder }).ended;
    assert.ok(code !== null && code < 100, `exit ${code}: ${stderr}`);
    checkEnd(way, folder);
    const ran = timesRun(folder);
    for (const [n, times] of recorded) assert.equal(ran.get(n), times, `${n} was recorded, and ran again`);
  });
}

/** What the log vouches for, and how often that has run: of inputs that are there once. */
function note(folder: string, recorded: Map<number, number>): void {
  const oks = logOf(folder).filter(({ outcome }) => outcome === "ok").length;
  const ran = timesRun(folder);
  for (const line of oks === 0 ? [] : textOf(folder, "out").split("\n", oks)) {
    const n = Math.sqrt(Number(line));
    assert.ok(ran.has(n), `the log vouches for ${oks} results, and one of them is "${line}"`);
    if (n % 10 !== 0) recorded.set(n, ran.get(n) as number);
  }
}

function checkEnd(way: Way, folder: string): void {
  const output = linesOf(textOf(folder, "out"));
  if (way.isOrdered) assert.deepEqual(output, expected);
  else assert.deepEqual([...output].sort(), [...expected].sort());
  const log = logOf(folder);
  assert.equal(log.length, list.length);
  assert.equal(log.filter(({ outcome }) => outcome === "ok").length, expected.length);
  assert.equal(log.at(-1)?.end, textOf(folder, "out").length);
  const names = log.map(({ key, nth = 1 }) => `${key} ${nth}`);
  const keys = way.flags.includes("--key") ? list.length : new Set(list).size;
  assert.equal(new Set(names).size, keys);
}

const textOf = (folder: string, name: string): string =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";

/** Its whole lines. */
const logOf = (folder: string): { key: string; nth?: number; outcome: string; end: number }[] =>
  linesOf(textOf(folder, "log")).map((line) => JSON.parse(line));

function timesRun(folder: string): Map<number, number> {
  const times = new Map<number, number>();
  for (const line of linesOf(textOf(folder, "ran"))) times.set(Number(line), (times.get(Number(line)) ?? 0) + 1);
  return times;
}

/** A small random generator with a seed: mulberry32 by Tommy Ettinger, public domain. */
function mulberry32(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
