/** Inputs, drawn as they are needed. */

/** One input, and where it was found. */
export interface Item {
  /** What a worker makes the argument of: the line, the path, the record's text, or where a block lies. */
  readonly input: string;
  /** Text of the header record of its file, where there is one. */
  readonly header: string | undefined;
  /** As a person would look for it: `line 17`, `names.txt:17`, or the file itself. */
  readonly place: string;
  /** Value of its `--key` field; undefined where nobody asked. */
  readonly key: string | undefined;
}

export interface Source {
  /** As many at a time as came together: a promise for every line would cost more than the line. Throws Complaint. */
  readonly batches: AsyncIterable<readonly Item[]>;
  /** Which part of the inputs has been drawn, 0 to 1; undefined where nobody knows how many there are. */
  drawn(): number | undefined;
  /** Ends `batches` now, though it be waiting for somebody to type. */
  close(): void;
}

/** An input that is its own place. */
export const namedItem = (input: string): Item => ({ input, header: undefined, place: input, key: undefined });
