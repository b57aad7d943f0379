/** A peer's fresh pool until its first result, ms: `peer.mjs NAME`. As in `plain.mjs`, its code is loaded already. */

import { asTheyCome } from "../../contenders/peers.mjs";

const contender = asTheyCome.find(({ name }) => name === process.argv[2]);
const load = { Piscina: "piscina", Tinypool: "tinypool", workerpool: "workerpool", poolifier: "poolifier" };
await import(load[contender.name]);
const started = performance.now();
const pool = await contender.open("square", 2);
const answer = await pool.run(3);
console.log(JSON.stringify({ ms: performance.now() - started, answer }));
await pool.close();
