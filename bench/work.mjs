/** What every contender is asked to do. Each task takes one argument, so that it fits every pool. */

export const square = (x) => x * x;

/** A small object in, another out. */
export const relabel = ({ id, name, v }) => ({ id: id + 1, name: `${name}!`, v: [v[2], v[0], v[1]] });

/** So many arguments of a kind. */
export const itemsOf = (kind, count) =>
  Array.from({ length: count }, (_, i) =>
    kind === "numbers" ? i : { id: i, name: `name ${i}`, v: [i, i + 1, i + 2] },
  );

export function sum(numbers) {
  let total = 0;
  for (let i = 0; i < numbers.length; i++) total += numbers[i];
  return total;
}

/** Points of a xorshift generator that fall inside the circle. Exact: the same seed gives the same count. */
export function inside(seed, samples) {
  let state = seed | 1;
  let count = 0;
  for (let i = 0; i < samples; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const x = state / 2 ** 31;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const y = state / 2 ** 31;
    if (x * x + y * y < 1) count++;
  }
  return count;
}

/** Below 2 ** 31, as the generator takes it. */
const seedOf = (index) => ((index + 1) * 2654435761) % 2 ** 31;

/** Tasks of one size each, by their index. */
export const insideOf5M = (index) => inside(seedOf(index), 5_000_000);
export const insideOf100k = (index) => inside(seedOf(index), 100_000);
export const insideOf100 = (index) => inside(seedOf(index), 100);

/** From 1 to 100 units of 10,000 samples, big and small in no order: 37 and 100 have no common divisor. */
export const unevenSamples = (index) => 10_000 * (1 + ((index * 37) % 100));
export const insideUneven = (index) => inside(seedOf(index), unevenSamples(index));

/** Says that it runs, and hears nothing any more. */
export function deaf(running) {
  Atomics.store(running, 0, 1);
  for (;;);
}

/** By name. */
export const tasks = { square, relabel, sum, insideOf5M, insideOf100k, insideOf100, insideUneven, deaf };
