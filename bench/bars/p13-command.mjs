import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partOfFiles } from "../programs/command/files.mjs";
import { partOfLines } from "../programs/command/lines.mjs";
import { partOfMemory } from "../programs/command/memory.mjs";
import { partOfStart } from "../programs/command/start.mjs";

/** `manycore map` as a whole program, from its start to its end. */
export const bar = {
  name: "P13",
  title: "the command",
  rounds: 3,
  seconds: 120,
  size: { lines: 100_000, memoryLines: [1_000_000, 10_000_000] },

  async measure({ rounds, seconds, size }) {
    const folder = mkdtempSync(join(tmpdir(), "manycore-bench-"));
    const settings = { folder, rounds, seconds: seconds / 4, size };
    try {
      const parts = [];
      for (const partOf of [partOfLines, partOfFiles, partOfMemory, partOfStart]) parts.push(await partOf(settings));
      return parts.filter((each) => each !== undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
