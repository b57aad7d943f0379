/**
 * Finds out what a module exports and which loader it needs.
 *
 *   JavaScript, or TypeScript where Node strips types   imported here, as Node does it
 *   what Node then fails at, and all older Nodes        imported with tsx, in a thread of its own
 *
 * Of its own, because a thread keeps what it failed to load, and because the host stays as it was without tsx.
 */

import { once } from "node:events";
import { relative } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { EXIT_USAGE } from "../complaint.ts";
import { type ExportKinds, kindsOf } from "./export-kinds.ts";
import { importReason, isTypeScript, mayNeedTsx } from "./import-failure.ts";
import { importTask, type TaskModule } from "./import-task.ts";

export interface Survey {
  readonly module: TaskModule;
  readonly kinds: ExportKinds;
}

export type ScoutReport = { readonly kinds: ExportKinds } | { readonly reason: string };

/** A module that cannot be imported; the message says why, in one line. */
export class ImportFailure extends Error {}

const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);

/** @throws ImportFailure */
export async function survey(url: string): Promise<Survey> {
  const file = fileURLToPath(url);
  if (isTypeScript(file) && !stripsTypes) return surveyWithTsx(url, file);
  const module: TaskModule = { url, loader: "node" };
  // The module may end the program, or wait at its top for what never comes: neither must look like success.
  const leave = (): void => {
    process.stderr.write(
      `manycore: cannot import ${relative(process.cwd(), file)}: it ends the program, or waits for what never comes\n`,
    );
    process.exitCode = EXIT_USAGE;
  };
  // Nobody waits for a promise that it left behind: Node would end the program with a stack.
  const reject = (error: unknown): void => {
    process.off("exit", leave);
    process.stderr.write(`manycore: cannot import ${relative(process.cwd(), file)}: ${importReason(file, error)}\n`);
    process.exit(EXIT_USAGE);
  };
  process.on("exit", leave);
  process.on("unhandledRejection", reject);
  try {
    const kinds = kindsOf(await importTask(module));
    await turn(); // only then does Node know that nobody will
    return { module, kinds };
  } catch (error) {
    if (mayNeedTsx(file, error)) return surveyWithTsx(url, file);
    throw new ImportFailure(importReason(file, error));
  } finally {
    process.off("exit", leave);
    process.off("unhandledRejection", reject);
  }
}

async function surveyWithTsx(url: string, file: string): Promise<Survey> {
  const scout = new Worker(new URL("./scout.mjs", import.meta.url), { workerData: { url, file }, stdout: true });
  // As it does for the host: standard output is for results.
  scout.stdout.pipe(process.stderr, { end: false });
  try {
    const found = once(scout, "message").catch((error: unknown) => [{ reason: importReason(file, error) }]);
    const left = once(scout, "exit").then(
      ([code]) => [{ reason: `it ends its thread, exit code ${code}` }],
      (error: unknown) => [{ reason: importReason(file, error) }],
    );
    const [report] = (await Promise.race([found, left])) as [ScoutReport];
    if ("reason" in report) throw new ImportFailure(report.reason);
    return { module: { url, loader: "tsx" }, kinds: report.kinds };
  } finally {
    await scout.terminate();
  }
}
