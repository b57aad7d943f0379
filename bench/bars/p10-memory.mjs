import { bounded } from "../part.mjs";
import { answerOf, nodeProgram } from "../programs/program.mjs";
import { interleaved, median } from "../rounds.mjs";
import { many } from "../units.mjs";

/** No npm peer takes a generator: beside ours there is only the limit. */
const programs = { manycore: "memory/manycore.mjs", "by hand": "memory/by-hand.mjs" };

export const bar = {
  name: "P10",
  title: "memory over an endless input",
  rounds: 2,
  seconds: 100,
  size: { items: 10_000_000 },

  async measure({ workers, rounds, seconds, size: { items } }) {
    const ways = Object.fromEntries(
      Object.entries(programs).map(([contender, file]) => [
        contender,
        {
          run: () => answerOf(nodeProgram(file, String(items), String(workers))),
          isRight: ({ answer }) => answer === items,
          ms: ({ megabytes }) => megabytes, // a sample of memory, not of time
        },
      ]),
    );
    const grown = await interleaved(ways, { rounds, seconds, warmMs: 0, roundMs: 0 });
    const figures = Object.entries(grown).map(([contender, { samples, wrong, failed }]) => ({
      contender,
      ...(contender === "manycore" ? { isOurs: true, bound: 60, isBelow: true } : {}),
      ...(samples.length === 0 ? { wrong, failed } : { figure: median(samples), samples }),
    }));
    return [
      bounded({
        title: `${many(items)} items from a generator through map: resident memory grows by`,
        unit: "MB",
        figures,
      }),
    ];
  },
};
