import { share, ThreadPoolExecutor } from "manycore";
import { openSingle } from "../contenders/by-hand.mjs";
import { manycore, manycoreProcesses } from "../contenders/manycore.mjs";
import { asTheyCome, openWays, processes } from "../contenders/peers.mjs";
import { pythonWays } from "../contenders/python.mjs";
import { atMost, bounded, part } from "../part.mjs";
import { interleaved, median } from "../rounds.mjs";
import { square, sum } from "../work.mjs";

/** A big argument: copied, to threads and to processes, and shared. Its first number is another every time: an old copy would be found out. */
export const bar = {
  name: "P7",
  title: "a big argument",
  rounds: 15,
  seconds: 40,
  size: { numbers: 1_000_000, calls: 1000 },

  async measure(settings) {
    return [...(await copied(settings)), await shared(settings)];
  },
};

async function copied({ workers, rounds, seconds, size: { numbers: length } }) {
  const numbers = Float64Array.from({ length }, (_, i) => i);
  const rest = sum(numbers);
  const wayOf = ({ run }) => ({
    run: (index) => {
      numbers[0] = index;
      return run(numbers);
    },
    isRight: (total, index) => total === rest + index,
  });
  const hands = openSingle("sum", workers);
  const opened = await openWays([manycore, manycoreProcesses, ...asTheyCome, ...processes], "sum", workers, wayOf);
  const asked = pythonWays(
    workers,
    {
      question: (first) => ({ verb: "one", task: "sum", items: "array", count: length, first }),
      isRight: (total, index) => total === rest + index,
    },
    ["Python ProcessPoolExecutor"],
  );
  const ways = { ...opened.ways, "by hand": wayOf(hands), ...asked.ways };
  const times = await interleaved(ways, { rounds, seconds: seconds / 2 });
  await Promise.all([opened.close(), hands.close(), asked.close()]);
  const rivals = {
    ...Object.fromEntries([...asTheyCome, ...processes].map(({ name }) => [name, atMost(1.05)])),
    "by hand": atMost(1.05),
    "Python ProcessPoolExecutor": undefined,
  };
  const title = `the sum of a Float64Array of ${(length * 8) / 1e6} MB`;
  const onThreads = { [manycore.name]: atMost(2) };
  return [
    part({ title, unit: "ms", times, ours: manycore.name, rivals }),
    part({ title: `${title}, in processes`, unit: "ms", times, ours: manycoreProcesses.name, rivals: onThreads }),
  ];
}

const ends = (handle) => handle.value[0] + handle.value.at(-1);
const endsOf = (numbers) => numbers[0] + numbers[numbers.length - 1];

/** What sharing costs a call, beside a call with a number: the task looks at two numbers only. */
async function shared({ workers, rounds, seconds, size: { numbers: length, calls } }) {
  const numbers = new Float64Array(new SharedArrayBuffer(length * 8)).map((_, i) => i + 1);
  const onShared = new Float64Array(new SharedArrayBuffer(length * 8));
  onShared.set(numbers);
  const handle = share(numbers);
  const pool = new ThreadPoolExecutor({ maxWorkers: workers });
  await pool.warm();
  const wayOf = (call, expected) => ({
    run: () => p50(call, calls),
    isRight: ({ answer }) => answer === expected,
    ms: ({ ms }) => ms,
  });
  const times = await interleaved(
    {
      number: wayOf(() => pool.submit(square, 9), 81),
      "share(array)": wayOf(() => pool.submit(ends, handle), length + 1),
      "an array on a SharedArrayBuffer": wayOf(() => pool.submit(endsOf, onShared), length + 1),
    },
    { rounds, seconds: seconds / 2, roundMs: 0 },
  );
  await pool.shutdown();

  const number = times.number.samples;
  const figures = Object.entries(times)
    .filter(([name]) => name !== "number")
    .map(([contender, { samples, wrong, failed }]) => ({
      contender,
      isOurs: true,
      bound: 0.05,
      ...(samples.length === 0 || number.length === 0
        ? { wrong, failed }
        : { figure: median(samples) - median(number) }),
    }));
  return bounded({ title: "a call with the same array shared: more than a call with a number", unit: "ms", figures });
}

async function p50(call, calls) {
  const each = [];
  let answer;
  for (let i = 0; i < calls; i++) {
    const started = performance.now();
    answer = await call();
    each.push(performance.now() - started);
  }
  return { answer, ms: median(each) };
}
