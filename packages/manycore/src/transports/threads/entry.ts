import { join } from "node:path";

/** The worker's bundle, which lies beside this one. */
export const workerFile = join(__dirname, "worker.cjs");
