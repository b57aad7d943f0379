import { openSlices } from "../contenders/by-hand.mjs";
import { manycore } from "../contenders/manycore.mjs";
import { burst, openWays, peers, processes } from "../contenders/peers.mjs";
import { pythonWays } from "../contenders/python.mjs";
import { atLeast, part } from "../part.mjs";
import { interleaved } from "../rounds.mjs";
import { many } from "../units.mjs";

const PYTHON = "Python multiprocessing.Pool";
const FUTURES = "Python ProcessPoolExecutor";

/** No npm peer cuts a list into chunks: what they take for an item is measured over fewer. */
export const bar = {
  name: "P4",
  title: "map over a long list, no chunksize given",
  rounds: 9,
  seconds: 75,
  size: { items: 1_000_000, peerItems: 10_000, futuresItems: 10_000 },

  async measure({ workers, rounds, seconds, size: { items: count, peerItems, futuresItems } }) {
    const list = Array.from({ length: count }, (_, i) => i);
    const packed = Float64Array.from(list);
    const few = list.slice(0, peerItems);
    const isRight = (length) => (answers) => {
      if (answers.length !== length) return false;
      for (let i = 0; i < length; i++) if (answers[i] !== i * i) return false;
      return true;
    };
    const whole = (run) => ({ count, run, isRight: isRight(count) });

    const ours = await manycore.open("square", workers);
    const [cloned, transferred] = [openSlices("square", workers, false), openSlices("square", workers, true)];
    const peerWays = await openWays([...peers, ...processes], "square", workers, (pool, { atATime }) => ({
      count: peerItems,
      run: () => pool.map?.(few) ?? burst(pool, few, atATime),
      isRight: isRight(peerItems),
    }));
    const ask = (name, length) =>
      pythonWays(
        workers,
        {
          question: () => ({ verb: "map", task: "square", items: "numbers", count: length }),
          isRight: isRight(length),
          count: length,
        },
        [name],
      );
    const [pool, futures] = [ask(PYTHON, count), ask(FUTURES, futuresItems)];

    const times = await interleaved(
      {
        "manycore, an array": whole(() => ours.map(list)),
        "manycore, a Float64Array": whole(() => ours.map(packed)),
        ...pool.ways,
        "by hand, arrays cloned": whole(() => cloned.map(list, Array)),
        "by hand, array packed and handed over": whole(() => transferred.map(list, Array)),
        "by hand, Float64Array": whole(() => transferred.map(packed, Float64Array)),
        ...peerWays.ways,
        ...futures.ways,
      },
      { rounds, seconds },
    );
    await Promise.all([ours, cloned, transferred, peerWays, pool, futures].map((each) => each.close()));

    return [
      part({
        title: `map(x * x) over an array of ${many(count)} (npm peers: ${many(peerItems)}, a task an item)`,
        unit: "items/s",
        times,
        ours: "manycore, an array",
        rivals: {
          ...Object.fromEntries([...peers, ...processes].map(({ name }) => [name, undefined])),
          [PYTHON]: atLeast(2),
          [FUTURES]: undefined,
          "by hand, arrays cloned": undefined,
          "by hand, array packed and handed over": undefined,
        },
      }),
      part({
        title: `map(x * x) over a Float64Array of ${many(count)}`,
        unit: "items/s",
        times,
        ours: "manycore, a Float64Array",
        rivals: { [PYTHON]: atLeast(5), "by hand, Float64Array": undefined },
      }),
    ];
  },
};
