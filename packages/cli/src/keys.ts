/** What an input is called in the job log: by its content, so that a changed list finds what has stayed the same. */

import { hash } from "node:crypto";
import type { Item } from "./inputs/source.ts";

/** 96 bits: two of a thousand million different inputs meet with a chance of 1 in 10^11. */
export const DIGEST_LENGTH = 24;

/** As hex digits. */
export const digestOf = (text: string): string => hash("sha256", text).slice(0, DIGEST_LENGTH);

/** The value of `--key FIELD`, else a hash of the record, of a CSV record with its header. */
export const keyOf = ({ key, header, input }: Item): string =>
  key ?? digestOf(header === undefined ? input : `${header}\n${input}`);
