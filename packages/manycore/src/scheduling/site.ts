/** Where a call was submitted: the end of its errors' stacks. */

import { join } from "node:path";

/** Holds a stack that V8 turns into text only if somebody reads it. */
export type Site = { stack?: string };

/** Frames kept: the submitting line and its callers. */
const FRAMES = 4;

/** Stacks taken in a turn before a loop is assumed. */
const EXACT = 16;

let taken = 0;
let latest: { readonly fn: unknown; readonly site: Site } | undefined;

/**
 * Who submits `fn`: the caller of `below`, a public method. A stack costs some microseconds, several times the rest of a
 * submit, so after the first `EXACT` of a turn a call takes the last one of its function: it is a loop, all but surely.
 */
export function siteOf(fn: unknown, below: (...args: never[]) => unknown): Site {
  if (taken >= EXACT && latest !== undefined && latest.fn === fn) return latest.site;
  if (taken++ === 0) {
    setImmediate(() => {
      taken = 0;
      latest = undefined;
    });
  }
  const site = siteBelow(below);
  latest = { fn, site };
  return site;
}

function siteBelow(below: (...args: never[]) => unknown): Site {
  const site: Site = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  Error.captureStackTrace(site, below);
  Error.stackTraceLimit = limit;
  return site;
}

const joined = new WeakSet<object>();

/** Lines of a stack that are this library's own, built or as source maps have them: of no use to whoever reads the error. */
const ownFolders = isInstalled() ? [__dirname, join(__dirname, "../src")] : [];
const isOwn = (line: string): boolean => /^ {4}at /.test(line) && ownFolders.some((folder) => line.includes(folder));

/** Inside a user's bundle these lines cannot be told from his own. */
function isInstalled(): boolean {
  return typeof __dirname === "string" && /[\\/]manycore[\\/]dist$/.test(__dirname);
}

/** The error, its stack followed by that of the submit. Done once: an error can reach several futures. */
export function joinSite(error: unknown, site: Site): unknown {
  if (!(error instanceof Error) || joined.has(error)) return error;
  joined.add(error);
  const frames = site.stack?.split("\n").slice(1).join("\n");
  if (frames === undefined || frames === "") return error;
  const stack = error.stack
    ?.split("\n")
    .filter((line) => !isOwn(line))
    .join("\n");
  try {
    Object.defineProperty(error, "stack", {
      value: `${stack}\n    --- submitted from ---\n${frames}`,
      writable: true,
      configurable: true,
    });
  } catch {
    // a frozen error keeps the stack it has
  }
  return error;
}
