/** Where the files are that workers run: beside this one, or, where this one has become part of a bundle, in the installed package. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BrokenExecutorError } from "../errors.ts";

const found = new Map<string, string>();

/**
 * What a thread, or a process, runs.
 * @throws BrokenExecutorError where a bundler has swallowed the library, and it is not installed either
 */
export function workerFile(name: "worker.cjs" | "process.cjs"): string {
  const file =
    found.get(name) ??
    [beside(), installed()]
      .flatMap((folder) => folder ?? [])
      .map((folder) => join(folder, name))
      .find(existsSync);
  if (file !== undefined) {
    found.set(name, file);
    return file;
  }
  throw new BrokenExecutorError(
    'manycore is part of a bundle, where the file that its workers run is missing. Keep it out of the bundle (esbuild: --external:manycore; Rollup, webpack: external or externals: ["manycore"]) and install it where the program runs.',
  );
}

/** A bundle that is an ES module has no `__dirname`. */
const beside = (): string | undefined => (typeof __dirname === "string" ? __dirname : undefined);

function installed(): string | undefined {
  try {
    const here = typeof __filename === "string" ? __filename : (process.argv[1] as string);
    return dirname(createRequire(here).resolve("manycore"));
  } catch {
    return undefined;
  }
}
