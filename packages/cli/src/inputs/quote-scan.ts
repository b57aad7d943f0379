/**
 * Where records of CSV end: at newlines outside quotes. A quote opens a field only at the field's start, as RFC 4180 has
 * it and parsers read it; inside, two quotes are one. Text comes in chunks, and may be cut anywhere: `latin1` of a file's
 * bytes does as well as the text itself, since none of the marks is part of a longer character in UTF-8.
 */

export class QuoteScan {
  readonly #delimiter: string;
  /** Between fields nothing is open; `closing`: a quote that may be the first of two. */
  #state: "start" | "plain" | "quoted" | "closing" = "start";
  /** Where the first newline inside quotes was seen, as an offset from the start of everything. */
  quotedNewline: number | undefined;
  #offset = 0;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Is the end of what was scanned inside quotes? */
  get isQuoted(): boolean {
    return this.#state === "quoted";
  }

  /** Offsets of the newlines in this chunk that end a record. */
  recordEnds(text: string): number[] {
    const ends: number[] = [];
    let at = 0;
    while (at < text.length) at = this.#step(text, at, ends);
    this.#offset += text.length;
    return ends;
  }

  /** Takes what stands at `at`, and more of the same kind; returns what is next. */
  #step(text: string, at: number, ends: number[]): number {
    if (this.#state === "quoted") return this.#quoted(text, at);
    const mark = text[at];
    if (this.#state === "closing" && mark === '"') {
      this.#state = "quoted";
      return at + 1;
    }
    if (mark === "\n") {
      ends.push(at);
      this.#state = "start";
      return at + 1;
    }
    if (mark === this.#delimiter) {
      this.#state = "start";
      return at + 1;
    }
    if (this.#state === "start" && mark === '"') {
      this.#state = "quoted";
      return at + 1;
    }
    this.#state = "plain";
    return endOfPlain(text, at + 1, this.#delimiter);
  }

  #quoted(text: string, at: number): number {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    if (this.quotedNewline === undefined) {
      const newline = text.indexOf("\n", at);
      if (newline >= 0 && newline < end) this.quotedNewline = this.#offset + newline;
    }
    if (quote < 0) return end;
    this.#state = "closing";
    return end + 1;
  }
}

function endOfPlain(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== "\n" && text[at] !== delimiter) at++;
  return at;
}
