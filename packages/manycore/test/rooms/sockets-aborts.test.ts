import { abortContract } from "../contract/abort.ts";
import { killContract } from "../contract/kill.ts";
import { stormContract } from "../contract/storm.ts";
import { timeoutContract } from "../contract/timeout.ts";
import { unevenWorkContract } from "../contract/uneven-work.ts";
import { sockets } from "./sockets.ts";

abortContract(sockets);
killContract(sockets);
timeoutContract(sockets);
unevenWorkContract(sockets);
stormContract(sockets);
