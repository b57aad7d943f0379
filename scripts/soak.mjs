/**
 * `npm run soak`: two pools, of threads and of processes, under everything at once, for a while. Sizes from 1 byte to 64 MiB in
 * both directions, short and longer tasks, maps and single calls, failures, cancels, aborts, timeouts, workers that end
 * themselves, and child processes that are killed from outside. Every future settles once, with what it should; a death
 * costs one item; nothing is left, neither process nor descriptor nor memory; memory stays flat.
 *
 *   --seconds N   600
 *   --kills N     how many children are killed: two a second of the time above; it goes on until all are
 *   --rooms A,B   threads,processes
 *   --seed S      what is chosen is chosen by it, and it is printed; when things happen is up to the machine
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ProcessPoolExecutor, ThreadPoolExecutor } from "manycore";
import { killer } from "./soak/killer.mjs";
import { arenas, children, descriptors, MARK, marked, sharedNames } from "./soak/left-behind.mjs";
import { operationsOn } from "./soak/operations.mjs";
import { random } from "./soak/payload.mjs";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    kills: { type: "string" },
    rooms: { type: "string", default: "threads,processes" },
    seed: { type: "string" },
  },
});
const seconds = Number(options.seconds);
if (!(seconds > 0)) throw new RangeError(`--seconds is a number above 0, not ${options.seconds}`);
const mostKills = Number(options.kills ?? Math.ceil(seconds * 2));
if (!Number.isInteger(mostKills) || mostKills < 0)
  throw new RangeError(`--kills is an integer from 0 on, not ${options.kills}`);
const seed = Number(options.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isInteger(seed)) throw new RangeError(`--seed is an integer, not ${options.seed}`);

const WORKERS = 3;
/** Operations under way at a time, in each room. */
const AT_A_TIME = 24;
/** What may be left of garbage that no collection has reached, and of memory the allocator keeps. */
const SLACK_BYTES = 128 * 2 ** 20;
/** Without shared memory, packed numbers that a killed child had not told are lost with it: more than one. */
const isExact = process.env.MANYCORE_NATIVE !== "0";

const ROOMS = {
  threads: () => new ThreadPoolExecutor({ maxWorkers: WORKERS }),
  processes: () => new ProcessPoolExecutor({ maxWorkers: WORKERS, env: { ...process.env, SOAK: MARK } }),
};

const next = random(seed);
const pick = (list) => list[Math.floor(next() * list.length)];

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/** How often each is chosen. */
const WEIGHTS = {
  exchange: 40,
  burst: 10,
  grind: 10,
  map: 10,
  mapWithFailures: 5,
  leaveMap: 3,
  fail: 8,
  cancel: 8,
  abort: 6,
  abortWhileItAnswers: 3,
  timeout: 3,
  die: 1,
  progress: 4,
};
const lots = Object.entries(WEIGHTS).flatMap(([name, weight]) => Array(weight).fill(name));

/** What Node itself opens with the first worker stays open. */
for (const open of Object.values(ROOMS)) {
  const pool = open();
  await pool.submit((x) => x, 1);
  await pool.shutdown();
}
const before = { descriptors: descriptors(), arenas: arenas(), names: new Set(sharedNames()) };
const rooms = options.rooms.split(",").map((name) => {
  if (!Object.hasOwn(ROOMS, name)) throw new RangeError(`--rooms are of ${Object.keys(ROOMS)}, not ${name}`);
  const pool = ROOMS[name]();
  return { name, pool, ...operationsOn(pool, next), underWay: new Set(), done: new Map(), count: 0 };
});
const processes = rooms.find(({ name }) => name === "processes");
const mayKill = processes !== undefined && existsSync("/proc/self/stat");
const kills = mayKill ? mostKills : 0; // it kills nobody whom the system does not call a child
const death = killer(processes?.pool, kills, kills / seconds, random(seed + 1));

