/** The program `manycore`: reads the command line, runs the command, and says what is wrong in one line. */

import { Command, CommanderError } from "commander";
import { addMapCommand } from "./commands/map.ts";
import { Complaint, EXIT_STOPPED, EXIT_USAGE, oneLine } from "./complaint.ts";
import { addCompletion } from "./completion.ts";
import { complaintLine } from "./reporting/complaint-line.ts";

/** As in package.json; a test compares them. */
const VERSION = "0.1.0";

async function main(): Promise<void> {
  // Holds until the command has said its own: a process that ends because nothing is left to wait for has not succeeded.
  process.exitCode = EXIT_STOPPED;
  const program = new Command("manycore")
    .description("Functions over piles of inputs, on every core.")
    .version(VERSION)
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(usageLine(text)) })
    .exitOverride();
  // Only what runs is loaded: `--help` and a wrong option answer at once.
  addMapCommand(program, async (spec, flags) => {
    const { runMap } = await import("./commands/run-map.ts");
    process.exit(await runMap(spec, flags));
  });
  addCompletion(program);
  try {
    await program.parseAsync();
  } catch (error) {
    process.exit(exitCodeOf(error));
  }
}

/** The parser's own errors are printed already; `--help` and `--version` come here too, as 0. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (!(error instanceof Complaint)) throw error;
  process.stderr.write(`${complaintLine(oneLine(error.message), process.argv.includes("--json-progress"))}\n`);
  return error.exitCode;
}

/** "error: unknown option '--job'\n(Did you mean --jobs?)" in the form of every other complaint. */
function usageLine(text: string): string {
  return `manycore: ${text
    .trim()
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, " ")}\n`;
}

void main();
