/** What holds for a run on threads holds for one on processes. */

import "./support/on-processes.ts";
import "./ending.test.ts";
import "./failures.test.ts";
import "./running.test.ts";
