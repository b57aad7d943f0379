/** A run on processes is killed and resumed as one on threads. */

import "./support/on-processes.ts";
import "./kill.test.ts";
