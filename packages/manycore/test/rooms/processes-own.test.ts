import { processDeathsContract } from "../contract/process-deaths.ts";
import { processOptionsContract } from "../contract/process-options.ts";
import { processes } from "./processes.ts";

processOptionsContract(processes);
processDeathsContract(processes);
