/** `measure.mjs NAME SETTINGS`: one bar, for the process that forked this one. */

import { load } from "./bars.mjs";

const [name, settings] = process.argv.slice(2);
const bar = await load(name);
const parts = await bar.measure(JSON.parse(settings));
process.send(parts, () => process.exit()); // whatever a contender has left open
