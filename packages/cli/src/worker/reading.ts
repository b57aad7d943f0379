/** From an input's text to the argument of the task: in the workers, so that it is done in parallel. */

import type { Format } from "../inputs/formats.ts";
import { newlinesIn, QuoteScan } from "../inputs/quote-scan.ts";
import { type Block, bytesOf } from "./block.ts";

export interface Reading {
  readonly format: Format;
  /** An input is a stretch of a file. */
  readonly isBlock: boolean;
  /** Between two fields. */
  readonly delimiter: string;
}

/** A record that cannot be read: no failure of the task, and the end of the run. */
export class BadInput extends Error {
  /** Of several records that were read together, the number of the bad one. */
  row: number | undefined;
}

/**
 * A string; with `ndjson` the value, with `csv` an object by the header's names; of a block an array of these, or its text.
 * @throws BadInput
 */
export function argumentOf(reading: Reading, input: string, header: string | undefined): unknown {
  if (reading.isBlock) return blockOf(reading, JSON.parse(input) as Block, header);
  return reading.format === "lines" || reading.format === "files" ? input : recordOf(reading, input, header);
}

/** As if its lines and records had come one by one. */
function blockOf(reading: Reading, block: Block, header: string | undefined): unknown {
  const bytes = bytesOf(block);
  if (reading.format === "lines") return bytes.toString("utf8").replaceAll("\r\n", "\n").replace(/\n$/, "");
  const { texts, places } = recordsIn(bytes, reading);
  const values: unknown[] = [];
  try {
    if (reading.format === "ndjson") for (const text of texts) values.push(jsonValue(text));
    else
      for (const fields of rowsOf(texts, reading.delimiter)) values.push(objectOf(fields, header, reading.delimiter));
  } catch (error) {
    const { message, row = values.length } = error as BadInput;
    const start = startOf(places[row] as number, bytes, reading);
    const line = newlinesIn(bytes.subarray(0, start)).length + 1;
    throw new BadInput(`line ${line} of it, at byte ${block.from + start}: ${message}`);
  }
  return values;
}

/** Records, and how many ends of lines or records are before each. */
function recordsIn(bytes: Buffer, reading: Reading): { readonly texts: string[]; readonly places: number[] } {
  const texts: string[] = [];
  const places: number[] = [];
  for (const [place, ended] of cut(bytes, reading).entries()) {
    const text = withoutReturn(ended);
    if (isBlank(text, reading)) continue;
    texts.push(text);
    places.push(place);
  }
  return { texts, places };
}

/** Where there are no quotes, one decoding and one split are the shortest way. */
function cut(bytes: Buffer, reading: Reading): string[] {
  if (reading.format !== "csv" || !bytes.includes(QUOTE)) return bytes.toString("utf8").split("\n");
  let from = 0;
  const texts = recordEnds(bytes, reading).map((end) => {
    const text = bytes.toString("utf8", from, end);
    from = end + 1;
    return text;
  });
  return [...texts, bytes.toString("utf8", from)];
}

function startOf(place: number, bytes: Buffer, reading: Reading): number {
  return place === 0 ? 0 : (recordEnds(bytes, reading)[place - 1] as number) + 1;
}

const recordEnds = (bytes: Buffer, { format, delimiter }: Reading): number[] =>
  format === "csv" ? new QuoteScan(delimiter, false).recordEnds(bytes) : newlinesIn(bytes);

const QUOTE = 0x22;

/** Of a text up to an LF. */
export const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);

/** Is it no record at all? Spaces may be a field of CSV. */
export const isBlank = (text: string, { format }: Reading): boolean =>
  text === "" || (format === "ndjson" && text.trim() === "");

function recordOf({ format, delimiter }: Reading, text: string, header: string | undefined): unknown {
  return format === "csv" ? objectOf(fieldsOf(text, delimiter), header, delimiter) : jsonValue(text);
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new BadInput(`not JSON: ${(error as Error).message}`);
  }
}

function objectOf(fields: readonly string[], header: string | undefined, delimiter: string): Record<string, string> {
  const names = namesOf(header as string, delimiter);
  if (fields.length !== names.length)
    throw new BadInput(
      `${fields.length} ${fields.length === 1 ? "field" : "fields"}, and the header has ${names.length}`,
    );
  // Assigning takes a third of the time, and does nothing for one name.
  if (names.includes("__proto__"))
    return Object.fromEntries(names.map((name, index) => [name, fields[index] as string]));
  const record: Record<string, string> = {};
  for (let index = 0; index < names.length; index++) record[names[index] as string] = fields[index] as string;
  return record;
}

type Parser = typeof import("papaparse");
let parser: Parser | undefined;

/** Before the first record: lines and JSON do without. */
export async function loadParser({ format }: Reading): Promise<void> {
  if (format === "csv") parser ??= (await import("papaparse")).default;
}

/**
 * Fields of these records. Most have no quotes and need no parser, which takes ten times as long; and it is told what a
 * newline is, or it would take a CR in a field for one.
 */
function rowsOf(records: readonly string[], delimiter: string): string[][] {
  if (!records.some((text) => text.includes('"'))) return records.map((text) => text.split(delimiter));
  // It drops one U+FEFF, which here is no byte order mark; and it forgives spaces behind quotes only before a mark.
  const text = `${records[0]?.startsWith("\uFEFF") ? "\uFEFF" : ""}${records.join("\n")}\n`;
  const { data, errors } = (parser as Parser).parse<string[]>(text, { delimiter, newline: "\n" });
  const [error] = errors;
  if (error !== undefined) throw Object.assign(new BadInput(error.message), { row: error.row });
  return data.slice(0, -1);
}

/** Fields of one record. */
export const fieldsOf = (text: string, delimiter: string): readonly string[] => rowsOf([text], delimiter)[0] ?? [""];

let lastHeader = "";
let lastNames: readonly string[] = [];

/** Parsed once. */
function namesOf(header: string, delimiter: string): readonly string[] {
  if (header !== lastHeader) {
    lastNames = fieldsOf(header, delimiter);
    lastHeader = header;
  }
  return lastNames;
}
