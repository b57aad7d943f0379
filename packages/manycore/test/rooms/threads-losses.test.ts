import { crashMatrixContract } from "../contract/crash-matrix.ts";
import { lossContract } from "../contract/loss.ts";
import { retriesContract } from "../contract/retries.ts";
import { threadOptionsContract } from "../contract/thread-options.ts";
import { threads } from "./threads.ts";

retriesContract(threads);
lossContract(threads);
crashMatrixContract(threads);
threadOptionsContract(threads);
