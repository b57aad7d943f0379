/** The command over three lines: what a run costs before and after its work, beside a Node that does nothing. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { part } from "../../part.mjs";
import { interleaved } from "../../rounds.mjs";
import { manycoreMap, timed, wayOf } from "./program.mjs";

const tasks = {
  "manycore map task.mjs": "export const double = (line) => line * 2;\n",
  "manycore map task.ts": "export const double = (line: string): number => Number(line) * 2;\n",
};

export async function partOfStart({ folder, rounds, seconds }) {
  const lines = join(folder, "three.txt");
  writeFileSync(lines, "1\n2\n3\n");
  const ways = {
    "node -e 0": wayOf(() => timed([process.execPath, "-e", "0"])),
    "manycore --version": wayOf(() => timed(manycoreMap().slice(0, 2).concat("--version"))),
  };
  for (const [name, text] of Object.entries(tasks)) {
    const file = join(folder, name.split(" ").at(-1));
    writeFileSync(file, text);
    ways[name] = wayOf(() => timed(manycoreMap(`${file}#double`, "--input", lines)));
  }
  const times = await interleaved(ways, { rounds: 3 * rounds, seconds, warmMs: 0, roundMs: 0 });
  const rivals = { "manycore map task.ts": undefined, "manycore --version": undefined, "node -e 0": undefined };
  return part({ title: "three lines, start to end", unit: "ms", times, ours: "manycore map task.mjs", rivals });
}
