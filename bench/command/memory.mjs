/**
 * Memory does not depend on how many lines there are: the highest resident set over 1 and over 10 million lines, output
 * and job log in files. Read from /proc, where the system keeps the mark.
 */

import { spawn } from "node:child_process";
import { closeSync, createWriteStream, existsSync, openSync, readFileSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { manycoreMap, median, root, tasks } from "./program.mjs";

const COUNTS = [1_000_000, 10_000_000];
/** As of `map` in the library (P10). */
const BAR_MB = 60;
const POLL_MS = 20;
const MOST_ROUNDS = 3;

export async function benchMemory({ folder, rounds }) {
  if (!existsSync("/proc/self/status")) return console.log("\nmemory: there is no /proc to read it from");
  const peaks = Object.fromEntries(COUNTS.map((count) => [count, []]));
  const files = {};
  for (const count of COUNTS) files[count] = await linesFile(folder, count);
  for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round++)
    for (const count of COUNTS) peaks[count].push(await peakOver(folder, files[count], count));
  for (const file of Object.values(files)) rmSync(file);

  console.log("\nHighest resident set, output and job log in files");
  for (const count of COUNTS)
    console.log(
      `${count / 1e6} M lines`.padEnd(12),
      `${median(peaks[count]).toFixed(0).padStart(5)} MB`,
      peaks[count].map((mb) => mb.toFixed(0)).join(" "),
    );
  const [few, many] = COUNTS.map((count) => median(peaks[count]));
  console.log(`P13: it grows by ${(many - few).toFixed(0)} MB (bar: < ${BAR_MB})`);
}

async function linesFile(folder, count) {
  const file = join(folder, `${count}.txt`);
  const stream = createWriteStream(file);
  for (let from = 0; from < count; from += 100_000) {
    const lines = Array.from({ length: 100_000 }, (_, i) => `${from + i + 1}\n`).join("");
    if (!stream.write(lines)) await new Promise((drained) => stream.once("drain", drained));
  }
  await new Promise((done) => stream.end(done));
  return file;
}

/** In MB. The mark only rises, so the last look before the end is as good as one at the end. */
async function peakOver(folder, lines, count) {
  const [output, log] = [join(folder, "out.ndjson"), join(folder, "log.ndjson")];
  const words = manycoreMap(`${tasks}#echo`, "--input", lines, "--output", output, "--joblog", log);
  const child = spawn(words[0], words.slice(1), { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let peak = 0;
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const look = setInterval(() => {
    peak = peakOf(child.pid) ?? peak;
  }, POLL_MS);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`exit code ${code}: ${said}`);
  // As many as there were, and the last one is the last: the order is checked over fewer lines.
  for (const [file, isRight] of [
    [output, (line) => line === JSON.stringify(`${count}`)],
    [log, (line) => JSON.parse(line).outcome === "ok"],
  ])
    checkEnd(file, count, isRight);
  for (const file of [output, log]) rmSync(file);
  return peak;
}

function peakOf(pid) {
  try {
    const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kb === undefined ? undefined : Number(kb) / 1024;
  } catch {
    return undefined; // it has ended
  }
}

function checkEnd(file, count, isRight) {
  const fd = openSync(file, "r");
  const bytes = Buffer.alloc(1 << 20);
  const { size } = statSync(file);
  let lines = 0;
  let text = "";
  for (let at = 0; at < size; ) {
    const read = readSync(fd, bytes, 0, bytes.length, at);
    for (let from = bytes.indexOf(10); from >= 0 && from < read; from = bytes.indexOf(10, from + 1)) lines++;
    text = (text + bytes.latin1Slice(0, read)).slice(-1000);
    at += read;
  }
  closeSync(fd);
  if (lines !== count) throw new Error(`${file} has ${lines} lines instead of ${count}`);
  const last = text.split("\n").at(-2);
  if (!isRight(last)) throw new Error(`the last line of ${file} is wrong: ${last}`);
}
