/**
 * The catalogue one worker further down: `worker` in a thread of the program's own, `task` in a task, `process` in a task of
 * a process, and `relay` with every function shipped twice, from here to a task and from that task, as it arrived there, to an executor of its own.
 */

import { createRequire } from "node:module";
import { join } from "node:path";
import { isMainThread, Worker } from "node:worker_threads";
import { ProcessPoolExecutor, perWorker, ThreadPoolExecutor } from "manycore";

const [, , folder, how] = process.argv;
const facts = JSON.parse(process.env.FACTS ?? "{}");

async function catalogue(run) {
  const require = createRequire(import.meta.url);
  const { groupsFor } = require(join(folder, "catalogue/index.js"));
  return run(require(join(folder, "catalogue/run.js")), await groupsFor(facts));
}

const onOwnPools = () => catalogue(({ runOnRooms }, groups) => runOnRooms(groups, facts));

async function inTaskOf(outer) {
  try {
    return await outer.submit(onOwnPools);
  } finally {
    await outer.shutdown();
  }
}

const inner = perWorker(
  () => new ThreadPoolExecutor({ maxWorkers: 1 }),
  (pool) => pool.shutdown(),
);

/** The part of an executor that the catalogue uses. */
class Relay {
  #outer;
  #options;

  constructor(outer, options = {}) {
    this.#outer = outer;
    this.#options = options;
  }

  with(options) {
    return new Relay(this.#outer, { ...this.#options, ...options });
  }

  submit(fn, ...args) {
    return this.#outer.submit(
      (pass, options, given) =>
        inner
          .get()
          .with(options)
          .submit(pass, ...given),
      fn,
      this.#options,
      args,
    );
  }

  map(fn, ...rest) {
    return this.#outer.submit(
      (pass, options, given) =>
        inner
          .get()
          .with(options)
          .map(pass, ...given),
      fn,
      this.#options,
      rest,
    );
  }
}

const ways = {
  worker: onOwnPools,
  task: () => inTaskOf(new ThreadPoolExecutor({ maxWorkers: 1 })),
  process: () => inTaskOf(new ProcessPoolExecutor({ maxWorkers: 1 })),
  async relay() {
    const outer = new ThreadPoolExecutor({ maxWorkers: 1 });
    try {
      // The others are about more than the functions that a task gets.
      const names = ["closures", "functions as values", "modules", "packages", "node built-ins", "classes", "syntax"];
      return await catalogue(({ runGroups }, groups) => {
        const wanted = groups.filter(({ name }) => names.includes(name));
        return runGroups(new Relay(outer), wanted, facts);
      });
    } finally {
      await outer.shutdown();
    }
  },
};

if (how === "worker" && isMainThread) new Worker(new URL(import.meta.url), { argv: [folder, how] });
else process.stdout.write(`${JSON.stringify(await ways[how]())}\n`);
