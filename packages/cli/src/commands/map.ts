/** `manycore map`: a function over a pile of inputs, on every core. Its options, and what goes wrong with them. */

import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { Complaint } from "../complaint.ts";
import { FORMATS, type Format } from "../inputs/formats.ts";
import { type Halt, parseHalt } from "../running/halt.ts";
import { byteSize, duration, positiveDuration, wholeNumber } from "./flags.ts";

/** Each is a thread with a heap of its own, or a process. */
const MOST_JOBS = 9999;

export interface MapFlags {
  readonly input?: readonly string[];
  readonly format?: Format;
  readonly block?: number;
  readonly null?: true;
  readonly key?: string;
  readonly output?: string;
  readonly unordered?: true;
  readonly tag?: true;
  readonly dryRun?: true;
  readonly jobs: number;
  readonly processes?: true;
  readonly maxMemory?: number;
  readonly init?: string;
  readonly chunkSize?: number;
  readonly timeout?: number;
  readonly grace?: number;
  readonly retries?: number;
  readonly halt?: Halt;
  readonly joblog?: string;
  readonly resume?: true;
  readonly retryFailed?: true;
  readonly quiet?: true;
  readonly jsonProgress?: true;
}

const EXAMPLES = `
The function gets a string, a line or a path; with ndjson the parsed value, with csv an object by the header's names. It
returns anything that JSON can say, and may be asynchronous. It runs in worker threads, or in processes, which import its
module; TypeScript needs no build.

Examples:
  seq 1000 | manycore map ./math.mjs#isPrime
  manycore map ./geo.ts#parse --input cities.csv --output cities.ndjson
  manycore map ./hash.mjs --format files --input src 'docs/**/*.md' --tag
  manycore map ./geo.ts#parse --input cities.csv --output cities.ndjson --joblog cities.log --resume
  git ls-files | manycore map ./lint.ts#check --format files --jobs 4 --halt soon,fail=10
  manycore map ./geo.ts#parse --input cities.csv --processes --max-memory 1G

Exit code: 0 all went well; 1 to 100 so many inputs failed; 101 more; 1 stopped by bad input or a full disk; 2 wrong
usage, nothing ran; 130 Ctrl-C; 141 output closed. The manual is docs/map.md.`;

/** Adds the command to the program; `run` gets what was asked for. */
export function addMapCommand(program: Command, run: (spec: string, flags: MapFlags) => Promise<void>): void {
  program
    .command("map")
    .summary("call a function for every line, record or file, on every core")
    .description(
      "Calls a module's export for every input, on every core, and writes one JSON result a line, in input order.",
    )
    .argument("<module#export>", "the function, such as ./task.ts#parse; without #export the default export")
    .optionsGroup("Inputs:")
    .option("-i, --input <path...>", "files; with --format files also folders and globs (default: stdin)")
    .addOption(
      new Option("-f, --format <name>", "what an input is (default: by the file's ending, else lines)").choices(
        FORMATS,
      ),
    )
    .addOption(
      new Option(
        "--block <size>",
        "an input is a block of whole lines or records, read by the worker; such as 64M",
      ).argParser(byteSize),
    )
    .option("-0, --null", "lines and names end with NUL instead of a newline")
    .option("--key <field>", "field that names a record in the job log and in messages (default: a hash of the record)")
    .optionsGroup("Results:")
    .option("-o, --output <file>", "where the results go (default: stdout)")
    .option("-u, --unordered", "results as they are completed")
    .option("-t, --tag", "each result is preceded by its input and a TAB")
    .option("--dry-run", "print the inputs that would run, and run nothing")
    .optionsGroup("Running:")
    .addOption(
      new Option("-j, --jobs <n>", "workers").argParser(wholeNumber(1, MOST_JOBS)).default(availableParallelism()),
    )
    .option("-p, --processes", "workers are processes instead of threads: what crashes takes nothing else along")
    .addOption(
      new Option(
        "--max-memory <size>",
        "a worker that has more in use after an input is replaced; such as 512M",
      ).argParser(byteSize),
    )
    .option("--init <export>", "export of the module that runs once in each worker before its first input")
    .addOption(
      new Option("--chunk-size <n>", "inputs that go to a worker together (default: by their time)").argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      new Option("--timeout <ms>", "an input that takes longer fails; or 500ms, 30s, 5m").argParser(positiveDuration),
    )
    .addOption(
      new Option(
        "--grace <ms>",
        "time to return after a timeout, before the worker is killed (default: 250)",
      ).argParser(duration),
    )
    .addOption(new Option("--retries <n>", "tries after the first, of an input that fails").argParser(wholeNumber(0)))
    .addOption(
      new Option(
        "--halt <when,fail=n>",
        "end at the nth failure: now,fail=n stops what runs, soon,fail=n lets it end",
      ).argParser(parseHalt),
    )
    .optionsGroup("Job log:")
    .option("--joblog <file>", "a line of JSON for every input that has ended")
    .option("--resume", "skip what the job log has, and go on with the output where it ends")
    .option("--retry-failed", "as --resume, and what had failed runs again; its results come last")
    .optionsGroup("Progress:")
    .option("-q, --quiet", "no progress bar and no summary; failures are still reported")
    .option("--json-progress", "progress and failures on stderr as lines of JSON")
    .optionsGroup("Help:")
    .helpOption("-h, --help", "this text")
    .addHelpText("after", EXAMPLES)
    .action(async (spec: string, flags: MapFlags) => {
      checkTogether(flags);
      await run(spec, flags);
    });
}

/** @throws Complaint for options that do not go together */
function checkTogether(flags: MapFlags): void {
  const given = (name: keyof MapFlags): boolean => flags[name] !== undefined;
  if (given("resume") && !given("joblog"))
    throw new Complaint("--resume needs --joblog FILE, the log of the earlier run");
  if (given("retryFailed") && !given("joblog"))
    throw new Complaint("--retry-failed needs --joblog FILE, the log of the earlier run");
  if (given("quiet") && given("jsonProgress")) throw new Complaint("--quiet and --json-progress exclude each other");
}
