/** What an option's text may be. Each function throws commander's InvalidArgumentError, which names the option. */

import { InvalidArgumentError } from "commander";

/** A whole number from `least` to `most`. */
export const wholeNumber =
  (least: number, most = 999_999_999) =>
  (text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most)
      throw new InvalidArgumentError(`It takes a whole number from ${least}${most < 1e6 ? ` to ${most}` : ""}.`);
    return Number(text);
  };

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Ms: `1500`, `1500ms`, `1.5s`, `2m`, `1h`. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const ms = match === null ? Number.NaN : Number(match[1]) * (UNIT_MS[match[2] ?? "ms"] as number);
  if (!(ms <= Number.MAX_SAFE_INTEGER))
    throw new InvalidArgumentError("It takes ms, or a time such as 500ms, 30s, 5m, 1h.");
  return ms;
}

/** As `duration`, but not 0. */
export function positiveDuration(text: string): number {
  const ms = duration(text);
  if (ms === 0) throw new InvalidArgumentError("It takes a time above 0.");
  return ms;
}

const UNIT_BYTES: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes: `65536`, `64k`, `64M`, `1G`. */
export function byteSize(text: string): number {
  const match = /^(\d+)([kmg]?)b?$/i.exec(text);
  const bytes = match === null ? 0 : Number(match[1]) * (UNIT_BYTES[(match[2] as string).toLowerCase()] as number);
  if (bytes < 1 || !Number.isSafeInteger(bytes))
    throw new InvalidArgumentError("It takes a size such as 65536, 64k, 64M, 1G.");
  return bytes;
}
