/** The same over bare workers: slices of a fixed size, two for each worker on their way, read in order. */

import { openPacked } from "../../contenders/by-hand.mjs";
import { grownBy, LOOK_EVERY, numbers } from "./resident.mjs";

const SLICE = 4096;

const [items, workers] = process.argv.slice(2).map(Number);
const hands = openPacked("square", workers);
await hands.run(Float64Array.of(1));

/** The next slice of a generator; empty at its end. */
function slice(input) {
  const taken = [];
  while (taken.length < SLICE) {
    const { value, done } = input.next();
    if (done) break;
    taken.push(value);
  }
  return Float64Array.from(taken);
}

const grown = await grownBy(async (look) => {
  const input = numbers(items);
  const out = [];
  let next = 0;
  let right = 0;
  for (;;) {
    while (out.length < 2 * workers) out.push(hands.run(slice(input)));
    const answers = await out.shift();
    if (answers.length === 0) return right;
    for (const answer of answers) {
      if (answer === next ** 2) right++;
      if (++next % LOOK_EVERY === 0) look();
    }
  }
});
await hands.close();
console.log(JSON.stringify(grown));
