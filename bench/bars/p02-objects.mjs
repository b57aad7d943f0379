import { isDeepStrictEqual } from "node:util";
import { answersOf, everyPeer, manyCalls } from "../many-calls.mjs";
import { atLeast, part } from "../part.mjs";
import { many } from "../units.mjs";

export const bar = {
  name: "P2",
  title: "many small calls with objects",
  rounds: 9,
  seconds: 70,
  size: { calls: 10_000 },

  async measure(settings) {
    const { calls } = settings.size;
    const expected = answersOf("relabel", "objects", calls);
    const isRight = (answers) => isDeepStrictEqual(answers, expected);
    const times = await manyCalls({ task: "relabel", kind: "objects", count: calls, isRight }, settings);
    const rivals = {
      ...everyPeer(atLeast(10)),
      "Python ProcessPoolExecutor": undefined,
      "Python multiprocessing.Pool": undefined,
      "by hand": atLeast(1),
    };
    const title = `${many(calls)} awaited submits of {id, name, v: [3 numbers]}`;
    return [part({ title, unit: "calls/s", times, ours: "manycore", rivals })];
  },
};
