/** A thread that imports a task's module with tsx, says what it found, and is ended. */

import { parentPort, workerData } from "node:worker_threads";
import { kindsOf } from "./export-kinds.ts";
import { importReason } from "./import-failure.ts";
import { importTask } from "./import-task.ts";
import type { ScoutReport } from "./survey.ts";

const { url, file } = workerData as { readonly url: string; readonly file: string };

function report(message: ScoutReport): void {
  parentPort?.postMessage(message);
}

importTask({ url, loader: "tsx" }).then(
  (exports) => report({ kinds: kindsOf(exports) }),
  (error: unknown) => report({ reason: importReason(file, error) }),
);
