/**
 * What can be said about the sources without running them. Every check runs, so that one round shows all there is to mend.
 *
 *   lint    Biome: format, lint, import directions (the "overrides" of biome.json), cycles
 *   sizes   one concept a file
 *   types   the sources, then the tests and the type tests against the built declarations
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { filesBelow, packages } from "./files.mjs";
import { biome, root, tsc } from "./run.mjs";

const SOFT_LINES = 300;
const HARD_LINES = 400;

/** False where a source file is over the hard limit; names those over the soft one. */
function sizes() {
  const sources = packages.flatMap((folder) =>
    filesBelow(join(root, folder, "src")).map((name) => `${folder}/src/${name}`),
  );
  if (sources.length === 0) throw new Error("no source file was found");
  let fit = true;
  for (const file of sources.filter((name) => /\.(ts|c|h)$/.test(name))) {
    const lines = readFileSync(join(root, file), "utf8").split("\n").length - 1;
    if (lines > HARD_LINES) {
      console.error(`${file}: ${lines} lines, ${HARD_LINES} are the limit`);
      fit = false;
    } else if (lines > SOFT_LINES) {
      console.warn(`${file}: ${lines} lines, ${SOFT_LINES} were meant`);
    }
  }
  return fit;
}

const checks = {
  lint: () => biome("check", "--error-on-warnings", "."),
  sizes,
  "types of manycore": () => tsc("--noEmit", "-p", "packages/manycore"),
  "types of the cli": () => tsc("--noEmit", "-p", "packages/cli"),
  "types of the tests": () => tsc("-p", "tsconfig.test.json"),
  "types of the catalogue": () => tsc("-p", "test/environments"),
};

/** The names of the checks that failed. */
export function check() {
  return Object.entries(checks).flatMap(([name, passes]) => {
    const passed = passes();
    console.log(`${passed ? "✔" : "✖"} ${name}`);
    return passed ? [] : [name];
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href && check().length > 0) process.exitCode = 1;
