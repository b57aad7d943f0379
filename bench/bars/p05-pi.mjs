import { openQueue } from "../contenders/by-hand.mjs";
import { manycore } from "../contenders/manycore.mjs";
import { asTheyCome, burst, openWays } from "../contenders/peers.mjs";
import { atLeast, part } from "../part.mjs";
import { interleaved } from "../rounds.mjs";
import { tasks } from "../work.mjs";

/** Monte Carlo π: work that is long enough for any pool, so that the split is what shows. Python's loops are left out. */
export const bar = {
  name: "P5",
  title: "Monte Carlo π",
  rounds: 10,
  seconds: 80,
  size: { even: 16, uneven: 160 },

  async measure({ workers, rounds, seconds, size }) {
    const settings = { workers, rounds, seconds: seconds / 2 };
    return [
      ...(await split("insideOf5M", size.even, `${size.even} tasks of 5e6 samples`, settings)),
      ...(await split("insideUneven", size.uneven, `${size.uneven} tasks of uneven size, 1 to 100`, settings)),
    ];
  },
};

async function split(task, count, title, { workers, rounds, seconds }) {
  const items = Array.from({ length: count }, (_, i) => i);
  const expected = items.map(tasks[task]);
  const isRight = (counts) => counts.length === count && expected.every((inside, i) => counts[i] === inside);
  const ours = await manycore.open(task, workers);
  const hands = openQueue(task, workers);
  const opened = await openWays(asTheyCome, task, workers, (pool) => ({ run: () => burst(pool, items), isRight }));
  const times = await interleaved(
    {
      "by hand": { run: () => hands.map(items), isRight },
      "manycore, map": { run: () => ours.map(items), isRight },
      "manycore, submit": { run: () => burst(ours, items), isRight },
      ...opened.ways,
    },
    { rounds, seconds },
  );
  await Promise.all([ours.close(), hands.close(), opened.close()]);
  const peers = Object.fromEntries(asTheyCome.map(({ name }) => [name, undefined]));
  const rivals = { "by hand": atLeast(0.95), ...peers };
  return [
    part({ title: `${title}, through map`, unit: "ms", times, ours: "manycore, map", rivals }),
    part({ title: `${title}, through submit`, unit: "ms", times, ours: "manycore, submit", rivals }),
  ];
}
