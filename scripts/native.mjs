/**
 * Compiles the addon of packages/native with node-gyp, which is npm's own, into
 *
 *   packages/native/prebuilds/<platform>-<arch>/   the binary that is published, where node-gyp-build looks for it
 *   .build/native/sanitize/build/Release/          the same with sanitizers, for scripts/sanitize.mjs
 *
 * Only where a source has changed since. Node-API is the same for all Nodes, so one binary does for all of them.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow } from "./files.mjs";
import { ownFolder } from "./own-folder.mjs";
import { root } from "./run.mjs";

const home = join(root, "packages/native");
const sources = ["binding.gyp", ...filesBelow(join(home, "src")).map((name) => `src/${name}`)];

function prebuilt() {
  process.report.excludeNetwork = true; // it may ask a name server
  const { glibcVersionRuntime } = process.report.getReport().header;
  const libc = process.platform !== "linux" ? "" : glibcVersionRuntime === undefined ? ".musl" : ".glibc";
  return join(home, "prebuilds", `${process.platform}-${process.arch}`, `node.napi${libc}.node`);
}

/** What each build is made with, and where it goes. `sanitized` is laid out as node-gyp-build expects a package's folder. */
export const sanitized = join(root, ".build/native/sanitize");
const variants = {
  release: { defines: "strict=1", product: prebuilt() },
  sanitize: { defines: "strict=1 sanitize=1", product: join(sanitized, "build/Release/manycore.node") },
};

/** Whether the binary that tests use is there. */
export const isBuilt = () => existsSync(variants.release.product);

function digestOf(variant) {
  const hash = createHash("sha256").update(`${variants[variant].defines}\n${variants[variant].product}\n`);
  for (const name of sources) hash.update(`${name}\n`).update(readFileSync(join(home, name)));
  return hash.digest("hex");
}

/** The tools that are not there, by the names of their packages. */
function missingTools() {
  const tools = {
    "g++": process.env.CXX ?? (process.platform === "darwin" ? "c++" : "g++"),
    make: "make",
    python3: "python3",
    npm: "npm",
  };
  return Object.keys(tools).filter((name) => spawnSync(tools[name], ["--version"]).status !== 0);
}

/** A Node's own headers where it came with them; node-gyp fetches them otherwise. */
function headers() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include/node/node_api.h")) ? [`--nodedir=${prefix}`] : [];
}

function nodeGyp(command, folder, variant) {
  const { status, stdout, stderr, error } = spawnSync(
    "npm",
    ["run", "--loglevel=error", "node-gyp", "--", command, `--directory=${folder}`, ...headers()],
    { cwd: home, encoding: "utf8", env: { ...process.env, GYP_DEFINES: variants[variant].defines } },
  );
  if (error !== undefined) throw error;
  return { done: status === 0, said: `${stdout}${stderr}` };
}

/** Why it cannot be compiled here, in one line, or undefined where it was. A source that does not compile is an error. */
function compile(variant) {
  const folder = ownFolder("native");
  for (const name of sources) cpSync(join(home, name), join(folder, name));
  // Finds Python, and fetches the headers where there are none: no fault of the sources.
  const configured = nodeGyp("configure", folder, variant);
  if (!configured.done) {
    const [, gyp, stack] = /^gyp: (.+)$|^gyp ERR! stack (?:\w*Error: )?(.+)$/m.exec(configured.said) ?? [];
    return gyp ?? stack ?? "node-gyp configure failed";
  }
  const built = nodeGyp("build", folder, variant);
  if (!built.done) throw new Error(`node-gyp failed\n${built.said}`);
  const { product } = variants[variant];
  mkdirSync(dirname(product), { recursive: true });
  // In one step: a running process keeps the file that it has loaded.
  const fresh = `${product}.${process.pid}.new`;
  cpSync(join(folder, "build/Release/manycore.node"), fresh);
  renameSync(fresh, product);
  rmSync(folder, { recursive: true });
}

/**
 * Builds what is not built. Returns what happened, in one line, or undefined where there was nothing to do.
 *
 * @param {"release" | "sanitize"} variant
 * @returns {{ built: boolean, said?: string }}
 */
export function buildNative(variant = "release") {
  const leftOut = (why) => ({ built: false, said: `@manycore/native is left out: ${why}` });
  if (process.platform !== "linux" && process.platform !== "darwin") return leftOut(`not for ${process.platform}`);
  // A build from source in the package's own folder would be loaded rather than this one.
  rmSync(join(home, "build"), { recursive: true, force: true });
  const digest = digestOf(variant);
  const stamp = join(root, ".build/native", `${variant}.digest`);
  if (existsSync(variants[variant].product) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) {
    return { built: true };
  }
  rmSync(variants[variant].product, { force: true });
  const missing = missingTools();
  if (missing.length > 0) return leftOut(`install ${missing.join(", ")} to compile it`);
  const started = performance.now();
  const obstacle = compile(variant);
  if (obstacle !== undefined) return leftOut(`node-gyp cannot be set up: ${obstacle}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
  const took = Math.round((performance.now() - started) / 100) / 10;
  return { built: true, said: `@manycore/native compiled in ${took} s` };
}
