/** What `manycore map` does: opens both ends, starts the workers, runs, and says how it ended. */

import { type Executor, ProcessPoolExecutor, ThreadPoolExecutor, tasks } from "manycore";
import { openInputs } from "../inputs/open.ts";
import { tagOf } from "../inputs/shown.ts";
import type { Item } from "../inputs/source.ts";
import { Interrupts } from "../interrupts.ts";
import { readLog } from "../records/job-log.ts";
import { openLedger } from "../records/open-ledger.ts";
import { OutputClosed, standardOutput } from "../records/sink.ts";
import { Report } from "../reporting/report.ts";
import { dryRun } from "../running/dry-run.ts";
import { Feed } from "../running/feed.ts";
import { Run } from "../running/run.ts";
import { checkInit, loadTask, type Task } from "../task/load-task.ts";
import { isItemFailure, type Job } from "../worker/job.ts";
import type { Reading } from "../worker/reading.ts";
import type { MapFlags } from "./map.ts";

/** More failures than this are one exit code, as in GNU parallel. */
const MOST_COUNTED = 100;
/** What a shell reports for a program that SIGPIPE ended. */
const EXIT_OUTPUT_CLOSED = 141;

const worker = tasks<typeof import("../worker/worker.ts")>(new URL("./worker.mjs", import.meta.url));

/**
 * Runs to the end of the inputs.
 * @returns the exit code
 * @throws Complaint
 */
export async function runMap(spec: string, flags: MapFlags): Promise<number> {
  const paths = flags.input ?? [];
  const { source, reading } = await openInputs({
    paths,
    format: flags.format,
    block: flags.block,
    key: flags.key,
    isNull: flags.null === true,
    except: [flags.output, flags.joblog].filter((path) => path !== undefined),
  });
  const results = standardOutput(); // before the module can print anything
  const task = await loadTask(spec);
  if (flags.init !== undefined) checkInit(task, flags.init);
  const retriesFailed = flags.retryFailed === true;
  const isResumed = flags.resume === true || retriesFailed;
  const tag = (item: Item): string => tagOf(item, reading);
  if (flags.dryRun === true) {
    const past = isResumed ? (await readLog(flags.joblog as string))?.past : undefined;
    await dryRun(new Feed({ source, past, retriesFailed, isLogged: false, skipped() {} }), results, tag);
    return 0;
  }
  const { output, joblog } = flags;
  const isKeyed = flags.key !== undefined;
  const { ledger, past } = await openLedger({
    output,
    standardOutput: results,
    joblog,
    isResumed,
    isKeyed,
    inputs: paths,
  });
  const pool = newPool(task, reading, flags);
  const isLogged = joblog !== undefined;
  const feed = new Feed({ source, past, retriesFailed, isLogged, skipped: () => report.skipped(1) });
  const report = new Report({
    stream: process.stderr,
    mode: reportMode(flags),
    fraction: (ended) => feed.fraction(ended),
    workers: () => pool.stats().workers,
    url: task.module.url,
    tag,
  });
  const run = new Run({
    executor: callsOf(pool, task, flags, () => run.isStopped),
    task: worker.run,
    feed,
    isOrdered: flags.unordered !== true,
    chunkSize: flags.chunkSize,
    ledger,
    halt: flags.halt,
    tag: flags.tag === true ? tag : undefined,
    report,
  });
  const interrupts = new Interrupts({
    first() {
      report.notice("stopping when what runs has ended; again stops now");
      run.stop();
    },
    again(exitCode) {
      report.end();
      process.exit(exitCode);
    },
  });
  try {
    await run.toEnd();
    await Promise.all([pool.shutdown(), ledger.close()]);
    report.end();
    return interrupts.exitCode ?? Math.min(report.failures, MOST_COUNTED + 1);
  } catch (error) {
    if (error instanceof OutputClosed) {
      report.clear();
      return EXIT_OUTPUT_CLOSED;
    }
    await ledger.close().catch(() => {}); // what ended is recorded, where that still can be
    report.end();
    throw error;
  } finally {
    interrupts.ignore();
  }
}

function newPool({ module, name }: Task, reading: Reading, flags: MapFlags): Executor {
  const { jobs, processes, maxMemory } = flags;
  const job: Job = { module, name, init: flags.init, reading, isLogged: flags.joblog !== undefined };
  const options = {
    maxWorkers: jobs,
    initializer: worker.prepare,
    initArgs: [job],
    ...(maxMemory !== undefined && { maxMemoryPerChild: maxMemory }),
  };
  return processes === true ? new ProcessPoolExecutor(options) : new ThreadPoolExecutor(options);
}

/** A record that cannot be read is no better the next time; and another try is a beginning. */
function callsOf(
  pool: Executor,
  { name }: Task,
  { timeout, grace, retries }: MapFlags,
  isStopped: () => boolean,
): Executor {
  const on = (error: unknown): boolean => !isStopped() && !(isItemFailure(error) && error.kind === "bad input");
  return pool.with({
    name,
    ...(timeout !== undefined && { timeout }),
    ...(grace !== undefined && { grace }),
    ...(retries !== undefined && { retries: { max: retries, on } }),
  });
}

function reportMode({ quiet, jsonProgress }: MapFlags): "bar" | "line" | "quiet" | "json" {
  if (jsonProgress === true) return "json";
  if (quiet === true) return "quiet";
  return process.stderr.isTTY ? "bar" : "line";
}
