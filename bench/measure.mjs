/** `measure.mjs NAME SETTINGS`: one bar, for the process that forked this one. */

import { load } from "./bars.mjs";

const [name, settings] = process.argv.slice(2);
const bar = await load(name);
// Every worker of every pool hangs on these two.
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(1000);
const parts = await bar.measure(JSON.parse(settings));
process.send(parts, () => process.exit()); // whatever a contender has left open
