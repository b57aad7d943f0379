/** Why a module could not be imported: whether tsx may do better, and in one line what to mend. */

import { extname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describeError } from "../complaint.ts";

/** What Node runs with type stripping, with tsx, or not at all. */
const TYPESCRIPT = /\.(?:[cm]?ts|tsx|jsx)\b/;

export const isTypeScript = (file: string): boolean => TYPESCRIPT.test(extname(file));

/** Codes of what TypeScript has and Node has not: syntax that does not just go away, and other ways to find a module. */
const CODES: ReadonlySet<unknown> = new Set([
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_INVALID_TYPESCRIPT_SYNTAX",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
  "ERR_MODULE_NOT_FOUND",
  "MODULE_NOT_FOUND",
  "ERR_UNSUPPORTED_DIR_IMPORT",
]);

/** True where Node failed at what tsx knows. A module in JavaScript has nothing of that, unless it imports TypeScript. */
export function mayNeedTsx(file: string, error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  // Decorators, a type imported without the word, `import` in what counts as CommonJS, and `require` in what does not.
  const isOther = error instanceof SyntaxError || /not defined in ES module scope/.test(error.message);
  if (!CODES.has(code) && !isOther) return false;
  return isTypeScript(file) || TYPESCRIPT.test(`${error.message}\n${error.stack}`);
}

/** One line. */
export function importReason(file: string, error: unknown): string {
  const extension = extname(file);
  if ((error as { code?: unknown } | null)?.code === "ERR_UNKNOWN_FILE_EXTENSION" && !isTypeScript(file))
    return `Node runs no ${extension || "such"} files; compile it to .mjs`;
  return transformReason(error) ?? `${describeError(error)}${placeOf(error)}`;
}

/** esbuild's, which tsx uses: `Transform failed with 1 error:\n/home/me/task.ts:2:12: ERROR: Unexpected ";"`. */
function transformReason(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : "";
  const match = /^Transform failed with .*\n(.+):(\d+):(\d+): ERROR: (.*)/.exec(message);
  if (match === null) return undefined;
  const [, path = "", line = "", column = "", text = ""] = match;
  const place = `(${relative(process.cwd(), path)}:${line}:${Number(column) + 1})`;
  if (!/^Top-level await/.test(text)) return `SyntaxError: ${text} ${place}`;
  return `top-level await needs an ES module: name it .mts, or put "type": "module" into package.json ${place}`;
}

/** Where the module, or one that it imports, threw; nothing where only the loader stands in the stack. */
function placeOf(error: unknown): string {
  const { stack = "", requireStack } = (error ?? {}) as { stack?: string; requireStack?: readonly string[] };
  if (requireStack?.[0] !== undefined) return ` (${relative(process.cwd(), requireStack[0])})`;
  for (const line of String(stack).split("\n")) {
    const [, name = "", position = ""] = FRAME.exec(line) ?? [];
    if (name === "" || /[\\/]node_modules[\\/]/.test(name)) continue;
    return ` (${relative(process.cwd(), name.startsWith("file:") ? fileURLToPath(name) : name)}${position})`;
  }
  return "";
}

/** `at f (/home/me/task.ts:1:2)`, `at file:///home/me/task.mjs:1:2`; not `at f (node:internal/…)`. */
const FRAME = /^\s+at (?:.*\(|async )?(file:\/\/.+?|\/.+?|[A-Za-z]:\\.+?)((?::\d+){1,2})\)?$/;
