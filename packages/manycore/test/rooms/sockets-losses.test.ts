import { crashMatrixContract } from "../contract/crash-matrix.ts";
import { lossContract } from "../contract/loss.ts";
import { retriesContract } from "../contract/retries.ts";
import { sockets } from "./sockets.ts";

retriesContract(sockets);
lossContract(sockets);
crashMatrixContract(sockets);
