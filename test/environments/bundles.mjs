/**
 * How each bundler makes one file, or several, of a program. `kind`:
 *
 *   format     "esm" or "cjs"
 *   minify     names are shortened, and what is used once is folded into its use
 *   split      each `import()` is a file of its own, and so is what several of them share
 *   packages   "bundled": but for manycore. "external": they are imported when the program runs. "all": esbuild alone
 *
 * Each gives the file to run.
 */
import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { build as buildWithEsbuild, transform } from "esbuild";
import { rollup } from "rollup";
import { build as buildWithVite } from "vite";
import webpack from "webpack";
import { here } from "./harness.mjs";

const target = "node20.19";
const isPackage = (id) => /^(?:manycore|zod|date-fns|lodash-es)(?:\/|$)/.test(id);
const isExternal = (packages) => (id) =>
  id.startsWith("node:") || (packages === "external" ? isPackage(id) : id === "manycore");
const endingOf = (format) => (format === "esm" ? "mjs" : "cjs");

export async function esbuild(entry, folder, { format, minify = false, split = false, packages = "bundled" }) {
  await buildWithEsbuild({
    entryPoints: { program: entry },
    bundle: true,
    platform: "node",
    target,
    format,
    minify,
    splitting: split,
    sourcemap: "linked",
    ...(packages === "external" && { packages }),
    ...(packages === "bundled" && { external: ["manycore"] }),
    outdir: folder,
    outExtension: { ".js": `.${endingOf(format)}` },
    logLevel: "error",
    logOverride: { "empty-import-meta": "silent" },
  });
  return join(folder, `program.${endingOf(format)}`);
}

/** Rollup reads JavaScript alone. */
const typescript = {
  name: "typescript",
  transform: (code, id) =>
    id.endsWith(".ts") ? transform(code, { loader: "ts", target, sourcemap: true, sourcefile: id }) : null,
};

export async function rolledUp(entry, folder, { format, minify = false, split = false, packages = "bundled" }) {
  const bundle = await rollup({
    input: { program: entry },
    external: isExternal(packages),
    plugins: [nodeResolve(), typescript],
    onwarn: failOnWarning,
  });
  const [file] = (
    await bundle.write({
      dir: folder,
      format,
      sourcemap: true,
      inlineDynamicImports: !split,
      entryFileNames: `[name].${endingOf(format)}`,
      chunkFileNames: `[name]-[hash].${endingOf(format)}`,
      plugins: minify ? [terser({ module: format === "esm" })] : [],
    })
  ).output;
  await bundle.close();
  return join(folder, file.fileName);
}

/** Of circles and comments inside packages, and of `eval`, which is in the program to be refused. */
const HARMLESS = ["CIRCULAR_DEPENDENCY", "INVALID_ANNOTATION", "EVAL"];

function failOnWarning(warning) {
  if (!HARMLESS.includes(warning.code)) throw new Error(warning.message);
}

/** Vite leaves decorators as they are, and no Node reads them yet: files that have some are compiled by esbuild. */
export async function vite(entry, folder, { format, minify = false, split = false, packages = "bundled" }) {
  const output = {
    format,
    entryFileNames: `program.${endingOf(format)}`,
    chunkFileNames: `[name]-[hash].${endingOf(format)}`,
    ...(!split && { codeSplitting: false }),
  };
  await buildWithVite({
    configFile: false,
    root: here,
    logLevel: "error",
    plugins: [
      { ...typescript, enforce: "pre", transform: { filter: { code: /^\s*@\w+/m }, handler: typescript.transform } },
    ],
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      minify,
      sourcemap: true,
      target,
      rolldownOptions: { output },
    },
    ssr: packages === "external" ? { external: true } : { noExternal: true, external: ["manycore"] },
  });
  return join(folder, `program.${endingOf(format)}`);
}

export async function packed(entry, folder, { format, minify = false, split = false, packages = "bundled" }) {
  const isEsm = format === "esm";
  const compiler = webpack({
    mode: minify ? "production" : "development",
    devtool: "source-map",
    target: "node20",
    entry: { program: entry },
    context: here,
    resolve: { extensions: [".ts", ".js"] },
    module: { rules: [{ test: /\.ts$/, loader: join(here, "typescript-loader.mjs") }] },
    externals: ({ request }, give) =>
      isExternal(packages)(request) ? give(null, request, isEsm ? "module" : "commonjs") : give(),
    externalsPresets: { node: true },
    experiments: { outputModule: isEsm },
    optimization: { minimize: minify },
    performance: { hints: false },
    plugins: split ? [] : [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
    output: {
      path: folder,
      assetModuleFilename: "[name][ext]",
      filename: `[name].${endingOf(format)}`,
      chunkFilename: `[name]-[id].${endingOf(format)}`,
      module: isEsm,
      chunkFormat: isEsm ? "module" : "commonjs",
      library: { type: isEsm ? "module" : "commonjs2" },
      devtoolModuleFilenameTemplate: "[absolute-resource-path]",
    },
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  return join(folder, `program.${endingOf(format)}`);
}
