/** The same over bare workers: slices of a fixed size, two for each worker on their way, read in order. */

import { openPacked } from "../../contenders/by-hand.mjs";
import { grownBy, LOOK_EVERY, numbers } from "./resident.mjs";

const SLICE = 4096;

const [items, workers] = process.argv.slice(2).map(Number);
const hands = openPacked("square", workers);
await hands.run(Float64Array.of(1));

async function* squares(input) {
  const out = [];
  let more = true;
  while (more || out.length > 0) {
    while (more && out.length < 2 * workers) {
      const slice = [];
      while (slice.length < SLICE) {
        const { value, done } = input.next();
        if (done) more = false;
        if (done) break;
        slice.push(value);
      }
      out.push(hands.run(Float64Array.from(slice)));
    }
    yield* await out.shift();
  }
}

const grown = await grownBy(async (look) => {
  let next = 0;
  let right = 0;
  for await (const answer of squares(numbers(items))) {
    if (answer === next ** 2) right++;
    if (++next % LOOK_EVERY === 0) look();
  }
  return right;
});
await hands.close();
console.log(JSON.stringify(grown));
