/**
 * Text to lines and records, by the chunk they came in: UTF-8; a byte order mark is dropped. Not `node:readline`, which
 * also splits at U+2028 and swallows errors of its stream.
 */

import type { Readable } from "node:stream";
import { BadInput, withoutReturn } from "../worker/reading.ts";
import { QuoteScan } from "./quote-scan.ts";

/** Lines that came together, and the number of the first. */
export interface Cut {
  readonly texts: readonly string[];
  readonly line: number;
}

/** Ended by `end`, the last one with or without; of LF a CR before it belongs to the end. */
export async function* lines(stream: Readable, end = "\n"): AsyncGenerator<Cut> {
  const ended = end === "\n" ? withoutReturn : (text: string): string => text;
  // A line longer than a chunk is kept in parts and joined once.
  let open: string[] = [];
  let line = 1;
  for await (const text of chunks(stream)) {
    const texts = text.split(end);
    const rest = texts.pop() as string;
    if (texts.length > 0) {
      texts[0] = open.join("") + texts[0];
      open = [];
      yield { texts: texts.map(ended), line };
      line += texts.length;
    }
    if (rest !== "") open.push(rest);
  }
  if (open.length > 0) yield { texts: [ended(open.join(""))], line };
}

/**
 * Records of CSV as RFC 4180 has them, each with the line where it starts; empty lines are none.
 * @throws BadInput where a quote is never closed
 */
export async function* csvRecords(
  stream: Readable,
  delimiter: string,
): AsyncGenerator<(readonly [text: string, line: number])[]> {
  const scan = new QuoteScan(delimiter);
  let open: Buffer[] = [];
  let line = 1;
  let records: (readonly [string, number])[] = [];
  const add = (bytes: Buffer): void => {
    const decoded = withoutReturn(bytes.toString("utf8"));
    const text = line === 1 ? withoutMark(decoded) : decoded;
    if (text !== "") records.push([text, line]);
    line += newlinesIn(text) + 1;
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (const end of scan.recordEnds(chunk)) {
      const rest = chunk.subarray(from, end);
      add(open.length === 0 ? rest : Buffer.concat([...open, rest]));
      open = [];
      from = end + 1;
    }
    if (from < chunk.length) open.push(chunk.subarray(from));
    if (records.length > 0) yield records;
    records = [];
  }
  if (scan.isQuoted) throw new BadInput(`the quote of the record at line ${line} is never closed`);
  add(Buffer.concat(open));
  if (records.length > 0) yield records;
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

async function* chunks(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding("utf8");
  let isFirst = true;
  for await (const chunk of stream as AsyncIterable<string>) {
    yield isFirst ? withoutMark(chunk) : chunk;
    isFirst = false;
  }
}

const withoutMark = (text: string): string => (text.startsWith("\uFEFF") ? text.slice(1) : text);
