/** `path#export`: the function that the inputs go to. It runs in the workers; the host only looks whether it is there. */

import { access, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Complaint, systemReason } from "../complaint.ts";
import { CLASS, type ExportKinds, FUNCTION, GENERATOR } from "./export-kinds.ts";
import type { TaskModule } from "./import-task.ts";
import { nearestName } from "./nearest-name.ts";
import { ImportFailure, survey } from "./survey.ts";

export interface Task {
  /** As it was asked for. */
  readonly spec: string;
  /** Of the module, as it was asked for. */
  readonly path: string;
  readonly module: TaskModule;
  /** Of the export. */
  readonly name: string;
  readonly exports: ExportKinds;
}

/**
 * Looks for the export in the module; without `#export` for the default one.
 * @throws Complaint
 */
export async function loadTask(spec: string): Promise<Task> {
  const hash = spec.lastIndexOf("#");
  const path = hash < 0 ? spec : spec.slice(0, hash);
  const name = hash < 0 ? "default" : spec.slice(hash + 1);
  if (path === "" || name === "") throw new Complaint(`${spec} is no task: write it as path/to/module.ts#export`);

  const file = resolve(path);
  await checkFile(path, file);
  const { module, kinds: exports } = await survey(pathToFileURL(file).href).catch((error: unknown) => {
    throw error instanceof ImportFailure ? new Complaint(`cannot import ${path}: ${error.message}`) : error;
  });
  const task = { spec, path, module, name, exports };
  checkFunction(task, name);
  return task;
}

/**
 * `--init EXPORT`, of the same module.
 * @throws Complaint
 */
export function checkInit(task: Task, name: string): void {
  checkFunction(task, name);
}

function checkFunction({ path, exports }: Task, name: string): void {
  if (!Object.hasOwn(exports, name)) throw new Complaint(`${path} has no export "${name}"; ${suggest(name, exports)}`);
  const kind = exports[name];
  if (kind === FUNCTION) return;
  throw new Complaint(`${path}#${name} is ${kind}, ${WAYS_OUT[kind as string] ?? "not a function"}`);
}

const WAYS_OUT: Readonly<Record<string, string>> = {
  [GENERATOR]: "which has no one result; export a function that returns an array",
  [CLASS]: "not a function; export a function that makes one and uses it",
};

const MOST_LISTED = 20;

function suggest(name: string, exports: ExportKinds): string {
  const names = Object.keys(exports);
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  const listed = names.slice(0, MOST_LISTED).join(", ");
  if (names.length === 0) return "it exports nothing";
  return `it exports ${listed}${names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : ""}`;
}

/** Before the import: a missing file and a missing import inside it are the same error to Node. */
async function checkFile(path: string, file: string): Promise<void> {
  try {
    if ((await stat(file)).isDirectory()) throw new Complaint(`${path} is a folder; a task is a module's export`);
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw new Complaint(`cannot read ${path}: ${systemReason(error)}${await missingEnding(path, file)}`);
  }
}

const ENDINGS = [".ts", ".mts", ".js", ".mjs", ".cts", ".cjs", ".tsx"];

/** Bundlers let it be left out. */
async function missingEnding(path: string, file: string): Promise<string> {
  if (ENDINGS.includes(extname(path))) return "";
  const isThere = (ending: string): Promise<boolean> =>
    access(file + ending).then(
      () => true,
      () => false,
    );
  const found = await Promise.all(ENDINGS.map(isThere));
  const there = ENDINGS.filter((_, index) => found[index]);
  return there.length === 1 ? `; did you mean ${path}${there[0]}?` : "";
}
