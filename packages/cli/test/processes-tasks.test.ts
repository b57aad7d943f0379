/** What holds for a task on threads holds for one on processes. */

import "./support/on-processes.ts";
import "./task.test.ts";
