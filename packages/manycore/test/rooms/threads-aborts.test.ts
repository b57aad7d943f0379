import { abortContract } from "../contract/abort.ts";
import { killContract } from "../contract/kill.ts";
import { stormContract } from "../contract/storm.ts";
import { timeoutContract } from "../contract/timeout.ts";
import { unevenWorkContract } from "../contract/uneven-work.ts";
import { threads } from "./threads.ts";

abortContract(threads);
killContract(threads);
timeoutContract(threads);
unevenWorkContract(threads);
stormContract(threads);
