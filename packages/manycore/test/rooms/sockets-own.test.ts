import { processDeathsContract } from "../contract/process-deaths.ts";
import { processOptionsContract } from "../contract/process-options.ts";
import { sockets } from "./sockets.ts";

processOptionsContract(sockets);
processDeathsContract(sockets);
