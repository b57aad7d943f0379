import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { NOT_INSTALLED } from "../contenders/installed.mjs";
import { manycore } from "../contenders/manycore.mjs";
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
    const contenders = [manycore, ...asTheyCome];
    const figures = existsSync("/proc/self/task")
      ? await Promise.all(contenders.map((contender) => ticksOf(contender, workers, restMs, watchMs)))
      : contenders.map(({ name }) => ({ contender: name, absent: "there is no /proc to read ticks from" }));
    for (const figure of figures)
      if (figure.contender === manycore.name) Object.assign(figure, { isOurs: true, bound: 0 });
    return [bounded({ title, unit: "ticks", figures })];
  },
};

async function ticksOf({ name, version }, workers, restMs, watchMs) {
  if (version === undefined) return { contender: name, absent: NOT_INSTALLED };
  const program = await started(nodeProgram("idle/idle.mjs", name, String(workers)));
  try {
    if (program.answer.right !== true) return { contender: name, wrong: JSON.stringify(program.answer) };
    await sleep(restMs);
    const before = ticks(program.pid);
    await sleep(watchMs);
    return { contender: name, figure: ticks(program.pid) - before };
  } catch (error) {
    return { contender: name, failed: error.message };
  } finally {
    program.end();
  }
}

/** User and system time of every thread, in ticks of the clock (proc(5): fields 14 and 15, after the name in brackets). */
function ticks(pid) {
  let total = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    total += Number(fields[11]) + Number(fields[12]);
  }
  return total;
}
