/** Where the worker's file is: beside this one, or, where this one has become part of a bundle, in the installed package. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BrokenExecutorError } from "../../errors.ts";

let found: string | undefined;

/** @throws BrokenExecutorError where a bundler has swallowed the library, and it is not installed either */
export function workerFile(): string {
  found ??= [beside(), installed()].find((file) => file !== undefined && existsSync(file));
  if (found !== undefined) return found;
  throw new BrokenExecutorError(
    'manycore is part of a bundle, where the file that its workers run is missing. Keep it out of the bundle (esbuild: --external:manycore; Rollup, webpack: external or externals: ["manycore"]) and install it where the program runs.',
  );
}

/** A bundle that is an ES module has no `__dirname`. */
const beside = (): string | undefined => (typeof __dirname === "string" ? join(__dirname, "worker.cjs") : undefined);

function installed(): string | undefined {
  try {
    const here = typeof __filename === "string" ? __filename : (process.argv[1] as string);
    return join(dirname(createRequire(here).resolve("manycore")), "worker.cjs");
  } catch {
    return undefined;
  }
}
