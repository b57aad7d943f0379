import { isDeepStrictEqual } from "node:util";
import { openBatches } from "../contenders/by-hand.mjs";
import { everyPeer, manyCalls } from "../many-calls.mjs";
import { atLeast, part } from "../part.mjs";
import { many } from "../units.mjs";
import { relabel } from "../work.mjs";

export const bar = {
  name: "P2",
  title: "many small calls with objects",
  rounds: 9,
  seconds: 70,
  size: { calls: 10_000 },

  async measure(settings) {
    const { calls } = settings.size;
    const items = Array.from({ length: calls }, (_, i) => ({ id: i, name: `name ${i}`, v: [i, i + 1, i + 2] }));
    const expected = items.map(relabel);
    const times = await manyCalls(
      {
        task: "relabel",
        items,
        kind: "objects",
        isRight: (answers) => isDeepStrictEqual(answers, expected),
        openByHand: (task, workers) => openBatches(task, workers, false),
      },
      settings,
    );
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
