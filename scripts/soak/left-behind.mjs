/** What a program has of the system, and must not have when it is done. Where there is no /proc, nothing is asked. */

import { existsSync, readdirSync, readFileSync } from "node:fs";

const isLinux = existsSync("/proc/self/fd");

/** Marks every process that is started with it, and whatever those start. */
export const MARK = `soak-${process.pid}`;

const textOf = (path) => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // it has ended
  }
};

const pids = () =>
  isLinux
    ? readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : [];

/** Pids of the children of this process, dead ones that nobody has waited for too. */
export const children = () =>
  pids().filter((pid) => {
    const stat = textOf(`/proc/${pid}/stat`); // after the name, which may hold anything: state, parent
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === process.pid;
  });

/** Pids of living processes that bear the mark, whoever their parent is now. */
export const marked = () => pids().filter((pid) => textOf(`/proc/${pid}/environ`).split("\0").includes(`SOAK=${MARK}`));

export const descriptors = () => (isLinux ? readdirSync("/proc/self/fd").length : 0);

/** Arenas that are mapped here. */
export const arenas = () => textOf("/proc/self/maps").match(/\/memfd:/g)?.length ?? 0;

export const sharedNames = () => (existsSync("/dev/shm") ? readdirSync("/dev/shm") : []);
