import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program to its end with this terminal, in the root folder; false where it failed. */
export function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error !== undefined) throw error;
  return status === 0;
}

/**
 * Runs a development dependency's command with this Node: `node_modules/.bin` holds shell shims on Windows, and `npx`
 * costs half a second.
 */
export function tool(path, args) {
  return run(process.execPath, [join(root, "node_modules", path), ...args]);
}

export const tsc = (...args) => tool("typescript/bin/tsc", args);
export const biome = (...args) => tool("@biomejs/biome/bin/biome", args);
