import { NOT_INSTALLED, python, pythonVersion } from "../contenders/installed.mjs";
import { asTheyCome } from "../contenders/peers.mjs";
import { program as pythonProgram, pythons } from "../contenders/python.mjs";
import { atMost, part } from "../part.mjs";
import { answerOf, nodeProgram } from "../programs/program.mjs";
import { interleaved } from "../rounds.mjs";

/** Until the first result: programs of a few lines, each in a process of its own. */
export const bar = {
  name: "P8",
  title: "the first result of a fresh pool",
  rounds: 15,
  seconds: 60,
  size: {},

  async measure({ workers, rounds, seconds }) {
    const way = (words) => ({ run: () => answerOf(words), isRight: ({ answer }) => answer === 9, ms: ({ ms }) => ms });
    const start = (name, ...words) => way(nodeProgram(`start/${name}.mjs`, ...words));
    let last; // one program measures both: a pool, then a bare Worker
    const ways = {
      "a bare Worker": start("bare"),
      "manycore, nothing captured": start("plain"),
      "manycore, a closure": start("closure"),
      "manycore, in a program under way": {
        ...start("later"),
        run: () => (last = answerOf(nodeProgram("start/later.mjs"))),
      },
      "a bare Worker, in a program under way": {
        run: () => ({ answer: last.answer, ms: last.bare }),
        isRight: ({ answer }) => answer === 9,
        ms: ({ ms }) => ms,
      },
    };
    for (const { name, version } of asTheyCome)
      ways[name] = version === undefined ? { absent: NOT_INSTALLED } : start("peer", name);
    for (const [name, kind] of Object.entries(pythons))
      ways[name] =
        pythonVersion() === undefined
          ? { absent: NOT_INSTALLED }
          : way([python, pythonProgram, kind, String(workers), "first"]);
    const times = await interleaved(ways, { rounds, seconds, warmMs: 0, roundMs: 0 });

    const others = Object.fromEntries([...asTheyCome.map(({ name }) => name), ...Object.keys(pythons)].map(none));
    const cold = { "a bare Worker": atMost(1.15), ...others };
    const captured = { "a bare Worker": atMost(1.25) };
    const underWay = { "a bare Worker, in a program under way": atMost(1.15) };
    return [
      part({
        title: "in a program that has just started",
        unit: "ms",
        times,
        ours: "manycore, nothing captured",
        rivals: cold,
      }),
      part({ title: "there, a closure", unit: "ms", times, ours: "manycore, a closure", rivals: captured }),
      part({
        title: "in a program under way, a closure",
        unit: "ms",
        times,
        ours: "manycore, in a program under way",
        rivals: underWay,
      }),
    ];
  },
};

const none = (name) => [name, undefined];
