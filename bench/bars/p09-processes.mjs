import { manycore, manycoreProcesses } from "../contenders/manycore.mjs";
import { processes } from "../contenders/peers.mjs";
import { manyCalls } from "../many-calls.mjs";
import { atLeast, part } from "../part.mjs";
import { many } from "../units.mjs";

/** P1 on processes. */
export const bar = {
  name: "P9",
  title: "many small calls to processes",
  rounds: 9,
  seconds: 40,
  size: { calls: 10_000 },

  async measure(settings) {
    const { calls } = settings.size;
    const isRight = (answers) => answers.length === calls && answers.every((answer, i) => answer === i * i);
    const contenders = [manycoreProcesses, ...processes, manycore];
    const times = await manyCalls({ task: "square", kind: "numbers", count: calls, isRight, contenders }, settings);
    const rivals = {
      "workerpool, processes": atLeast(30),
      "Tinypool, processes": undefined,
      "Python ProcessPoolExecutor": atLeast(60),
      "Python multiprocessing.Pool": undefined,
      [manycore.name]: undefined,
    };
    const title = `${many(calls)} awaited submits of x * x to processes`;
    return [part({ title, unit: "calls/s", times, ours: manycoreProcesses.name, rivals })];
  },
};
