/**
 * A gate in shared memory: tasks come in and wait, the test looks and opens. So a test knows what runs without a clock.
 * The tasks here are exported, so workers import this module instead of getting its text.
 */

import { type Cells, newCells, pauseWhile, wake } from "./cells.ts";

/** Words of a gate: how many tasks came in, whether it is open, how many went out, and one that tests may use. */
const ENTERED = 0;
const OPEN = 1;
const LEFT = 2;
const SPARE = 3;

export type Gate = Cells;

export const newGate = (): Gate => newCells(4);

/** Task: come in, block the thread until the gate is open, give `value` back. */
export function pass<T>(gate: Gate, value: T): T {
  Atomics.add(gate, ENTERED, 1);
  blockUntilOpen(gate);
  Atomics.add(gate, LEFT, 1);
  return value;
}

/** Task: block the thread until the gate is open. */
export function blockUntilOpen(gate: Gate): void {
  while (Atomics.load(gate, OPEN) === 0) pauseWhile(gate, OPEN, 0);
}

/** Task: the same without blocking the thread. */
export async function passAsync<T>(gate: Gate, value: T): Promise<T> {
  Atomics.add(gate, ENTERED, 1);
  while (Atomics.load(gate, OPEN) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  Atomics.add(gate, LEFT, 1);
  return value;
}

/** Task: leave a mark that it ran; gives how many ran before it. */
export const mark = (gate: Gate): number => Atomics.add(gate, SPARE, 1);

/** Task: a loop that listens to nobody. */
export function spin(gate: Gate): never {
  Atomics.add(gate, ENTERED, 1);
  for (;;) Atomics.load(gate, OPEN);
}

export function open(gate: Gate): void {
  Atomics.store(gate, OPEN, 1);
  wake(gate, OPEN);
}

/** How many tasks have left their mark. */
export const marks = (gate: Gate): number => Atomics.load(gate, SPARE);

/** How many tasks went out. */
export const leftCount = (gate: Gate): number => Atomics.load(gate, LEFT);

/** How many tasks came in. */
export const enteredCount = (gate: Gate): number => Atomics.load(gate, ENTERED);

/** Resolves when `count` tasks have come in. */
export const entered = (gate: Gate, count = 1): Promise<void> => until(() => enteredCount(gate) >= count);

/** Resolves when `holds()` does, looking every ms; rejects when it has not after 15 s, so that no test looks for ever. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never came true: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Resolves after some turns of the event loop, in which whatever was wrongly under way would have shown. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
