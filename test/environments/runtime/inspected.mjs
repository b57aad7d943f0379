/** A program that ships closures round after round, until it is told the last one; for a debugger to look at. */

import { Session } from "node:inspector";
import { ProcessPoolExecutor, ThreadPoolExecutor } from "manycore";

const pool = new (process.env.PROCESSES ? ProcessPoolExecutor : ThreadPoolExecutor)({ maxWorkers: 1 });
const own = process.argv.includes("--session") ? new Session() : undefined;
const heard = [];
if (own !== undefined) {
  own.connect();
  own.on("Debugger.scriptParsed", ({ params }) => heard.push(params.url));
  own.post("Debugger.enable");
  own.post("Runtime.enable");
}

function round(number) {
  const factor = number + 1;
  const scaled = pool.submit((x) => x * factor, 10);
  return scaled; // the line of the breakpoint
}

const results = [];
for (let number = 0; number < 4; number++) results.push(await round(number));

/** A script that appears after all that: is the program's own session still listening? */
let listens;
if (own !== undefined) {
  heard.length = 0;
  await import("data:text/javascript,export const late = 1");
  listens = heard.some((url) => url.includes("late"));
  own.disconnect();
}
await pool.shutdown();
console.log(JSON.stringify({ results, listens }));
