/** The catalogue in every way in which Node runs a program file by file: compiled beforehand, by a loader, by itself. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe } from "node:test";
import { transform } from "esbuild";
import { absent, environment, here, newFolder, root, runNode, runProgram } from "./harness.mjs";

const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
const tsc = join(root, "node_modules/typescript/bin/tsc");

/** The program's sources in a folder of their own: what kind of module a file is depends on the package around it. */
function sources(folder, type) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
  for (const name of ["program.ts", "catalogue"]) cpSync(join(here, name), join(folder, name), { recursive: true });
}

/** Compiled by tsc, each file to one. */
async function compiledByTsc(type) {
  const folder = newFolder(`tsc ${type}`);
  sources(folder, type);
  const compilerOptions = { noEmit: false, noCheck: true, sourceMap: true, verbatimModuleSyntax: type === "module" };
  const settings = { extends: join(here, "tsconfig.json"), compilerOptions, include: ["program.ts", "catalogue"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  await runNode([tsc, "-p", folder]);
  return join(folder, "program.js");
}

/** Compiled by esbuild, each file to one: its CommonJS has getters for exports, and helpers around `require`. */
async function compiledByEsbuild(type) {
  const folder = newFolder(`esbuild per file ${type}`);
  sources(folder, type);
  const format = type === "module" ? "esm" : "cjs";
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".ts"));
  for (const name of names) {
    const file = join(folder, name);
    const options = {
      loader: "ts",
      format,
      platform: "node",
      target: "node20.19",
      sourcemap: "inline",
      sourcefile: file,
    };
    const { code } = await transform(readFileSync(file, "utf8"), options);
    const renamed = code.replace(/((?:from |import\(|require\()"\.[^"]+)\.ts"/g, '$1.js"');
    writeFileSync(join(folder, dirname(name), `${file.split("/").at(-1).slice(0, -3)}.js`), renamed);
  }
  return join(folder, "program.js");
}

/** tsx keeps here what it has compiled. */
const cache = newFolder("tsx cache");
const inCommonjs = { facts: { importMeta: false } };

describe("loaders", { concurrency: 2 }, () => {
  environment("tsc, ESM", async () => runProgram([await compiledByTsc("module")]));
  environment("tsc, CommonJS", async () => runProgram([await compiledByTsc("commonjs")], inCommonjs));
  environment("esbuild file by file, ESM", async () => runProgram([await compiledByEsbuild("module")]));
  environment("esbuild file by file, CommonJS", async () =>
    runProgram([await compiledByEsbuild("commonjs")], inCommonjs),
  );

  let first;
  const runTsx = () => runProgram([tsx, "program.ts"], { env: { TMPDIR: cache } });
  environment("tsx", () => {
    first = runTsx();
    return first;
  });
  environment("tsx, with its cache", async () => {
    await first;
    return runTsx();
  });
  environment("tsx, CommonJS", () => {
    const folder = newFolder("tsx commonjs");
    sources(folder, "commonjs");
    return runProgram([tsx, join(folder, "program.ts")]);
  });
  environment("node --import tsx", () => runProgram(["--import", "tsx", "program.ts"]));

  const stripped = "Node itself, types stripped";
  if (process.features.typescript)
    environment(stripped, () => runProgram(["program.ts"], { facts: { compiles: false } }));
  else absent(stripped, "does not run TypeScript: that needs 22.18");
});
