/**
 * Builds every package into its `dist/`.
 *
 *   manycore   index.cjs    the whole implementation, one CommonJS file: one copy of its state for `import` and `require`
 *              worker.cjs, process.cjs   what a thread and a process run; the host finds them beside index.cjs
 *              index.mjs    the names of index.cjs for `import`, by way of names.cjs
 *              types/, types-cjs/   declarations, read as ESM and as CommonJS
 *   cli        manycore.mjs and its chunks; worker.mjs and scout.mjs, which run in threads
 *   native     the addon, compiled where there is a compiler: scripts/native.mjs
 *
 * A file is replaced only when its content changed, and in one step: a build beside a running test disturbs nothing.
 */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
import { buildNative } from "./native.mjs";
import { root, tsc } from "./run.mjs";

const library = join(root, "packages/manycore");
const cli = join(root, "packages/cli");

/** The oldest Node that `engines` admits. */
const common = {
  platform: "node",
  target: "node20.19",
  bundle: true,
  packages: "external",
  sourcemap: "linked",
  sourcesContent: true,
  write: false,
  logLevel: "silent",
};

/** True where the file was new or different. */
function replace(file, content) {
  const bytes = Buffer.from(content);
  try {
    if (readFileSync(file).equals(bytes)) return false;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, bytes);
  renameSync(fresh, file);
  return true;
}

/** Returns the names of what it wrote; `edit` has the last word on each file. */
async function bundle(options, edit = (text) => text) {
  const { outputFiles, warnings } = await build({ ...common, ...options });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  for (const { path, text } of outputFiles) replace(path, edit(text));
  return new Set(outputFiles.map(({ path }) => basename(path)));
}

/**
 * acorn is loaded when the first function is parsed: by then the first worker is starting, on another core, and what the
 * host does meanwhile costs nothing. The line breaks stay, or the source map would be wrong.
 */
function loadParserLate(text) {
  const eager = 'var import_acorn = require("acorn");';
  if (text.startsWith("{")) return text; // the source map
  if (!text.includes(eager)) throw new Error("index.cjs does not require acorn as it did");
  return text.replace(eager, 'var import_acorn = { get Parser() { return require("acorn").Parser; } };');
}

/**
 * Names of index.cjs for `import`. `export … from` rather than a default import: bundlers do not agree on the default of a
 * CommonJS file, names they all find. And by a small file between the two: Node looks through a CommonJS file for its names
 * before it runs it, which for all of index.cjs takes longer than to run it.
 */
function writeEsmEntry() {
  const names = Object.keys(createRequire(import.meta.url)(join(library, "dist/index.cjs"))).sort();
  if (names.length === 0) throw new Error("packages/manycore/src/index.ts exports nothing");
  const lines = (line) => names.map(line).join("");
  replace(
    join(library, "dist/names.cjs"),
    `"use strict";\nconst all = require("./index.cjs");\n${lines((name) => `exports.${name} = all.${name};\n`)}`,
  );
  replace(join(library, "dist/index.mjs"), `export {\n${lines((name) => `  ${name},\n`)}} from "./names.cjs";\n`);
}

/** The same declarations twice: TypeScript takes a declaration file's module kind from the nearest package.json. */
function writeDeclarations() {
  const emitted = mkdtempSync(join(tmpdir(), "manycore-types-"));
  try {
    // Types are checked by scripts/check.mjs; here they are only written down.
    if (!tsc("-p", library, "--noCheck", "--outDir", emitted)) throw new Error("tsc wrote no declarations");
    const files = readdirSync(emitted, { recursive: true }).filter((name) => /\.d\.[cm]?ts(\.map)?$/.test(name));
    for (const folder of ["types", "types-cjs"]) {
      const target = join(library, "dist", folder);
      for (const name of files) replace(join(target, name), declaration(emitted, name));
      const kept = new Set(files);
      for (const name of readdirSync(target, { recursive: true })) {
        if (/\.d\.[cm]?ts(\.map)?$/.test(name) && !kept.has(name)) rmSync(join(target, name));
      }
    }
    replace(join(library, "dist/types-cjs/package.json"), '{ "type": "commonjs" }\n');
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

/**
 * One declaration file as it is published. Imports name `.js`, which every resolver knows (tsc rewrites them in code, not
 * in declarations); a map leads from `dist/types/` to `src/`, whatever folder tsc wrote it in.
 */
function declaration(folder, name) {
  const text = readFileSync(join(folder, name), "utf8");
  if (!name.endsWith(".map")) return text.replace(/((?:from |import\()"\.{1,2}\/[^"]+)\.ts"/g, '$1.js"');
  const map = JSON.parse(text);
  const up = "../".repeat(name.split(/[\\/]/).length + 1);
  map.sources = [`${up}src/${name.replaceAll("\\", "/").replace(/\.d\.([cm]?ts)\.map$/, ".$1")}`];
  return JSON.stringify(map);
}

const program = join(cli, "dist/manycore.mjs");

const products = {
  "index.cjs": () =>
    bundle(
      { entryPoints: [join(library, "src/index.ts")], outfile: join(library, "dist/index.cjs"), format: "cjs" },
      loadParserLate,
    ),
  "worker.cjs": () =>
    bundle({
      entryPoints: [join(library, "src/transports/threads/worker.ts")],
      outfile: join(library, "dist/worker.cjs"),
      format: "cjs",
      // Every worker parses it before it does anything. Names stay: they are in stacks.
      minifyWhitespace: true,
      minifySyntax: true,
    }),
  "process.cjs": () =>
    bundle({
      entryPoints: [join(library, "src/transports/processes/worker.ts")],
      outfile: join(library, "dist/process.cjs"),
      format: "cjs",
    }),
  "index.mjs": writeEsmEntry,
  types: writeDeclarations,
  "the cli": async () => {
    const written = await bundle({
      entryPoints: {
        manycore: join(cli, "src/main.ts"),
        scout: join(cli, "src/task/scout.ts"),
        worker: join(cli, "src/worker/worker.ts"),
      },
      outdir: join(cli, "dist"),
      outExtension: { ".js": ".mjs" },
      chunkNames: "[name]-[hash]",
      format: "esm",
      splitting: true,
      banner: { js: "#!/usr/bin/env node" },
    });
    for (const name of readdirSync(join(cli, "dist"))) if (!written.has(name)) rmSync(join(cli, "dist", name));
    chmodSync(program, 0o755);
  },
  "the addon": () => {
    const { said } = buildNative();
    if (said !== undefined) console.log(said);
  },
};

const started = performance.now();
for (const [name, write] of Object.entries(products)) {
  try {
    await write();
  } catch (error) {
    console.error(`build: ${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
if (process.exitCode !== 1) console.log(`built in ${Math.round(performance.now() - started)} ms`);
