/** Values as words. What was thrown may be anything, so nothing here may throw in turn. */

import { inspect } from "node:util";

/** The name of a value's class, or of its type where it has none. */
export function typeName(value: unknown): string {
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  try {
    return String(value.constructor?.name || "Object");
  } catch {
    return "Object";
  }
}

/** What was thrown, with its stack where it has one. */
export function describeThrown(error: unknown): string {
  try {
    if (error instanceof Error) return typeof error.stack === "string" ? error.stack : String(error);
    return inspect(error);
  } catch {
    return `a ${typeName(error)} that cannot be printed`;
  }
}
