/** The other end of `by-hand.mjs`: `workerData` says which task, and what a message is. */

import { parentPort, workerData } from "node:worker_threads";
import { tasks } from "../work.mjs";

const task = tasks[workerData.task];

const answers = {
  one: (argument) => parentPort.postMessage(task(argument)),
  many: (list) => parentPort.postMessage(list.map((argument) => task(argument))),
  /** Numbers in, numbers out, in the memory they came in. */
  packed: (numbers) => {
    for (let i = 0; i < numbers.length; i++) numbers[i] = task(numbers[i]);
    parentPort.postMessage(numbers, [numbers.buffer]);
  },
};

parentPort.on("message", answers[workerData.message]);
