/** A folder for what one run builds. */

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

/** `.build/<name>-<pid>`, so that two runs at once do not meet; those of dead runs are swept, this one at the end. */
export function ownFolder(name) {
  const build = join(root, ".build");
  mkdirSync(build, { recursive: true });
  for (const each of readdirSync(build)) {
    const pid = each.startsWith(`${name}-`) ? /^\d+$/.exec(each.slice(name.length + 1))?.[0] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(build, each), { recursive: true, force: true });
  }
  const folder = join(build, `${name}-${process.pid}`);
  mkdirSync(folder);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
