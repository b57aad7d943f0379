/** Which contenders are on this machine. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** A package's version, undefined where it is not installed. Not every package exports its `package.json`. */
export function packageVersion(name) {
  for (const folder of createRequire(import.meta.url).resolve.paths(name)) {
    const file = join(folder, name, "package.json");
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).version;
  }
  return undefined;
}

export const python = "python3";

let version;
let wasAsked = false;

/** Python's version, undefined where there is none. */
export function pythonVersion() {
  if (wasAsked) return version;
  wasAsked = true;
  const { status, stdout } = spawnSync(python, ["--version"], { encoding: "utf8" });
  if (status === 0) version = stdout.trim().replace(/^Python /, "");
  return version;
}

export const NOT_INSTALLED = "is not installed";
