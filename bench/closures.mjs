/**
 * What captured variables cost (P15): closures beside a function without any, over a `share`d Map, over the plain Map,
 * and a thousand closures that are all new, beside the bare protocol calls that read one. Interleaved rounds, medians.
 * `node bench/closures.mjs [rounds]`.
 */

import { Session } from "node:inspector";
import { availableParallelism } from "node:os";
import { serialize } from "node:v8";
import { capture, share, ThreadPoolExecutor } from "manycore";

process.removeAllListeners("warning"); // the plain Map earns its warning, which is part of what is measured
process.on("warning", () => {});

const ROUNDS = Number(process.argv[2] ?? 10);
const CALLS = 10_000;
const NEW = 1000;

const k = 3;
const big = new Map(Array.from({ length: 200_000 }, (_, i) => [i, `value ${i} of a Map of some ten megabytes`]));
const shared = share(big);

const square = (x) => x * x;
const overShared = (x) => x * k + shared.value.size;
const overMap = (x) => x * k + big.size;
const makeClosure = (factor) => (x) => x * factor;
const scale = ({ factor }, x) => x * factor;

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });

/** Submits in one turn, awaits all, and checks the last answer. */
async function burst(count, functionAt, expected) {
  const values = await Promise.all(Array.from({ length: count }, (_, i) => pool.submit(functionAt(i), i)));
  if (values.at(-1) !== expected) throw new Error(`${values.at(-1)} instead of ${expected}`);
}

const session = new Session();
session.connect();
const box = {};
globalThis.benchBox = box;

function post(method, parameters) {
  let result;
  session.post(method, parameters, (error, value) => {
    if (error) throw new Error(error.message);
    result = value;
  });
  return result;
}

/** The least that has to be asked to see what a closure has captured. */
function readByHand(fn) {
  box.fn = fn;
  const { result } = post("Runtime.evaluate", { expression: "benchBox.fn", objectGroup: "bench" });
  const { internalProperties } = post("Runtime.getProperties", { objectId: result.objectId, ownProperties: true });
  const scopes = internalProperties.find(({ name }) => name === "[[Scopes]]").value.objectId;
  const functionDeclaration = "function () { benchBox.scopes = Array.from(this); }";
  post("Runtime.callFunctionOn", { objectId: scopes, functionDeclaration, objectGroup: "bench" });
  return box.scopes;
}

function readAll() {
  for (let i = 0; i < NEW; i++)
    if (readByHand(makeClosure(i))[0].object.factor !== i) throw new Error("wrong variable");
  post("Runtime.releaseObjectGroup", { objectGroup: "bench" });
}

const last = CALLS - 1;
const ways = {
  square: () => burst(CALLS, () => square, last ** 2),
  "over share": () => burst(CALLS, () => overShared, last * k + big.size),
  "over the Map": () => burst(CALLS, () => overMap, last * k + big.size),
  "encode the Map (v8)": async () => serialize(big),
  "new closures": () => burst(NEW, makeClosure, (NEW - 1) ** 2),
  "new captures": () => burst(NEW, (factor) => capture({ factor }, scale), (NEW - 1) ** 2),
  "read by hand": async () => readAll(),
};

const median = (xs) => xs.toSorted((a, b) => a - b)[xs.length >> 1];
const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
await pool.warm();
for (let round = -2; round < ROUNDS; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const started = performance.now();
    await way();
    if (round >= 0) times[name].push(performance.now() - started);
  }
}
const ms = Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]));
const line = (name, text) => console.log(`${name.padEnd(22)} ${ms[name].toFixed(1).padStart(8)} ms  ${text}`);
console.log(
  `${CALLS} awaited submits, ${NEW} new closures; 2 workers of ${availableParallelism()} cores, Node ${process.version}`,
);
line("square", `${(CALLS / ms.square).toFixed(0)} k/s`);
line(
  "over share",
  `${(CALLS / ms["over share"]).toFixed(0)} k/s, ${(ms.square / ms["over share"]).toFixed(2)} of square's rate`,
);
line(
  "over the Map",
  `${((ms["over the Map"] - ms.square) / ms["encode the Map (v8)"]).toFixed(2)} × encoding the Map, more than square`,
);
line("encode the Map (v8)", "");
line(
  "new closures",
  `${(ms["new closures"] / NEW).toFixed(3)} ms each, ${(ms["new closures"] / ms["read by hand"]).toFixed(2)} × reading by hand`,
);
line("new captures", `${(ms["new captures"] / NEW).toFixed(3)} ms each`);
line("read by hand", `${(ms["read by hand"] / NEW).toFixed(3)} ms each`);
session.disconnect();
await pool.shutdown();
