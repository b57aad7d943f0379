import { openSingle } from "../contenders/by-hand.mjs";
import { manycore } from "../contenders/manycore.mjs";
import { openWays, peers, processes } from "../contenders/peers.mjs";
import { pythonWays } from "../contenders/python.mjs";
import { atLeast, part } from "../part.mjs";
import { interleaved, median } from "../rounds.mjs";
import { many } from "../units.mjs";

const contenders = [...peers.filter(({ atATime }) => atATime === undefined), ...processes];

export const bar = {
  name: "P3",
  title: "one call at a time",
  rounds: 12,
  seconds: 45,
  size: { calls: 1000 },

  async measure({ workers, rounds, seconds, size: { calls } }) {
    const wayOf = (pool) => ({ run: () => oneAtATime(pool, calls), isRight, ms: ({ each }) => median(each) });
    const isRight = ({ answers }) => answers.length === calls && answers.every((answer, i) => answer === i * i);
    const opened = await openWays([manycore, ...contenders], "square", workers, wayOf);
    const hands = openSingle("square", 1);
    const asked = pythonWays(workers, {
      question: () => ({ verb: "latency", task: "square", items: "numbers", count: calls }),
      isRight: (answers) => isRight({ answers }),
    });
    const times = await interleaved(
      { ...opened.ways, "by hand": wayOf(hands), ...asked.ways },
      { rounds, seconds, roundMs: 0 },
    );
    await Promise.all([opened.close(), asked.close(), hands.close()]);

    const rivals = {
      ...Object.fromEntries(contenders.map(({ name }) => [name, atLeast(5)])),
      "Python ProcessPoolExecutor": undefined,
      "Python multiprocessing.Pool": undefined,
      "by hand": undefined,
    };
    const title = `one call of x * x at a time, p50 of ${many(calls)}`;
    return [part({ title, unit: "µs", times, ours: "manycore", rivals, bestRounds: true })];
  },
};

async function oneAtATime({ run }, calls) {
  const answers = [];
  const each = [];
  for (let i = 0; i < calls; i++) {
    const started = performance.now();
    answers.push(await run(i));
    each.push(performance.now() - started);
  }
  return { answers, each };
}
