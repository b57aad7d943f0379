/**
 * Text to lines and records, by the chunk they came in: UTF-8; a byte order mark is dropped. Not `node:readline`, which
 * also splits at U+2028 and swallows errors of its stream.
 */

import type { Readable } from "node:stream";
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
 * @throws RangeError where a quote is never closed
 */
export async function* csvRecords(
  stream: Readable,
  delimiter: string,
): AsyncGenerator<(readonly [text: string, line: number])[]> {
  const scan = new QuoteScan(delimiter);
  let open: string[] = [];
  let line = 1;
  const recordOf = (text: string): (readonly [string, number])[] => {
    const at = line;
    line += newlinesIn(text) + 1;
    return text === "" || text === "\r" ? [] : [[withoutReturn(text), at]];
  };
  for await (const text of chunks(stream)) {
    const records: (readonly [string, number])[] = [];
    let from = 0;
    for (const end of scan.recordEnds(text)) {
      records.push(...recordOf(open.join("") + text.slice(from, end)));
      open = [];
      from = end + 1;
    }
    if (from < text.length) open.push(text.slice(from));
    if (records.length > 0) yield records;
  }
  if (scan.isQuoted) throw new RangeError(`the quote of the record at line ${line} is never closed`);
  const last = recordOf(open.join(""));
  if (last.length > 0) yield last;
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
    yield isFirst ? chunk.replace(/^\uFEFF/, "") : chunk;
    isFirst = false;
  }
}

export const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);
