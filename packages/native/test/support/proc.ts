import { readdirSync, readFileSync } from "node:fs";

/** A file of /proc; empty where its process or thread is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The mappings of a file, by its inode, in a process. */
export function mappingsOf(inode: number, pid: number | "self" = "self"): string[] {
  return read(`/proc/${pid}/maps`)
    .split("\n")
    .filter((line) => line.split(/\s+/)[4] === String(inode) && line.includes("rw-s"));
}

/** The processes that have an arena mapped. */
export const holdersOf = (inode: number): string[] =>
  entries("/proc").filter((name) => /^\d+$/.test(name) && mappingsOf(inode, Number(name)).length > 0);

/** The native threads of a process that stand watch, each with how often it has run. */
export function sentriesOf(pid: number | "self" = "self"): { id: string; runs: number }[] {
  const folder = `/proc/${pid}/task`;
  return entries(folder)
    .filter((id) => read(`${folder}/${id}/comm`).trim() === "manycore-watch")
    .map((id) => {
      const switches = [...read(`${folder}/${id}/status`).matchAll(/^(?:non)?voluntary_ctxt_switches:\s*(\d+)$/gm)];
      return { id, runs: switches.reduce((sum, [, times]) => sum + Number(times), 0) };
    });
}
