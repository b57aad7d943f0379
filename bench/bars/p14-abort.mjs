import { Worker } from "node:worker_threads";
import { ThreadPoolExecutor } from "manycore";
import { NOT_INSTALLED } from "../contenders/installed.mjs";
import { asTheyCome } from "../contenders/peers.mjs";
import { atMost, part } from "../part.mjs";
import { interleaved } from "../rounds.mjs";
import { deaf, square } from "../work.mjs";

/** A task that hears nothing is aborted: until the next one has run, on one worker. poolifier does not stop such a task. */
export const bar = {
  name: "P14",
  title: "abort of a deaf task",
  rounds: 15,
  seconds: 40,
  size: {},

  async measure({ rounds, seconds }) {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    await pool.warm();
    const isRight = ({ answer }) => answer === 9;
    const ms = ({ ms }) => ms;
    const ways = { "a bare Worker's start": { run: bareStart, isRight, ms } };
    ways.manycore = { run: () => ours(pool), isRight, ms };
    for (const { name, version } of asTheyCome.filter((contender) => stops[contender.name] !== undefined))
      ways[name] = version === undefined ? { absent: NOT_INSTALLED } : { run: stops[name], isRight, ms };
    const times = await interleaved(ways, { rounds, seconds, warmMs: 100, roundMs: 0 });
    await pool.shutdown();

    const peers = Object.fromEntries(Object.keys(stops).map((name) => [name, undefined]));
    const rivals = { "a bare Worker's start": atMost(1.2), ...peers };
    const title = "from the abort of a task in an endless loop to the next result";
    return [part({ title, unit: "ms", times, ours: "manycore", rivals })];
  },
};

const source = `const { parentPort } = require("node:worker_threads");
parentPort.on("message", (x) => parentPort.postMessage(x * x));`;

async function bareStart() {
  const started = performance.now();
  const worker = new Worker(source, { eval: true });
  worker.postMessage(3);
  const answer = await new Promise((resolve) => worker.once("message", resolve));
  const ms = performance.now() - started;
  await worker.terminate();
  return { answer, ms };
}

const flag = () => new Int32Array(new SharedArrayBuffer(4));

/** The loop runs. */
async function runs(running) {
  while (Atomics.load(running, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Starts the deaf task, waits until it runs, stops it, and runs the next. */
async function stopped(start, stop, next) {
  const running = flag();
  const ended = Promise.resolve(start(running)).then(
    () => "it ended",
    () => "stopped",
  );
  await runs(running);
  const started = performance.now();
  stop();
  const answer = await next();
  const ms = performance.now() - started;
  if ((await ended) !== "stopped") throw new Error("the deaf task ended by itself");
  return { answer, ms };
}

function ours(pool) {
  const aborter = new AbortController();
  return stopped(
    (running) => pool.with({ signal: aborter.signal, grace: 0 }).submit(deaf, running),
    () => aborter.abort(),
    () => pool.submit(square, 3),
  );
}

const filename = new URL("../work.mjs", import.meta.url).href;

async function withSignal(pool) {
  const aborter = new AbortController();
  try {
    return await stopped(
      (running) => pool.run(running, { name: "deaf", signal: aborter.signal }),
      () => aborter.abort(),
      () => pool.run(3, { name: "square" }),
    );
  } finally {
    await pool.destroy();
  }
}

const stops = {
  async Piscina() {
    const { Piscina } = await import("piscina");
    return withSignal(new Piscina({ filename, minThreads: 1, maxThreads: 1 }));
  },
  async Tinypool() {
    const { Tinypool } = await import("tinypool");
    return withSignal(new Tinypool({ filename, minThreads: 1, maxThreads: 1 }));
  },
  async workerpool() {
    const { default: workerpool } = await import("workerpool");
    const script = new URL("../contenders/workerpool-worker.mjs", import.meta.url);
    const pool = workerpool.pool(script.pathname, { workerType: "thread", maxWorkers: 1 });
    let call;
    try {
      return await stopped(
        (running) => {
          call = pool.exec("deaf", [running]);
          return call;
        },
        () => call.cancel(),
        () => pool.exec("square", [3]),
      );
    } finally {
      await pool.terminate(true);
    }
  },
};
