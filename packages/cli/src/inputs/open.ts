/** Opens what `--input` names, or standard input. */

import { constants } from "node:buffer";
import { access, constants as modes, stat } from "node:fs/promises";
import { Complaint, cannotRead, EXIT_USAGE } from "../complaint.ts";
import type { Reading } from "../worker/reading.ts";
import { BlockSource } from "./block-source.ts";
import { keyReader } from "./field-key.ts";
import { FileSource, ListedFileSource } from "./file-source.ts";
import { firstFileOf } from "./file-walk.ts";
import { delimiterOf, type Format, formatOf } from "./formats.ts";
import type { Source } from "./source.ts";
import { TextSource } from "./text-source.ts";

export interface InputFlags {
  readonly paths: readonly string[];
  readonly format: Format | undefined;
  /** Bytes of a block. */
  readonly block: number | undefined;
  /** A field that names each record. */
  readonly key: string | undefined;
  /** Lines and names end with NUL. */
  readonly isNull: boolean;
  /** Files that a folder or a glob does not mean: what the run itself writes. */
  readonly except: readonly string[];
}

/** @throws Complaint where something cannot be read, or options do not go together, before anything runs */
export async function openInputs(flags: InputFlags): Promise<{ readonly source: Source; readonly reading: Reading }> {
  const { paths, block, key, isNull } = flags;
  const format = flags.format ?? formatOf(paths);
  checkTogether(flags, format);
  for (const path of paths) await (format === "files" ? checkFiles(path) : checkText(path, block !== undefined));
  const delimiter = format === "csv" ? delimiterOf(paths) : ",";
  const reading: Reading = { format, isBlock: block !== undefined, delimiter };
  if (block !== undefined) return { source: new BlockSource(paths, block, reading), reading };
  const end = isNull ? "\0" : "\n";
  if (format === "files")
    return { source: paths.length === 0 ? new ListedFileSource(end) : new FileSource(paths, flags.except), reading };
  const keyOf = key === undefined ? undefined : await keyReader(key, reading);
  return { source: new TextSource({ paths, total: await totalSize(paths), reading, end, keyOf }), reading };
}

function checkTogether({ paths, block, key, isNull }: InputFlags, format: Format): void {
  const isRecords = format === "ndjson" || format === "csv";
  if (key !== undefined && !isRecords)
    throw new Complaint(`--key names a field of records: it needs --format ndjson or csv, not ${format}`);
  if (isNull && isRecords) throw new Complaint(`--null is for lines and names of files, not for --format ${format}`);
  if (block === undefined) return;
  if (format === "files") throw new Complaint("--block cuts the text of files: it does not go with --format files");
  if (paths.length === 0) throw new Complaint("--block needs --input FILE: workers cannot read standard input");
  if (isNull) throw new Complaint("--block does not go with --null");
  if (key !== undefined) throw new Complaint("--block does not go with --key: a block has many records");
  if (block > constants.MAX_STRING_LENGTH)
    throw new Complaint(`--block is ${constants.MAX_STRING_LENGTH} bytes at most: a block is one string`);
}

/** Opens nothing: of a pipe that would be the end for who writes to it. */
async function checkText(path: string, isCut: boolean): Promise<void> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Complaint(`${path} is a folder; --format files takes the files in it`);
    if (isCut && !found.isFile())
      throw new Complaint(`--block needs a file that can be read in parts, and ${path} is none`);
    await access(path, modes.R_OK);
  } catch (error) {
    throw error instanceof Complaint ? error : cannotRead(path, error, EXIT_USAGE);
  }
}

async function checkFiles(path: string): Promise<void> {
  try {
    if ((await firstFileOf(path)) === undefined) throw new Complaint(`no file matches ${path}`);
  } catch (error) {
    throw error instanceof Complaint ? error : cannotRead(path, error, EXIT_USAGE);
  }
}

/** Bytes in all, where every input is a file of known size. */
async function totalSize(paths: readonly string[]): Promise<number | undefined> {
  if (paths.length === 0) return undefined;
  const found = await Promise.all(paths.map((path) => stat(path)));
  return found.every((file) => file.isFile()) ? found.reduce((sum, { size }) => sum + size, 0) : undefined;
}
