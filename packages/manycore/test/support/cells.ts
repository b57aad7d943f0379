/**
 * Words that the host and its workers see: how tests watch tasks without a clock. Between threads they are a
 * SharedArrayBuffer; between processes a named segment, which goes by its name.
 */

import { createRequire } from "node:module";
import { resolve } from "node:path";
import { registerClass } from "manycore";

export type Cells = Int32Array<ArrayBufferLike>;

type Native = typeof import("@manycore/native");

/** By way of the package under test, which has it: a test file may lie elsewhere. */
const native = (): Native =>
  createRequire(createRequire(process.argv[1] ?? resolve("package.json")).resolve("manycore/package.json"))(
    "@manycore/native",
  );

/** Words in a named segment. Exported, as is what takes it apart: so workers import them. */
export class NamedCells extends Int32Array<ArrayBuffer> {
  declare segment: string;

  static over(memory: ArrayBuffer, segment: string, length: number): NamedCells {
    return Object.assign(new NamedCells(memory, 0, length), { segment });
  }

  // What is made of it, by map() or slice(), is an array like any other.
  static get [Symbol.species](): Int32ArrayConstructor {
    return Int32Array;
  }
}

/** Every process opens a segment once, so that cells sent twice are the same. */
const opened = new Map<string, NamedCells>();

interface Name {
  readonly segment: string;
  readonly length: number;
}

export const encodeCells = ({ segment, length }: NamedCells): Name => ({ segment, length });

export function decodeCells({ segment, length }: Name): NamedCells {
  let cells = opened.get(segment);
  if (cells === undefined) {
    cells = NamedCells.over(native().openNamed(segment), segment, length);
    opened.set(segment, cells);
  }
  return cells;
}

let isNamed = false;
let count = 0;

/** From now on cells are seen by other processes too. */
export function useNamedCells(): void {
  if (isNamed) return;
  isNamed = true;
  registerClass(NamedCells, { name: "tests.NamedCells", encode: encodeCells, decode: decodeCells });
  process.on("exit", () => {
    for (const segment of opened.keys()) native().unlinkNamed(segment);
  });
}

export function newCells(length: number): Cells {
  if (!isNamed) return new Int32Array(new SharedArrayBuffer(4 * length));
  const segment = `manycore-test-${process.pid}-${count++}`;
  const cells = NamedCells.over(native().createNamed(segment, 4 * length), segment, length);
  opened.set(segment, cells);
  return cells;
}

/** Blocks this thread for a moment, or until the word is another. */
export function pauseWhile(cells: Cells, index: number, value: number): void {
  if (cells.buffer instanceof SharedArrayBuffer) Atomics.wait(cells as Int32Array<SharedArrayBuffer>, index, value);
  else native().futexWait(cells, index, value, 1000);
}

export function wake(cells: Cells, index: number): void {
  if (cells.buffer instanceof SharedArrayBuffer) Atomics.notify(cells, index);
  else native().futexWake(cells, index, Infinity);
}
