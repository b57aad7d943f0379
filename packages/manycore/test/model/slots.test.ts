import assert from "node:assert/strict";
import { test } from "node:test";
import { claimed, cut, endOf, generationOf, nextOf, pack } from "../../src/ring/slots.ts";

/**
 * The slot protocol, every interleaving. Each side is a list of atomic steps: a load, then a compare-exchange that may
 * fail and start over. A schedule says whose step is next; all schedules are walked.
 */

interface World {
  word: number;
  /** Items the worker has run, in order. */
  ran: number[];
  /** Items the host took back. */
  taken: number[];
  hostEnd: number;
  /** The last cut left nothing to claim. */
  expectsPassed: boolean;
  passed: boolean;
}

interface Side {
  readonly name: string;
  /** One atomic step in the given world; false when the side has ended. */
  step(world: World): boolean;
  clone(): Side;
}

class Worker implements Side {
  readonly name = "worker";
  #seen: number | undefined;
  #over = false;
  readonly #generation: number;
  readonly #want: number;

  constructor(generation: number, want: number, seen?: number, over = false) {
    this.#generation = generation;
    this.#want = want;
    this.#seen = seen;
    this.#over = over;
  }

  step(world: World): boolean {
    if (this.#over) return false;
    if (this.#seen === undefined) {
      this.#seen = world.word; // claim: read
      return true;
    }
    const before = this.#seen;
    this.#seen = undefined;
    const after = claimed(before, this.#generation, this.#want);
    if (after === before) {
      world.passed = true; // nothing left: passed
      this.#over = true;
    } else if (world.word === before) {
      world.word = after; // claim: compare-exchange
      for (let item = nextOf(before); item < nextOf(after); item++) world.ran.push(item);
      this.#over = nextOf(after) === endOf(after);
    }
    return true;
  }

  clone(): Worker {
    return new Worker(this.#generation, this.#want, this.#seen, this.#over);
  }
}

class Host implements Side {
  readonly name = "host";
  readonly #cuts: number[];
  #seen: number | undefined;

  constructor(cuts: readonly number[], seen?: number) {
    this.#cuts = [...cuts];
    this.#seen = seen;
  }

  step(world: World): boolean {
    const keep = this.#cuts[0];
    if (keep === undefined) return false;
    if (this.#seen === undefined) {
      this.#seen = world.word;
      return true;
    }
    const before = this.#seen;
    this.#seen = undefined;
    const after = cut(before, keep);
    if (after !== before && world.word !== before) return true; // lost the race: read again
    if (after !== before) world.word = after;
    for (let item = endOf(after); item < world.hostEnd; item++) world.taken.push(item);
    if (endOf(after) < world.hostEnd && nextOf(after) === endOf(after)) world.expectsPassed = true;
    world.hostEnd = endOf(after);
    this.#cuts.shift();
    return true;
  }

  clone(): Host {
    return new Host(this.#cuts, this.#seen);
  }
}

function walk(
  world: World,
  sides: readonly Side[],
  atEnd: (world: World) => void,
  atEach: (world: World) => void = () => {},
): number {
  atEach(world);
  let ends = 0;
  let anyStepped = false;
  for (let index = 0; index < sides.length; index++) {
    const nextWorld = { ...world, ran: [...world.ran], taken: [...world.taken] };
    const nextSides = sides.map((side) => side.clone());
    if (!(nextSides[index] as Side).step(nextWorld)) continue;
    anyStepped = true;
    ends += walk(nextWorld, nextSides, atEnd, atEach);
  }
  if (anyStepped) return ends;
  atEnd(world);
  return 1;
}

const worldOf = (count: number): World => ({
  word: pack(5, 0, count),
  ran: [],
  taken: [],
  hostEnd: count,
  expectsPassed: false,
  passed: false,
});

for (const [count, want, cuts] of [
  [1, 1, [0]],
  [2, 1, [0]],
  [3, 1, [1]],
  [3, 2, [1, 0]],
  [4, 2, [2, 1]],
  [4, 3, [3, 0]],
] as const) {
  test(`claim and cut: of ${count} items, claimed by ${want}, cut at ${cuts.join(" then ")}, each is run or taken back, once, in every interleaving`, () => {
    const ends = walk(
      worldOf(count),
      [new Worker(5, want), new Host(cuts)],
      ({ ran, taken, word, expectsPassed, passed }) => {
        assert.deepEqual(
          [...ran, ...taken].sort(),
          Array.from({ length: count }, (_, item) => item),
        );
        assert.deepEqual(ran, [...ran].sort(), "the worker runs in order");
        assert.equal(nextOf(word), endOf(word), "nothing is left over");
        assert.equal(passed, expectsPassed, "the host waits for passed exactly when it comes");
      },
    );
    assert.ok(ends > 1, "there was more than one interleaving");
  });
}

test("reuse: a worker that still tries the old generation claims nothing of the new call", () => {
  const word = pack(6, 0, 3);
  assert.equal(claimed(word, 5, 1), word);
});

test("death at any point: published, claimed and unclaimed items are told apart by the word alone", () => {
  let places = 0;
  walk(
    worldOf(4),
    [new Worker(5, 2), new Host([2])],
    () => {},
    ({ word, ran, taken, hostEnd }) => {
      places++;
      const unclaimed = endOf(word) - nextOf(word);
      assert.equal(nextOf(word), ran.length, "what is claimed is what the worker began");
      assert.equal(
        ran.length + unclaimed + taken.length + (hostEnd - endOf(word)),
        4,
        "nothing is in two places or in none",
      );
    },
  );
  assert.ok(places > 10);
});

test("a word keeps generation, next and end apart at their limits", () => {
  const word = pack(63, 8191, 8191);
  assert.deepEqual([generationOf(word), nextOf(word), endOf(word)], [63, 8191, 8191]);
});
