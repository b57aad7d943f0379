/**
 * Memory does not depend on how many lines there are: the highest resident set over a million and over ten million lines, output
 * and job log in files. Read from /proc, where the system keeps the mark.
 */

import { spawn } from "node:child_process";
import { closeSync, createWriteStream, existsSync, openSync, readFileSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { bounded } from "../../part.mjs";
import { median } from "../../rounds.mjs";
import { many } from "../../units.mjs";
import { manycoreMap, root, tasks } from "./program.mjs";

/** As of `map` in the library (P10). */
const BAR_MB = 60;
const POLL_MS = 20;
/** Twenty seconds each. */
const MOST_ROUNDS = 1;

export async function partOfMemory({ folder, rounds, size: { memoryLines } }) {
  const title = `${many(memoryLines[1])} lines: the highest resident memory is above that over ${many(memoryLines[0])} by`;
  const ours = { contender: "manycore map", isOurs: true, bound: BAR_MB, isBelow: true };
  const say = (figure) => bounded({ title, unit: "MB", figures: [{ ...ours, ...figure }] });
  if (!existsSync("/proc/self/status"))
    return bounded({
      title,
      unit: "MB",
      figures: [{ contender: "manycore map", absent: "there is no /proc to read it from" }],
    });
  const grown = [];
  const files = [];
  for (const count of memoryLines) files.push(await linesFile(folder, count));
  try {
    for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round++) {
      const [few, many] = [
        await peakOver(folder, files[0], memoryLines[0]),
        await peakOver(folder, files[1], memoryLines[1]),
      ];
      grown.push(many - few);
    }
  } catch (error) {
    return say({ failed: error.message });
  } finally {
    for (const file of files) rmSync(file);
  }
  return say({ figure: median(grown), samples: grown });
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
