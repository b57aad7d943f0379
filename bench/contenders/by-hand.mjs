/** The practical limit: the same work over bare `worker_threads`, with the best batching a person would write for it. */

import { Worker } from "node:worker_threads";

const file = new URL("by-hand-worker.mjs", import.meta.url);
/** So many slices a worker: while it computes one, the host packs the next. */
const SLICES = 4;

/** Workers that answer in the order they are asked. */
class Hands {
  constructor(task, workers, message) {
    this.hands = Array.from({ length: workers }, () => {
      const waiting = [];
      const worker = new Worker(file, { workerData: { task, message } });
      worker.on("message", (answer) => waiting.shift()(answer));
      return { worker, waiting };
    });
  }

  /** Calls back with the answer. */
  ask(at, message, transfer, answered) {
    const { worker, waiting } = this.hands[at % this.hands.length];
    waiting.push(answered);
    worker.postMessage(message, transfer);
  }

  async close() {
    await Promise.all(this.hands.map(({ worker }) => worker.terminate()));
  }
}

/** One message a call, to one worker after the other. */
export function openSingle(task, workers) {
  const hands = new Hands(task, workers, "one");
  let turn = 0;
  return {
    run: (argument) => new Promise((resolve) => hands.ask(turn++, argument, [], resolve)),
    close: () => hands.close(),
  };
}

/** What is called in one turn of the event loop goes as one message to each worker, and comes back as one. */
export function openBatches(task, workers, isPacked) {
  const hands = new Hands(task, workers, isPacked ? "packed" : "many");
  let batch = [];
  let resolves = [];

  function send() {
    const [args, calls] = [batch, resolves];
    batch = [];
    resolves = [];
    for (let at = 0; at < workers; at++) {
      const [from, end] = bounds(args.length, workers, at);
      if (from === end) continue;
      const list = args.slice(from, end);
      const message = isPacked ? Float64Array.from(list) : list;
      hands.ask(at, message, isPacked ? [message.buffer] : [], (answers) => {
        for (let i = from; i < end; i++) calls[i](answers[i - from]);
      });
    }
  }

  return {
    run: (argument) =>
      new Promise((resolve) => {
        if (batch.length === 0) queueMicrotask(send);
        batch.push(argument);
        resolves.push(resolve);
      }),
    close: () => hands.close(),
  };
}

const bounds = (length, parts, at) => [Math.floor((length * at) / parts), Math.floor((length * (at + 1)) / parts)];

/** A list cut into slices: as it is (`many`), or as numbers in memory that is handed over (`packed`). */
export function openSlices(task, workers, isPacked) {
  const hands = new Hands(task, workers, isPacked ? "packed" : "many");
  const slices = SLICES * workers;

  const map = (items, Result) =>
    new Promise((resolve) => {
      const results = new Result(items.length);
      let open = slices;
      for (let at = 0; at < slices; at++) {
        const [from, end] = bounds(items.length, slices, at);
        const message = isPacked ? Float64Array.from(items.slice(from, end)) : items.slice(from, end);
        hands.ask(at, message, isPacked ? [message.buffer] : [], (answers) => {
          if (Result === Float64Array) results.set(answers, from);
          else for (let i = from; i < end; i++) results[i] = answers[i - from];
          if (--open === 0) resolve(results);
        });
      }
    });
  return { map, close: () => hands.close() };
}

/** A queue: a worker gets the next item when it has answered. */
export function openQueue(task, workers) {
  const hands = new Hands(task, workers, "one");
  const map = (items) =>
    new Promise((resolve) => {
      const results = new Array(items.length);
      let next = 0;
      let open = items.length;
      const feed = (at) => {
        if (next === items.length) return;
        const index = next++;
        hands.ask(at, items[index], [], (answer) => {
          results[index] = answer;
          feed(at);
          if (--open === 0) resolve(results);
        });
      };
      for (let at = 0; at < workers; at++) feed(at);
    });
  return { map, close: () => hands.close() };
}

/** A slice of numbers a message, handed over and handed back. */
export function openPacked(task, workers) {
  const hands = new Hands(task, workers, "packed");
  let turn = 0;
  return {
    run: (slice) => new Promise((resolve) => hands.ask(turn++, slice, [slice.buffer], resolve)),
    close: () => hands.close(),
  };
}

/** As a contender: batches, packed where they are of numbers. */
export const byHand = (kind) => ({
  name: "by hand",
  version: "this one",
  open: (task, workers) => openBatches(task, workers, kind === "numbers"),
});
