import { openQueue } from "../contenders/by-hand.mjs";
import { manycore } from "../contenders/manycore.mjs";
import { asTheyCome, burst, openWays } from "../contenders/peers.mjs";
import { pythonWays } from "../contenders/python.mjs";
import { atMost, part } from "../part.mjs";
import { interleaved } from "../rounds.mjs";
import { many as inWords } from "../units.mjs";
import { tasks } from "../work.mjs";

const MANY = "insideOf100";
const FEW = "insideOf100k";

/** The same samples as many small jobs and as a few big ones: nobody should have to choose a chunksize. */
export const bar = {
  name: "P6",
  title: "many small jobs against a few big ones, no chunksize given",
  rounds: 15,
  seconds: 45,
  size: { many: 10_000, few: 10 },

  async measure({ workers, rounds, seconds, size }) {
    const sides = await Promise.all([sideOf(MANY, size.many, workers), sideOf(FEW, size.few, workers)]);
    const times = await interleaved(Object.assign({}, ...sides.map(({ ways }) => ways)), { rounds, seconds });
    await Promise.all(sides.map(({ close }) => close()));

    const [many, few] = sides.map(({ title }) => title);
    const inBoth = ["Python multiprocessing.Pool", ...asTheyCome.map(({ name }) => name)];
    const rivals = (title) => Object.fromEntries(inBoth.map((name) => [`${name}, ${title}`, undefined]));
    return [
      part({
        title: `${many} through map`,
        unit: "ms",
        times,
        ours: `manycore, ${many}`,
        rivals: { [`manycore, ${few}`]: atMost(1.1), [`by hand, ${many}`]: undefined, ...rivals(many) },
      }),
      part({
        title: `${few} through map`,
        unit: "ms",
        times,
        ours: `manycore, ${few}`,
        rivals: { [`by hand, ${few}`]: atMost(1.15), ...rivals(few) },
      }),
    ];
  },
};

async function sideOf(task, count, workers) {
  const title = `${inWords(count)} jobs of ${task === MANY ? "100" : "100,000"} samples`;
  const items = Array.from({ length: count }, (_, i) => i);
  const expected = items.map(tasks[task]);
  const isRight = (counts) => counts.length === count && expected.every((inside, i) => counts[i] === inside);
  const ours = await manycore.open(task, workers);
  const hands = openQueue(task, workers);
  const opened = await openWays(asTheyCome, task, workers, (pool) => ({ run: () => burst(pool, items), isRight }));
  const asked = pythonWays(workers, { question: () => ({ verb: "map", task, items: "numbers", count }), isRight }, [
    "Python multiprocessing.Pool",
  ]);
  const ways = {
    manycore: { run: () => ours.map(items), isRight },
    "by hand": { run: () => hands.map(items), isRight },
    ...opened.ways,
    ...asked.ways,
  };
  return {
    title,
    ways: Object.fromEntries(Object.entries(ways).map(([name, way]) => [`${name}, ${title}`, way])),
    close: () => Promise.all([ours, hands, opened, asked].map((each) => each.close())),
  };
}
