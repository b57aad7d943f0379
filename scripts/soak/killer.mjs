/** Kills child processes of a pool from outside, whatever they are doing. */

import { children } from "./left-behind.mjs";

/** Calls under way that ask a worker for its pid. */
const ASKING = 24;
const SIGNALS = ["SIGKILL", "SIGSEGV"];

/** Kills `most` children, `perSecond` on average. `next` gives random numbers. */
export function killer(pool, most, perSecond, next) {
  const kills = { SIGKILL: 0, SIGSEGV: 0 };
  /** Processes that have worked: three in a row that die before they are ready break an executor, and rightly so. */
  const known = new Set();
  let asking = 0;
  let isOver = false;

  const pick = (list) => list[Math.floor(next() * list.length)];
  const count = () => kills.SIGKILL + kills.SIGSEGV;

  async function ask() {
    asking++;
    const pid = await pool.submit(() => process.pid).catch(() => undefined); // it may be killed over this
    asking--;
    if (pid !== undefined) known.add(pid);
  }

  async function run() {
    while (count() < most && !isOver) {
      await new Promise((resolve) => setTimeout(resolve, -Math.log(1 - next()) * (1000 / perSecond)));
      while (asking < ASKING) void ask();
      const pid = pick(children().filter((child) => known.has(child)));
      if (pid === undefined) continue;
      const signal = pick(SIGNALS);
      process.kill(pid, signal);
      known.delete(pid);
      kills[signal]++;
    }
  }

  const ended = run();
  return {
    kills,
    count,
    /** Calls of its own that are under way. */
    asking: () => asking,
    async stop() {
      isOver = true;
      await ended;
      while (asking > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    },
  };
}
