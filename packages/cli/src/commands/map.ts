/** `manycore map`: a function over a pile of inputs, on every core. */

import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ThreadPoolExecutor } from "manycore";
import { failureLine } from "../failure-line.ts";
import { FORMATS, type Format, openInputs } from "../inputs.ts";
import { Interrupts } from "../interrupts.ts";
import { OutputClosed, ResultSink } from "../outputs.ts";
import { Progress } from "../progress.ts";
import { Run } from "../run.ts";
import { loadTask } from "../task-module.ts";

/** More failures than this are one exit code, as in GNU parallel. */
const MOST_COUNTED = 100;
const EXIT_INTERRUPTED = 130;
/** What a shell reports for a program that SIGPIPE ended. */
const EXIT_OUTPUT_CLOSED = 141;

export interface MapFlags {
  readonly input?: readonly string[];
  readonly format: Format;
  readonly output?: string;
  readonly jobs: number;
  readonly quiet?: true;
}

const EXAMPLES = `
The function gets one string, a line or a path, and returns anything that JSON can say; it may be asynchronous. It runs
in worker threads, which import its module.

Examples:
  seq 1000 | manycore map ./math.mjs#isPrime
  manycore map ./geo.mjs#parse --input cities.txt --output cities.ndjson
  manycore map ./hash.mjs --format files --input src 'docs/**/*.md'
  git ls-files | manycore map ./lint.ts#check --format files --jobs 4

Exit code: 0 all went well; 1 to 100 so many inputs failed; 101 more; 2 wrong usage; 130 Ctrl-C; 141 output closed.`;

/** Adds the command to the program; `exit` gets its exit code. */
export function addMapCommand(program: Command, exit: (code: number) => void): void {
  program
    .command("map")
    .summary("call a function for every line or file, on every core")
    .description(
      "Calls a module's export for every line or file, on every core, and writes one JSON result a line, in input order.",
    )
    .argument("<module#export>", "the function, such as ./task.mjs#parse; without #export the default export")
    .option(
      "-i, --input <path...>",
      "where the inputs are: files, and with --format files also folders and globs (default: stdin)",
    )
    .addOption(
      new Option("-f, --format <name>", "lines: an input a line; files: an input a file")
        .choices(FORMATS)
        .default("lines"),
    )
    .option("-o, --output <file>", "where the results go (default: stdout)")
    .addOption(new Option("-j, --jobs <n>", "worker threads").argParser(wholeNumber).default(availableParallelism()))
    .option("-q, --quiet", "no progress bar and no summary; failures are still reported")
    .addHelpText("after", EXAMPLES)
    .action(async (spec: string, flags: MapFlags) => exit(await map(spec, flags)));
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It takes a whole number from 1.");
  return Number(text);
}

/**
 * Runs to the end of the inputs.
 * @returns the exit code
 * @throws Complaint
 */
async function map(spec: string, flags: MapFlags): Promise<number> {
  const inputs = flags.input ?? [];
  const source = await openInputs(inputs, flags.format);
  const task = await loadTask(spec);
  const sink = await ResultSink.open(flags.output, inputs);
  const pool = new ThreadPoolExecutor({ maxWorkers: flags.jobs });
  const progress = new Progress({
    stream: process.stderr,
    quiet: flags.quiet === true,
    fraction: () => source.drawn(),
  });
  const run = new Run({
    pool,
    task: task.fn,
    source,
    sink,
    ended(item, failure) {
      if (failure === undefined) progress.done++;
      else {
        progress.failed++;
        progress.tell(`manycore: ${failureLine(item, failure.error, task)}`);
      }
    },
  });
  const interrupts = new Interrupts({
    first() {
      progress.tell("manycore: stopping when what runs has ended; Ctrl-C again stops now");
      run.stop();
    },
    again() {
      run.abandon();
      progress.end();
      process.exit(EXIT_INTERRUPTED);
    },
  });
  try {
    await run.toEnd();
    await sink.close();
    await pool.shutdown();
    progress.end();
    return interrupts.count > 0 ? EXIT_INTERRUPTED : Math.min(progress.failed, MOST_COUNTED + 1);
  } catch (error) {
    // What still runs ends with the process.
    if (error instanceof OutputClosed) {
      progress.clear();
      return EXIT_OUTPUT_CLOSED;
    }
    progress.end();
    throw error;
  } finally {
    interrupts.ignore();
  }
}
