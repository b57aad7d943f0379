/**
 * Compiles the tests as a user of one module system would have them: sources and tests are copied below a folder whose
 * package.json says "module" or "commonjs", and tsc emits beside them. Copied, because tsc and Node both take a file's
 * module kind from the nearest package.json, and the packages' own says "module".
 *
 * `import "manycore"` in there finds the built package by node_modules, `../../src/x.ts` the compiled source.
 */
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { packages } from "./files.mjs";
import { root, tsc } from "./run.mjs";

const moduleKinds = { esm: "module", cjs: "commonjs" };

/** Fills `folder`, which is inside the root and new, for the entry `"esm"` or `"cjs"`. */
export function stage(entry, folder) {
  for (const name of packages.flatMap((path) => [`${path}/src`, `${path}/test`])) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: moduleKinds[entry] }));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: relative(folder, join(root, "tsconfig.base.json")).replaceAll("\\", "/"),
      compilerOptions: {
        noCheck: true,
        declaration: false,
        declarationMap: false,
        sourceMap: false,
        // Asks for `import x = require()` in a CommonJS file; the tests are written once, with `import`.
        verbatimModuleSyntax: entry === "esm",
      },
      include: ["packages"],
      exclude: ["packages/*/test/native", "packages/*/test/types", "**/fixtures/**/broken*"],
    }),
  );
  if (!tsc("-p", folder)) throw new Error(`the tests do not compile (${entry})`);
}
