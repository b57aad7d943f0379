/**
 * Where records of CSV end: at newlines outside quotes. A quote opens a field only at the field's start, as RFC 4180 has
 * it and parsers read it; inside, two quotes are one. Bytes, not text: none of the marks is part of a longer character in
 * UTF-8, so they may be cut anywhere, and what is found are places in the file.
 */

const QUOTE = 0x22;
const NEWLINE = 0x0a;
/** U+FEFF, before the first field: a quote behind it opens one. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

const START = 0;
/** In a field without quotes, or behind those of one. */
const PLAIN = 1;
const QUOTED = 2;
/** Behind a quote that is the field's end, or the first of two. */
const CLOSING = 3;

export class QuoteScan {
  readonly #delimiter: number;
  #state = START;
  #offset = 0;
  /** Bytes of the mark that were seen; all of them, once there can be no more. */
  #mark: number;
  /** Where the first newline inside quotes was seen, as an offset from the start of everything. */
  quotedNewline: number | undefined;

  /** @param isFile does it begin where a file does? Only there U+FEFF is a mark. */
  constructor(delimiter: string, isFile = true) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#mark = isFile ? 0 : BYTE_ORDER_MARK.length;
  }

  /** Is the end of what was scanned inside quotes? */
  get isQuoted(): boolean {
    return this.#state === QUOTED;
  }

  /**
   * Places in this chunk, from `least` on, of the newlines that end a record. One plain loop: a search for each mark takes
   * longer, they are so near. But most chunks of most files have no quote at all.
   */
  recordEnds(bytes: Buffer, least = 0): number[] {
    if (this.#state !== QUOTED && this.#mark === BYTE_ORDER_MARK.length && !bytes.includes(QUOTE))
      return this.#newlines(bytes, least);
    const ends: number[] = [];
    const delimiter = this.#delimiter;
    let state = this.#state;
    for (let at = this.#markLength(bytes); at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (state === QUOTED) {
        if (byte === QUOTE) state = CLOSING;
        else if (byte === NEWLINE) this.quotedNewline ??= this.#offset + at;
      } else if (byte === NEWLINE) {
        if (at >= least) ends.push(at);
        state = START;
      } else if (byte === delimiter) state = START;
      else if (byte === QUOTE && state !== PLAIN) state = QUOTED;
      else state = PLAIN;
    }
    this.#state = state;
    this.#offset += bytes.length;
    return ends;
  }

  #newlines(bytes: Buffer, least: number): number[] {
    const last = bytes[bytes.length - 1];
    if (last !== undefined) this.#state = last === NEWLINE || last === this.#delimiter ? START : PLAIN;
    this.#offset += bytes.length;
    return newlinesIn(bytes, least);
  }

  #markLength(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && bytes[at] === BYTE_ORDER_MARK[this.#mark]) {
      at++;
      this.#mark++;
    }
    if (at < bytes.length) this.#mark = BYTE_ORDER_MARK.length;
    return at;
  }
}

/** Places of all newlines from `least` on. */
export function newlinesIn(bytes: Buffer, least = 0): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(NEWLINE, least); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) places.push(at);
  return places;
}
