/** What an input is. */

import { extname } from "node:path";
import { Complaint } from "../complaint.ts";

export const FORMATS = ["lines", "ndjson", "csv", "files"] as const;
export type Format = (typeof FORMATS)[number];

const BY_ENDING: Readonly<Record<string, Format>> = {
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".csv": "csv",
  ".tsv": "csv",
};

const ending = (path: string): string => extname(path).toLowerCase();

/** By the files' endings. @throws Complaint where they disagree */
export function formatOf(paths: readonly string[]): Format {
  return agreed(paths, (path) => BY_ENDING[ending(path)] ?? "lines", "--format says which");
}

/** What is between two fields. @throws Complaint where files disagree */
export function delimiterOf(paths: readonly string[]): string {
  return agreed(paths, (path) => (ending(path) === ".tsv" ? "\t" : ","), "they need runs of their own");
}

/** May lines of this file be parts of records? */
export const isTable = (path: string): boolean => BY_ENDING[ending(path)] === "csv";

function agreed<T>(paths: readonly string[], of: (path: string) => T, fix: string): T {
  const [first = "", ...others] = paths;
  const other = others.find((path) => of(path) !== of(first));
  if (other !== undefined) throw new Complaint(`${first} and ${other} are of different kinds by their endings; ${fix}`);
  return of(first);
}
