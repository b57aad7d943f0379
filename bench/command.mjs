/**
 * `manycore map` as a whole program, from its start to its end: a line an item beside GNU parallel and xargs (P13), a file
 * an item beside `xargs sha256sum`, memory over ten million lines, and the start itself. Interleaved rounds, medians,
 * answers checked. `node bench/command.mjs [rounds] [lines] [files] [memory] [start]`; without names all of them.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { benchFiles } from "./command/files.mjs";
import { benchLines } from "./command/lines.mjs";
import { benchMemory } from "./command/memory.mjs";
import { root } from "./command/program.mjs";
import { benchStart } from "./command/start.mjs";

const parts = { lines: benchLines, files: benchFiles, memory: benchMemory, start: benchStart };
const words = process.argv.slice(2);
const rounds = Number(words.find((word) => /^\d+$/.test(word)) ?? 5);
const wanted = words.filter((word) => !/^\d+$/.test(word));
for (const name of wanted) if (!Object.hasOwn(parts, name)) throw new Error(`no part ${name}: ${Object.keys(parts)}`);

const commit = execFileSync("git", ["describe", "--always", "--dirty"], { cwd: root, encoding: "utf8" }).trim();
console.log(
  `${new Date().toISOString().slice(0, 10)}, commit ${commit}, Node ${process.version}, ` +
    `${availableParallelism()} cores (${cpus()[0].model}), ${rounds} rounds`,
);
const folder = mkdtempSync(join(tmpdir(), "manycore-bench-"));
try {
  for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) await parts[name]({ folder, rounds });
} finally {
  rmSync(folder, { recursive: true });
}
