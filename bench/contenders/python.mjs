/** Python's pools: a program that is asked a line at a time and brings its own ms (see `python.py`). */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { NOT_INSTALLED, python, pythonVersion } from "./installed.mjs";

export const program = fileURLToPath(new URL("python.py", import.meta.url));

export const pythons = {
  "Python ProcessPoolExecutor": "futures",
  "Python multiprocessing.Pool": "pool",
};

function openPython(kind, workers) {
  const child = spawn(python, [program, kind, String(workers)], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift().resolve(JSON.parse(line)));
  const ended = new Promise((resolve) => child.once("close", resolve));
  ended.then((code) => {
    for (const { reject } of waiting) reject(new Error(`Python ended with exit code ${code}`));
  });
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/**
 * Ways of Python's pools, all of them or those of the names given.
 * @param {{ question: (run: number) => object, isRight: (answer: unknown, run: number) => boolean, count?: number }} asked
 */
export function pythonWays(workers, { question, isRight, count = 1 }, names = Object.keys(pythons)) {
  const opened = [];
  const ways = {};
  for (const name of names) {
    if (pythonVersion() === undefined) {
      ways[name] = { absent: NOT_INSTALLED };
      continue;
    }
    const pool = openPython(pythons[name], workers);
    opened.push(pool);
    ways[name] = {
      count,
      run: (run) => pool.ask(question(run)),
      isRight: ({ answer }, run) => isRight(answer, run),
      ms: ({ ms }) => ms,
    };
  }
  return { ways, close: () => Promise.all(opened.map((pool) => pool.close())) };
}
