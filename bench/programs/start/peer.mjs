/** A peer's fresh pool until its first result, ms: `peer.mjs NAME`. As in `plain.mjs`, its code is loaded already. */

import { writeSync } from "node:fs";
import { asTheyCome } from "../../contenders/peers.mjs";

const contender = asTheyCome.find(({ name }) => name === process.argv[2]);
const load = { Piscina: "piscina", Tinypool: "tinypool", workerpool: "workerpool", poolifier: "poolifier" };
await import(load[contender.name]);
const started = performance.now();
const pool = await contender.open("square", 2);
const answer = await pool.run(3);
writeSync(1, `${JSON.stringify({ ms: performance.now() - started, answer })}\n`);
process.exit(); // poolifier's `destroy` does not always settle
