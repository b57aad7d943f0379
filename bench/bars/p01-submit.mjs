import { everyPeer, manyCalls } from "../many-calls.mjs";
import { atLeast, part } from "../part.mjs";
import { many } from "../units.mjs";

export const bar = {
  name: "P1",
  title: "many small calls",
  rounds: 9,
  seconds: 70,
  size: { calls: 10_000 },

  async measure(settings) {
    const { calls } = settings.size;
    const isRight = (answers) => answers.length === calls && answers.every((answer, i) => answer === i * i);
    const times = await manyCalls({ task: "square", kind: "numbers", count: calls, isRight }, settings);
    const rivals = {
      ...everyPeer(atLeast(10)),
      Piscina: atLeast(20),
      "Python ProcessPoolExecutor": atLeast(100),
      "Python multiprocessing.Pool": undefined,
      "by hand": atLeast(0.4),
    };
    return [
      part({ title: `${many(calls)} awaited submits of x * x`, unit: "calls/s", times, ours: "manycore", rivals }),
    ];
  },
};
