import { abortContract } from "../contract/abort.ts";
import { killContract } from "../contract/kill.ts";
import { stormContract } from "../contract/storm.ts";
import { timeoutContract } from "../contract/timeout.ts";
import { unevenWorkContract } from "../contract/uneven-work.ts";
import { processes } from "./processes.ts";

abortContract(processes);
killContract(processes);
timeoutContract(processes);
unevenWorkContract(processes);
stormContract(processes);
