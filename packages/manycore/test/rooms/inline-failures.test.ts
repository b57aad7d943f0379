import { abortContract } from "../contract/abort.ts";
import { crashMatrixContract } from "../contract/crash-matrix.ts";
import { killContract } from "../contract/kill.ts";
import { lossContract } from "../contract/loss.ts";
import { retriesContract } from "../contract/retries.ts";
import { stormContract } from "../contract/storm.ts";
import { timeoutContract } from "../contract/timeout.ts";
import { unevenWorkContract } from "../contract/uneven-work.ts";
import { inline } from "./inline.ts";

abortContract(inline);
killContract(inline);
timeoutContract(inline);
retriesContract(inline);
lossContract(inline);
crashMatrixContract(inline);
unevenWorkContract(inline);
stormContract(inline);
