/**
 * Lines of a stream of bytes, by the chunk they came in: UTF-8, ended by LF or CRLF, the last one with or without; a
 * byte order mark is dropped. Not `node:readline`, which also splits at U+2028 and swallows errors of its stream.
 */

import type { Readable } from "node:stream";

export async function* linesOf(stream: Readable): AsyncGenerator<string[]> {
  stream.setEncoding("utf8");
  // A line longer than a chunk is kept in parts and joined once.
  let open: string[] = [];
  let atStart = true;
  for await (const chunk of stream as AsyncIterable<string>) {
    const text = atStart ? chunk.replace(/^\uFEFF/, "") : chunk;
    atStart = false;
    const lines = text.split("\n");
    const rest = lines.pop() as string;
    if (lines.length > 0) {
      lines[0] = open.join("") + lines[0];
      open = [];
      yield lines.map(withoutReturn);
    }
    if (rest !== "") open.push(rest);
  }
  if (open.length > 0) yield [withoutReturn(open.join(""))];
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);
