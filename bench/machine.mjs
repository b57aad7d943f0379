/** Where and of what the figures are. */

import { spawnSync } from "node:child_process";
import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { packageVersion, pythonVersion } from "./contenders/installed.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

const peers = ["piscina", "tinypool", "workerpool", "poolifier"];

export function about() {
  const versions = peers.map((name) => [name, packageVersion(name)]).filter(([, version]) => version !== undefined);
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown CPU",
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
    ...(pythonVersion() === undefined ? {} : { python: pythonVersion() }),
    packages: Object.fromEntries(versions),
    commit: commit(),
  };
}

/** What was measured: the commit, and whether sources were changed since. */
function commit() {
  const git = (...words) => spawnSync("git", words, { cwd: root, encoding: "utf8" });
  const head = git("rev-parse", "--short", "HEAD");
  if (head.status !== 0) return "no commit";
  const changed = git("status", "--porcelain", "--", "packages", "bench", ":!bench/results").stdout !== "";
  return `${head.stdout.trim()}${changed ? " with changes" : ""}`;
}

/** In one line. */
export const inOneLine = ({ cpu, cores, system, node, python, packages, commit }) =>
  [
    `${cores} cores of ${cpu}`,
    system,
    `Node ${node.slice(1)}`,
    ...Object.entries(packages).map(([name, version]) => `${name} ${version}`),
    ...(python === undefined ? [] : [`Python ${python}`]),
    `commit ${commit}`,
  ].join(", ");
