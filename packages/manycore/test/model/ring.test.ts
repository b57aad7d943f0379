/**
 * Every interleaving of a writer and a reader over a small ring, step by step as src/ring/README.md numbers them. A state
 * is plain data; a step makes the next one; all states that can be reached are looked at once.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hasRoom, moved, sizeOf, skipBefore } from "../../src/ring/steps.ts";

type WriterAt = "reserve" | "write" | "publish" | "wake" | "full" | "look again" | "asleep" | "done" | "dead";
type ReaderAt = "look" | "read" | "release" | "notify" | "park" | "look again" | "asleep" | "dead";

interface State {
  /** Shared memory. Of the data, each word: a record's number and whether it is its length, or garbage. */
  readonly tail: number;
  readonly head: number;
  readonly parked: boolean;
  readonly waiting: boolean;
  readonly words: readonly string[];
  /** Wake-ups sent and not yet heard. */
  readonly wakes: number;
  readonly writer: {
    readonly at: WriterAt;
    readonly next: number;
    readonly position: number;
    readonly seen: number;
    readonly sinceWake: number;
  };
  readonly reader: {
    readonly at: ReaderAt;
    readonly next: number;
    readonly position: number;
    readonly seen: number;
  };
}

interface Setup {
  readonly capacity: number;
  /** Lengths of the records, in bytes. */
  readonly records: readonly number[];
  /** Records published before each wake-up. */
  readonly batch: number;
  readonly dies?: "writer" | "reader";
  /** Steps that are done wrong, to see that the walk would find it. */
  readonly wrong?: Wrong;
}

const WRONGS = [
  "park without a second look",
  "sleep without a second look",
  "compare with a later head",
  "publish before writing",
  "no skip",
] as const;
type Wrong = (typeof WRONGS)[number];

const start = ({ capacity }: Setup): State => ({
  tail: 0,
  head: 0,
  parked: false,
  waiting: false,
  words: new Array<string>(capacity / 4).fill("?"),
  wakes: 0,
  writer: { at: "reserve", next: 0, position: 0, seen: 0, sinceWake: 0 },
  reader: { at: "look", next: 0, position: 0, seen: 0 },
});

const SKIP = "skip";

function written(state: State, setup: Setup, from: number, record: number): readonly string[] {
  const words = [...state.words];
  const size = sizeOf(setup.records[record] as number);
  for (let word = 0; word < size / 4; word++) words[((from & (setup.capacity - 1)) >> 2) + word] = `${record}.${word}`;
  return words.slice(0, setup.capacity / 4);
}

/** What the writer can do now: one step, or none. */
function writerSteps(state: State, setup: Setup): State[] {
  const { writer } = state;
  const { capacity, records, batch, wrong } = setup;
  const go = (at: WriterAt, more: Partial<State["writer"]> = {}, shared: Partial<State> = {}): State => ({
    ...state,
    ...shared,
    writer: { ...writer, at, ...more },
  });
  const length = records[writer.next] as number;
  const size = sizeOf(length);
  switch (writer.at) {
    case "reserve": {
      if (writer.next === records.length) return writer.sinceWake > 0 ? [go("wake")] : [go("done")];
      const skip = wrong === "no skip" ? 0 : skipBefore(writer.position, size, capacity);
      const fits = (head: number) => hasRoom(writer.position, head, skip + size, capacity);
      const seen = fits(writer.seen) ? writer.seen : state.head;
      if (!fits(seen)) return [go(writer.sinceWake > 0 ? "wake" : "full", { seen })];
      if (skip === 0) return [go("write", { seen })];
      const words = [...state.words];
      words[(writer.position & (capacity - 1)) >> 2] = SKIP;
      return [go("write", { seen, position: moved(writer.position, skip) }, { words })];
    }
    case "write":
      if (wrong === "publish before writing") return [go("publish", {}, { tail: moved(writer.position, size) })];
      return [go("publish", {}, { words: written(state, setup, writer.position, writer.next) })];
    case "publish": {
      const position = moved(writer.position, size);
      const words =
        wrong === "publish before writing" ? written(state, setup, writer.position, writer.next) : state.words;
      const sinceWake = writer.sinceWake + 1;
      const at = sinceWake === batch ? "wake" : "reserve";
      return [go(at, { position, next: writer.next + 1, sinceWake }, { tail: position, words })];
    }
    case "wake":
      return [go("reserve", { sinceWake: 0 }, { parked: false, wakes: state.wakes + (state.parked ? 1 : 0) })];
    case "full":
      if (wrong === "compare with a later head") return [go("look again", { seen: state.head }, { waiting: true })];
      return [go(wrong === "sleep without a second look" ? "asleep" : "look again", {}, { waiting: true })];
    case "look again":
      if (state.head !== writer.seen) return [go("reserve", {}, { waiting: false })];
      return [go("asleep")];
    default:
      return []; // asleep until the reader notifies, done, or dead
  }
}

