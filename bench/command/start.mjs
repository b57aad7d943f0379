/** The command over three lines: what a run costs before and after its work, beside a Node that does nothing. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inMs, interleaved, manycoreMap, timed } from "./program.mjs";

export function benchStart({ folder, rounds }) {
  const lines = join(folder, "three.txt");
  writeFileSync(lines, "1\n2\n3\n");
  const tasks = {
    "manycore map task.mjs": "export const double = (line) => line * 2;\n",
    "manycore map task.ts": "export const double = (line: string): number => Number(line) * 2;\n",
  };
  const ways = { "node -e 0": () => timed([process.execPath, "-e", "0"]) };
  for (const [name, text] of Object.entries(tasks)) {
    const file = join(folder, name.split(" ").at(-1));
    writeFileSync(file, text);
    ways[name] = () => timed(manycoreMap(`${file}#double`, "--input", lines));
  }
  ways["manycore --version"] = () => timed(manycoreMap().slice(0, 2).concat("--version"));
  const ms = interleaved(ways, 3 * rounds);
  console.log("\nThree lines, start to end");
  for (const name of Object.keys(ways)) console.log(`${name.padEnd(24)} ${inMs(ms[name])}`);
}
