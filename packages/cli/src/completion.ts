/**
 * `manycore complete SHELL` prints what a shell needs to complete command lines; the shell then asks with
 * `manycore complete -- WORDS`. Scripts and protocol are those of @bomb.sh/tab, which has them from Cobra: a candidate a
 * line, its description after a TAB, and at the end what the shell should do beyond.
 */

import type { Command } from "commander";
import { Complaint } from "./complaint.ts";
import { suggestions } from "./suggestions.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

/** Adds the command; what it needs is loaded when it runs. */
export function addCompletion(program: Command): void {
  program
    .command("complete")
    .summary("print the script that makes a shell complete command lines")
    .description(
      "Prints the script that makes a shell complete command lines: commands, options, their values, exports of a task.",
    )
    .argument("[shell]", SHELLS.join(", "))
    .allowExcessArguments()
    .addHelpText(
      "after",
      `
To have it in every new shell:
  echo 'source <(manycore complete bash)' >> ~/.bashrc
  echo 'source <(manycore complete zsh)' >> ~/.zshrc
  manycore complete fish > ~/.config/fish/completions/manycore.fish
  manycore complete powershell >> $PROFILE`,
    )
    .action(async (shell: string | undefined) => {
      const words = askedWords(process.argv);
      if (words !== undefined) process.stdout.write(await answer(program, words));
      else await printScript(program.name(), shell);
      process.exitCode = 0;
    });
}

/** What follows `complete --`. */
function askedWords(argv: readonly string[]): readonly string[] | undefined {
  const at = argv.indexOf("complete") + 1;
  return argv[at] === "--" ? argv.slice(at + 1) : undefined;
}

async function answer(program: Command, words: readonly string[]): Promise<string> {
  const { candidates, directive } = await suggestions(program, words);
  const lines = candidates.map(({ value, description }) => (description === "" ? value : `${value}\t${description}`));
  return [...lines, `:${directive}`, ""].join("\n");
}

async function printScript(name: string, shell: string | undefined): Promise<void> {
  if (shell === undefined || !SHELLS.includes(shell))
    throw new Complaint(
      `complete takes the name of a shell, ${SHELLS.join(", ")}${shell === undefined ? "" : `; not ${shell}`}`,
    );
  const { script } = await import("@bomb.sh/tab");
  if (shell === "bash") console.log(WITHOUT_BASH_COMPLETION);
  script(shell, name, name);
  if (shell === "bash") console.log(`complete -o default -F __${name}_complete ${name}`);
}

/**
 * The script asks for the words by a function of the package bash-completion, which not every bash has. And bash itself
 * completes paths only where that is said with the function.
 */
const WITHOUT_BASH_COMPLETION = `
if ! type _get_comp_words_by_ref &>/dev/null; then
  _get_comp_words_by_ref() {
    cword=$COMP_CWORD
    words=("\${COMP_WORDS[@]}")
    cur=\${COMP_WORDS[COMP_CWORD]}
    prev=\${COMP_WORDS[COMP_CWORD-1]}
  }
fi
`;
