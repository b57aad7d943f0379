/** The highest resident memory while something runs, above what it was before. */

const LOOK_MS = 10;

/** @returns {Promise<{ megabytes: number, answer: unknown }>} */
export async function grownBy(run) {
  const before = process.memoryUsage.rss();
  let highest = before;
  const look = () => {
    highest = Math.max(highest, process.memoryUsage.rss());
  };
  const timer = setInterval(look, LOOK_MS);
  const answer = await run(look);
  look();
  clearInterval(timer);
  return { megabytes: (highest - before) / 2 ** 20, answer };
}

/** Timers starve beside a loop of microtasks: look as items pass, too. */
export const LOOK_EVERY = 50_000;

export function* numbers(count) {
  for (let i = 0; i < count; i++) yield i;
}
