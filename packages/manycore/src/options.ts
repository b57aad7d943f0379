/** Options are checked here, once; behind this door they are trusted. */

import { statSync } from "node:fs";

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown) => string | undefined;

export type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check };

/**
 * Throws for an unknown option (naming the nearest right one) and for a wrong value (naming the option and its bounds).
 * `undefined` means "left out". `where` is whose options they are, for the message.
 * @throws TypeError for an unknown name or a wrong type, RangeError for a number out of bounds
 */
export function checkOptions<Options extends object>(
  where: string,
  options: Options | undefined,
  checks: Checks<Options>,
): Options {
  if (options === undefined) return {} as Options;
  if (typeof options !== "object" || options === null)
    throw new TypeError(`The options of ${where} must be an object, not ${describe(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Options] : undefined;
    if (check === undefined) throw new TypeError(unknownOption(where, name, Object.keys(checks)));
    if (value === undefined) continue;
    const wrong = check(value);
    if (wrong === undefined) continue;
    const message = `Option "${name}" of ${where} must be ${wrong}, not ${describe(value)}.`;
    // A number where a number belongs is out of bounds; anything else is of the wrong type.
    throw typeof value === "number" && /\b(integer|number)\b/.test(wrong)
      ? new RangeError(message)
      : new TypeError(message);
  }
  return options;
}

function unknownOption(where: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const hint = near === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${near}"?`;
  return `Unknown option "${name}" of ${where}. ${hint}`;
}

const describe = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
};

/** The name most like `name`, if any is like it at all. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const ranked = names.map((each) => ({ each, distance: editDistance(name.toLowerCase(), each.toLowerCase()) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, name.length / 3) ? best.each : undefined;
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1);
    }
    row = next;
  }
  return row[b.length] as number;
}

const when =
  (wanted: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : wanted;

const isNumber = (value: unknown): value is number => typeof value === "number" && !Number.isNaN(value);

export const atLeast = (least: number): Check =>
  when(`an integer of at least ${least}`, (value) => Number.isInteger(value) && (value as number) >= least);
export const atLeastOrInfinity = (least: number): Check =>
  when(
    `an integer of at least ${least}, or Infinity`,
    (value) => isNumber(value) && value >= least && (Number.isInteger(value) || value === Infinity),
  );
export const duration: Check = when("a number of ms, 0 or more", (value) => isNumber(value) && value >= 0);
export const positiveDuration: Check = when("a number of ms above 0", (value) => isNumber(value) && value > 0);
export const finite: Check = when("a finite number", (value) => Number.isFinite(value));
export const boolean: Check = when("true or false", (value) => typeof value === "boolean");
export const text: Check = when("a string", (value) => typeof value === "string");
export const directory: Check = when(
  "the path of an existing directory",
  (value) => typeof value === "string" && statSync(value, { throwIfNoEntry: false })?.isDirectory() === true,
);
export const callable: Check = when("a function", (value) => typeof value === "function");
export const list: Check = when("an array", Array.isArray);
export const record: Check = when("an object", (value) => typeof value === "object" && value !== null);
export const oneOf = (...values: readonly string[]): Check =>
  when(`one of ${values.map((value) => `"${value}"`).join(", ")}`, (value) => values.includes(value as string));
export const abortSignal: Check = when(
  "an AbortSignal",
  (value) => typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value,
);
export const either =
  (...checks: readonly Check[]): Check =>
  (value) => {
    const wrongs = checks.map((check) => check(value));
    return wrongs.includes(undefined) ? undefined : wrongs.join(", or ");
  };
