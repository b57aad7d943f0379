/** An input in one line, for `--tag` and `--dry-run`. */

import { argumentOf, type Reading } from "../worker/reading.ts";
import type { Item } from "./source.ts";

/** Its key where it has one, else the line, the path, the record as JSON, or the place of a block. */
export function tagOf(item: Item, reading: Reading): string {
  if (item.key !== undefined) return inOneLine(item.key);
  if (reading.isBlock) return inOneLine(item.place);
  return inOneLine(reading.format === "csv" ? record(item, reading) : item.input);
}

function record({ input, header }: Item, reading: Reading): string {
  try {
    return JSON.stringify(argumentOf(reading, input, header));
  } catch {
    return input; // the run says what is wrong with it
  }
}

/** A name may hold a newline. */
export const inOneLine = (text: string): string => (/[\r\n]/.test(text) ? JSON.stringify(text) : text);