/** Bytes in use, after what can be collected is. */
async function inUse() {
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Looks for up to 10 s until nothing of `found()` is there. */
async function untilNone(what, found) {
  for (let look = 0; look < 200 && found().length > 0; look++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.deepEqual(found(), [], what);
}

console.log(
  `soak: ${seconds} s, ${rooms.map(({ name }) => name)}, ${kills} kills, seed ${seed}, ${WORKERS} workers each, Node ${process.version}`,
);
process.on("unhandledRejection", (error) => {
  console.error(`soak: seed ${seed}: nobody handled ${error?.stack ?? error}`);
  process.exit(1);
});

function begin(room) {
  const name = pick(lots);
  const step = ++room.count;
  const operation = room.operations[name]().then(
    () => {
      room.underWay.delete(operation);
      room.done.set(name, (room.done.get(name) ?? 0) + 1);
    },
    (error) => {
      console.error(`soak: seed ${seed}, ${room.name}, step ${step}, ${name}: ${error?.stack ?? error}`);
      process.exit(1);
    },
  );
  room.underWay.add(operation);
}

const started = performance.now();
const elapsed = () => (performance.now() - started) / 1000;
const samples = [];
let nextReport = 10;
const isEnough = () => elapsed() >= seconds && death.count() >= kills;
const all = () => rooms.flatMap(({ underWay }) => [...underWay]);
while (!isEnough()) {
  for (const room of rooms) while (room.underWay.size < AT_A_TIME && room.hasRoom()) begin(room);
  await Promise.race(all());
  await new Promise(setImmediate); // what is always at work leaves timers their turn all the same
  if (elapsed() < nextReport) continue;
  nextReport = elapsed() + 10;
  await Promise.all(all());
  samples.push(await inUse());
  const settled = rooms.map(({ name, counts }) => `${counts.settled} futures on ${name}`).join(", ");
  console.error(
    `soak: ${elapsed().toFixed(0)} s, ${settled}, ${death.count()} kills, ${(samples.at(-1) / 2 ** 20).toFixed(0)} MB in use, ${descriptors()} descriptors`,
  );
  for (const { name, pool } of rooms) {
    const { pending, workers } = pool.stats();
    assert.ok(pending <= (name === "processes" ? death.asking() : 0), `${pending} calls are left on ${name}`);
    assert.ok(workers.length <= WORKERS);
  }
  assert.ok(arenas() - before.arenas <= 2 * WORKERS, "arenas of dead children are still mapped");
  assert.ok(descriptors() - before.descriptors <= 12 * WORKERS, "descriptors of dead children are still open");
}
await death.stop();
await Promise.all(all());
const last = await inUse();
await Promise.all(rooms.map(({ pool }) => pool.shutdown()));

await untilNone("children are left, or dead ones that were not waited for", children);
await untilNone("processes have outlived the pool", marked);
await untilNone("descriptors are left", () => (descriptors() > before.descriptors ? [descriptors()] : []));
await untilNone("arenas are left", () => (arenas() > before.arenas ? [arenas()] : []));
await untilNone("names in /dev/shm are left", () =>
  sharedNames().filter((name) => /manycore/i.test(name) && !before.names.has(name)),
);
const first = samples[Math.floor(samples.length / 4)];
if (first !== undefined)
  assert.ok(last < first + SLACK_BYTES, `memory grew from ${first} to ${last} bytes (seed ${seed})`);
for (const { name, counts } of rooms) {
  const most = counts.asked + (name === "processes" ? death.count() : 0);
  if (isExact) assert.ok(counts.lost <= most, `${counts.lost} items are lost on ${name}, by ${most} deaths`);
}
for (const { name, count, counts, done } of rooms)
  console.log(
    `soak: ${name}: ${count} operations, ${counts.settled} futures, each settled once, ${counts.lost} items lost`,
    Object.fromEntries(done),
  );
console.log(
  `soak: ${death.kills.SIGKILL} children killed by SIGKILL, ${death.kills.SIGSEGV} by SIGSEGV; no process, descriptor, arena or name is left`,
);
