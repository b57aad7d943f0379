/** `idle.mjs NAME WORKERS`: a pool that has worked, and rests until it is killed. */

import { manycore, manycoreProcesses } from "../../contenders/manycore.mjs";
import { asTheyCome, burst } from "../../contenders/peers.mjs";

const [name, workers] = process.argv.slice(2);
const contender = [manycore, manycoreProcesses, ...asTheyCome].find((each) => each.name === name);
const pool = await contender.open("square", Number(workers));
const answers = await burst(
  pool,
  Array.from({ length: 1000 }, (_, i) => i),
);
process.stdin.resume(); // stays, without a timer
console.log(JSON.stringify({ right: answers.every((answer, i) => answer === i * i) }));
