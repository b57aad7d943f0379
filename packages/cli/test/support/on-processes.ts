/** Imported before tests, it has their runs of `map` use processes. */

import { alwaysWith } from "./program.ts";

alwaysWith("--processes");
process.env.KILL_ROUNDS ??= "3"; // the log is the host's, as with threads: what is new are its children
