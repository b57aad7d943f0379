import { crashMatrixContract } from "../contract/crash-matrix.ts";
import { lossContract } from "../contract/loss.ts";
import { retriesContract } from "../contract/retries.ts";
import { processes } from "./processes.ts";

retriesContract(processes);
lossContract(processes);
crashMatrixContract(processes);
