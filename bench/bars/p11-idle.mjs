import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { NOT_INSTALLED } from "../contenders/installed.mjs";
import { manycore, manycoreProcesses } from "../contenders/manycore.mjs";
import { asTheyCome } from "../contenders/peers.mjs";
import { bounded } from "../part.mjs";
import { nodeProgram, started } from "../programs/program.mjs";

/** What idle pools cost: each in a program of its own that does nothing else, all at the same time, looked at from here. */
export const bar = {
  name: "P11",
  title: "idle pools",
  rounds: 1,
  seconds: 40,
  size: { restMs: 25_000, watchMs: 10_000 },

  async measure({ workers, size: { restMs, watchMs } }) {
    const title = `CPU ticks of all threads in ${watchMs / 1000} s, from ${restMs / 1000} s after the last task`;
    const ours = [manycore, manycoreProcesses];
    const contenders = [...ours, ...asTheyCome];
    const figures = existsSync("/proc/self/task")
      ? await Promise.all(contenders.map((contender) => ticksOf(contender, workers, restMs, watchMs)))
      : contenders.map(({ name }) => ({ contender: name, absent: "there is no /proc to read ticks from" }));
    for (const { name } of ours)
      Object.assign(
        figures.find(({ contender }) => contender === name),
        { isOurs: true, bound: 0 },
      );
    return [bounded({ title, unit: "ticks", figures })];
  },
};

async function ticksOf({ name, version }, workers, restMs, watchMs) {
  if (version === undefined) return { contender: name, absent: NOT_INSTALLED };
  const program = await started(nodeProgram("idle/idle.mjs", name, String(workers)));
  try {
    if (program.answer.right !== true) return { contender: name, wrong: JSON.stringify(program.answer) };
    await sleep(restMs);
    const family = [program.pid, ...childrenOf(program.pid)];
    const spent = () => family.reduce((sum, pid) => sum + ticks(pid), 0);
    const before = spent();
    await sleep(watchMs);
    return { contender: name, figure: spent() - before };
  } catch (error) {
    return { contender: name, failed: error.message };
  } finally {
    program.end();
  }
}

const childrenOf = (parent) =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && Number(fields(`/proc/${pid}`)?.[1]) === parent);

/** User and system time of every thread, in ticks of the clock. */
function ticks(pid) {
  let total = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [utime, stime] = fields(`/proc/${pid}/task/${thread}`)?.slice(11) ?? [0, 0];
    total += Number(utime) + Number(stime);
  }
  return total;
}

/** Of its `stat` (proc(5)), those after the name in brackets: state, parent, …; undefined where it has ended. */
function fields(folder) {
  try {
    const stat = readFileSync(`${folder}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
