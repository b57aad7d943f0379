/** From an input's text to the argument of the task: in the workers, so that it is done in parallel. */

import type { Format } from "../inputs/formats.ts";
import { QuoteScan } from "../inputs/quote-scan.ts";
import { type Block, textOf } from "./block.ts";

export interface Reading {
  readonly format: Format;
  /** An input is a stretch of a file. */
  readonly isBlock: boolean;
  /** Between two fields. */
  readonly delimiter: string;
}

/** A record that cannot be read: no failure of the task, and the end of the run. */
export class BadInput extends Error {}

/**
 * A string; with `ndjson` the value, with `csv` an object by the header's names; of a block an array of these, or its text.
 * @throws BadInput
 */
export function argumentOf(reading: Reading, input: string, header: string | undefined): unknown {
  if (reading.isBlock) return blockOf(reading, JSON.parse(input) as Block, header);
  if (reading.format === "ndjson") return jsonValue(input, "");
  return reading.format === "csv" ? recordOf(input, header as string, reading.delimiter) : input;
}

function blockOf({ format, delimiter }: Reading, block: Block, header: string | undefined): unknown {
  const text = textOf(block);
  if (format === "lines") return text;
  if (format === "csv")
    return recordsOf(text, delimiter).map((fields, index) =>
      objectOf(fields, header as string, delimiter, `record ${index + 1}: `),
    );
  const values: unknown[] = [];
  for (const [index, line] of text.split("\n").entries())
    if (line.trim() !== "") values.push(jsonValue(line, `line ${index + 1}: `));
  return values;
}

function jsonValue(text: string, place: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new BadInput(`${place}not JSON: ${(error as Error).message}`);
  }
}

function recordOf(text: string, header: string, delimiter: string): Record<string, string> {
  return objectOf(fieldsOf(text, delimiter), header, delimiter, "");
}

function objectOf(fields: readonly string[], header: string, delimiter: string, place: string): Record<string, string> {
  const names = namesOf(header, delimiter);
  if (fields.length !== names.length)
    throw new BadInput(
      `${place}${fields.length} ${fields.length === 1 ? "field" : "fields"}, and the header has ${names.length}`,
    );
  return Object.fromEntries(names.map((name, index) => [name, fields[index] as string]));
}

type Parser = typeof import("papaparse");
let parser: Parser | undefined;

/** Before the first record: lines and JSON do without. */
export async function loadParser({ format }: Reading): Promise<void> {
  if (format === "csv") parser ??= (await import("papaparse")).default;
}

/** Fields of each record of a text. */
function recordsOf(text: string, delimiter: string): string[][] {
  if (!text.includes("\r")) return rowsOf(text, delimiter);
  if (!/(?<!\r)\n|\r(?!\n)/.test(text)) return rowsOf(text, delimiter, "\r\n");
  // The parser takes one kind of newline, and guesses at it: a field may hold the other.
  const records: string[] = [];
  let from = 0;
  for (const end of [...new QuoteScan(delimiter).recordEnds(text), text.length]) {
    records.push(text.slice(from, end).replace(/\r$/, ""));
    from = end + 1;
  }
  return records.flatMap((record) => rowsOf(record, delimiter));
}

function rowsOf(text: string, delimiter: string, newline: "\n" | "\r\n" = "\n"): string[][] {
  const { data, errors } = (parser as Parser).parse<string[]>(text, { delimiter, newline, skipEmptyLines: true });
  const [error] = errors;
  if (error !== undefined)
    throw new BadInput(`${error.message}${error.row === undefined ? "" : ` (record ${error.row + 1})`}`);
  return data;
}

/** Fields of one record. */
export const fieldsOf = (text: string, delimiter: string): string[] => rowsOf(text, delimiter)[0] ?? [""];

let lastHeader = "";
let lastNames: readonly string[] = [];

/** Of the header's text, as it stands in the file: parsed once. */
function namesOf(header: string, delimiter: string): readonly string[] {
  if (header !== lastHeader) {
    lastNames = fieldsOf(header.replace(/^\uFEFF/, "").replace(/\r?\n$/, ""), delimiter);
    lastHeader = header;
  }
  return lastNames;
}
