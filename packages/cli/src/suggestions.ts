/** What may stand where the cursor is, found by walking the words before it as the parser would. */

import type { Command, Option } from "commander";
import { exportNames } from "./task/export-names.ts";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What the shell does beyond showing the candidates; bits of Cobra's protocol. */
export const Directive = {
  /** Completes paths where there is no candidate. */
  paths: 0,
  /** Puts no blank behind the one candidate: there is more to come. */
  noBlank: 2,
  noPaths: 4,
} as const;

export interface Suggestions {
  readonly candidates: readonly Candidate[];
  readonly directive: number;
}

const PATHS: Suggestions = { candidates: [], directive: Directive.paths };

/** Of options whose values are no list of choices to the parser. */
const BEGINNINGS: Readonly<Record<string, readonly string[]>> = { "--halt": ["now,fail=", "soon,fail="] };

/** The last word is the one to complete; empty where a new one begins. */
export async function suggestions(program: Command, words: readonly string[]): Promise<Suggestions> {
  const current = words.at(-1) ?? "";
  const { command, operands, option } = placeAfter(program, words.slice(0, -1));
  if (current.startsWith("-") && (option === undefined || option.variadic)) {
    const equals = current.indexOf("=");
    if (equals < 0) return optionNames(command, current);
    const named = optionOf(command, current.slice(0, equals));
    return named === undefined ? only([], "") : valuesOf(named, current.slice(equals + 1), operands);
  }
  if (option !== undefined) return valuesOf(option, current, operands);
  if (command.commands.length > 0) {
    const commands = command.createHelp().visibleCommands(command);
    return only(
      commands.map((sub) => ({ value: sub.name(), description: sub.summary() })),
      current,
    );
  }
  return operands.length < command.registeredArguments.length ? operand(command, current) : only([], current);
}

interface Place {
  readonly command: Command;
  readonly operands: readonly string[];
  /** Its value is next. */
  readonly option: Option | undefined;
}

function placeAfter(program: Command, words: readonly string[]): Place {
  let command = program;
  let option: Option | undefined;
  const operands: string[] = [];
  for (const word of words) {
    if (word.startsWith("-") && (option === undefined || option.variadic)) {
      const named = optionOf(command, word);
      option = named?.required === true || named?.optional === true ? named : undefined;
    } else if (option !== undefined) {
      if (!option.variadic) option = undefined;
    } else {
      const sub = command.commands.find((candidate) => candidate.name() === word);
      if (sub === undefined) operands.push(word);
      else command = sub;
    }
  }
  return { command, operands, option };
}

const optionOf = (command: Command, flag: string): Option | undefined =>
  command
    .createHelp()
    .visibleOptions(command)
    .find(({ long, short }) => flag === long || flag === short);

function optionNames(command: Command, current: string): Suggestions {
  const options = command.createHelp().visibleOptions(command);
  return only(
    options.map(({ long, description }) => ({ value: long ?? "", description })),
    current,
  );
}

async function valuesOf(option: Option, current: string, operands: readonly string[]): Promise<Suggestions> {
  const choices = (values: readonly string[]): Candidate[] => values.map((value) => ({ value, description: "" }));
  if (option.argChoices !== undefined) return only(choices(option.argChoices), current);
  const beginnings = BEGINNINGS[option.long ?? ""];
  if (beginnings !== undefined)
    return { ...only(choices(beginnings), current), directive: Directive.noBlank | Directive.noPaths };
  if (/<(?:path|file)\b/.test(option.flags)) return PATHS;
  if (/<export>/.test(option.flags)) {
    const [path = ""] = (operands[0] ?? "").split("#");
    return only(choices(await exportNames(path)), current);
  }
  return only([], current);
}

/** A task: a path, and after `#` an export. */
async function operand(command: Command, current: string): Promise<Suggestions> {
  if (!command.registeredArguments.some((argument) => argument.name().includes("#"))) return only([], current);
  const hash = current.indexOf("#");
  const path = hash < 0 ? current : current.slice(0, hash);
  const names = await exportNames(path);
  // Also for a path that is whole, where `#` is the next to type.
  if (names.length === 0) return hash < 0 ? PATHS : only([], current);
  return only(
    names.map((name) => ({ value: `${path}#${name}`, description: "" })),
    current,
  );
}

function only(candidates: readonly Candidate[], current: string): Suggestions {
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), directive: Directive.noPaths };
}