/** What the reader can do now. Reading checks that the record is whole and the right one. */
function readerSteps(state: State, setup: Setup): State[] {
  const { reader } = state;
  const { capacity, records, wrong } = setup;
  const go = (at: ReaderAt, more: Partial<State["reader"]> = {}, shared: Partial<State> = {}): State => ({
    ...state,
    ...shared,
    reader: { ...reader, at, ...more },
  });
  const size = sizeOf(records[reader.next] as number);
  switch (reader.at) {
    case "look": {
      const seen = reader.seen === reader.position ? state.tail : reader.seen;
      return [go(seen === reader.position ? "park" : "read", { seen })];
    }
    case "read": {
      const place = reader.position & (capacity - 1);
      if (state.words[place >> 2] === SKIP) return [go("look", { position: moved(reader.position, capacity - place) })];
      for (let word = 0; word < size / 4; word++)
        assert.equal(
          state.words[(place >> 2) + word],
          `${reader.next}.${word}`,
          "a record is whole and comes in order",
        );
      return [go("release")];
    }
    case "release": {
      const position = moved(reader.position, size);
      return [go("notify", { position, next: reader.next + 1 }, { head: position })];
    }
    case "notify": {
      if (!state.waiting || state.writer.at !== "asleep") return [go("look")];
      const woken = { ...state.writer, at: "reserve" as const };
      return [go("look", {}, { waiting: false, writer: woken })];
    }
    case "park":
      return [go(wrong === "park without a second look" ? "asleep" : "look again", {}, { parked: true })];
    case "look again":
      if (state.tail !== reader.position) return [go("look", {}, { parked: false })];
      return [go("asleep")];
    case "asleep":
      return state.wakes > 0 ? [go("look", {}, { wakes: state.wakes - 1, parked: false })] : [];
    default:
      return [];
  }
}

function deaths(state: State, { dies }: Setup): State[] {
  if (dies === "writer" && state.writer.at !== "dead" && state.writer.at !== "done")
    return [{ ...state, writer: { ...state.writer, at: "dead" } }];
  if (dies === "reader" && state.reader.at !== "dead") return [{ ...state, reader: { ...state.reader, at: "dead" } }];
  return [];
}

/** Looks at every state that can be reached; `ends` are those in which nobody can do anything any more. */
function walk(setup: Setup): { states: number; ends: State[] } {
  const seen = new Set<string>();
  const open = [start(setup)];
  const ends: State[] = [];
  while (open.length > 0) {
    const state = open.pop() as State;
    const key = JSON.stringify(state);
    if (seen.has(key)) continue;
    seen.add(key);
    const steps = [...writerSteps(state, setup), ...readerSteps(state, setup)];
    if (steps.length === 0) ends.push(state);
    open.push(...steps, ...deaths(state, setup));
  }
  return { states: seen.size, ends };
}

/** Capacities and records that fill the ring, wrap, and leave an empty end; no record larger than half of it. */
const SETUPS: readonly Setup[] = [32, 64].flatMap((capacity) =>
  [
    [8, 8, 8, 8, 8],
    [16, 8, 16, 8, 16],
    [16, 16, 16, 16],
    [24, 16, 24, 8, 16],
    [1, 24, 3, 16, 24],
    [0, 0, 0, 0, 0, 0, 0],
  ]
    .filter((records) => 2 * sizeOf(Math.max(...records)) <= capacity)
    .flatMap((records) => [1, 2, 3].map((batch) => ({ capacity, records, batch }))),
);

describe("a ring, in every interleaving", () => {
  for (const setup of SETUPS) {
    const name = `${setup.capacity} bytes, records of ${setup.records.join(" ")}, woken every ${setup.batch}`;

    test(`${name}: all records come, and nobody sleeps for ever`, () => {
      const { states, ends } = walk(setup);
      assert.ok(states > 50);
      assert.ok(ends.length > 0);
      for (const { writer, reader } of ends)
        assert.deepEqual([writer.at, reader.at, reader.next], ["done", "asleep", setup.records.length]);
    });

    test(`${name}: the writer dies`, () => {
      for (const { writer, reader, tail, parked } of walk({ ...setup, dies: "writer" }).ends) {
        // The owner of the lane reads to the tail when the writer is gone: that is all that was published.
        if (writer.at === "dead") assert.ok(reader.at === "asleep" && (parked || tail === reader.position));
        else assert.equal(reader.next, setup.records.length);
      }
    });

    test(`${name}: the reader dies`, () => {
      for (const { writer, reader } of walk({ ...setup, dies: "reader" }).ends)
        assert.ok(reader.at !== "dead" || writer.at === "asleep" || writer.at === "done");
    });
  }

  for (const wrong of WRONGS) {
    test(`the walk finds a fault: ${wrong}`, () => {
      assert.throws(() => {
        for (const setup of SETUPS) {
          for (const { writer, reader } of walk({ ...setup, wrong }).ends)
            assert.deepEqual([writer.at, reader.at, reader.next], ["done", "asleep", setup.records.length]);
        }
      }, assert.AssertionError);
    });
  }
});
