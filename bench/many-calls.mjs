/** Many calls in one turn, all awaited: P1 with numbers, P2 with objects, P9 on processes. Every contender in a program of its own. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { byHand } from "./contenders/by-hand.mjs";
import { NOT_INSTALLED } from "./contenders/installed.mjs";
import { manycore } from "./contenders/manycore.mjs";
import { peers, processes } from "./contenders/peers.mjs";
import { pythonWays } from "./contenders/python.mjs";
import { interleaved } from "./rounds.mjs";
import { itemsOf, tasks } from "./work.mjs";

const program = fileURLToPath(new URL("programs/burst.mjs", import.meta.url));

/**
 * @param {object} calls
 * @param {string} calls.task
 * @param {"numbers" | "objects"} calls.kind what the items are
 * @param {number} calls.count
 * @param {(answers: unknown[]) => boolean} calls.isRight of Python's answers
 * @param {object[]} [calls.contenders] by default our threads, every peer, and the work by hand
 * @returns {Promise<Record<string, import("./rounds.mjs").Times>>}
 */
export async function manyCalls(calls, { workers, rounds, seconds }) {
  const { task, kind, count, isRight } = calls;
  const { contenders = [manycore, ...peers, ...processes, byHand(kind)] } = calls;
  const ways = {};
  const children = [];
  for (const { name, version } of contenders) {
    if (version === undefined) {
      ways[name] = { absent: NOT_INSTALLED };
      continue;
    }
    const child = fork(program, [name, task, workers, kind, count].map(String), { execArgv: [] });
    children.push(child);
    await answerOf(child);
    ways[name] = { count, run: () => asked(child), isRight: ({ answer }) => answer === "right", ms: ({ ms }) => ms };
  }
  const pythons = pythonWays(workers, {
    question: () => ({ verb: "burst", task, items: kind, count }),
    isRight,
    count,
  });
  const times = await interleaved({ ...ways, ...pythons.ways }, { rounds, seconds, warmMs: 300 });
  for (const child of children) child.kill();
  await pythons.close();
  return times;
}

async function asked(child) {
  child.send("run");
  const answer = await answerOf(child);
  if (answer.failed !== undefined) throw new Error(answer.failed);
  return answer;
}

/** Its next message; fails if it ends instead. */
async function answerOf(child) {
  const ended = new AbortController();
  const exit = once(child, "exit", { signal: ended.signal }).then(([code, signal]) => {
    throw new Error(`it ended (${signal ?? `exit code ${code}`})`);
  });
  try {
    const [message] = await Promise.race([once(child, "message", { signal: ended.signal }), exit]);
    return message;
  } finally {
    exit.catch(() => {});
    ended.abort();
  }
}

/** What the calls of a bar should answer. */
export const answersOf = (task, kind, count) => itemsOf(kind, count).map(tasks[task]);

/** The same bar for every npm peer, however it is set. */
export const everyPeer = (bar) => Object.fromEntries([...peers, ...processes].map(({ name }) => [name, bar]));
