/** A script as V8 compiled it, with what its text says: imports, exports, variables. Everything is read at first need. */

import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { initSync, parse as lex } from "es-module-lexer";
import type { Binding, CodeBody, Definition } from "./definitions.ts";
import { firstLook, notice } from "./first-look.ts";
import type { FunctionText } from "./function-text.ts";
import type { Location } from "./insight.ts";
import { type Inspector, type ParsedScript, theInspector } from "./inspector.ts";
import { originalUrl, readOrigins } from "./origins.ts";
import type { Parcel } from "./parcel.ts";
import type { Scope, Variable } from "./scope-tree.ts";
import { nameOf, nodeOf, nodesOf, parse, type SyntaxNode } from "./syntax.ts";
import { Variables } from "./variables.ts";

/** A whole text beyond this is not parsed (a bundle costs 100 ms a megabyte): all its variables then count as assigned. */
const MOST_PARSED = 512 * 1024;

/** What an imported name stands for. */
export interface Imported {
  readonly specifier: string;
  /** undefined: the namespace. */
  readonly imported: string | undefined;
  readonly attributes: Readonly<Record<string, string>> | undefined;
}

export interface Exported {
  readonly name: string;
  /** The variable that is exported; undefined for an anonymous default. */
  readonly local: string | undefined;
  /** Just behind the word `default`, or the exported name. */
  readonly end: number;
}

/** A function's text at its place. */
export interface Analysis {
  readonly text: FunctionText | undefined;
  readonly codeId: number;
  /** Offset of the text's first character; undefined where it was not found. */
  readonly start: number | undefined;
  readonly line: number;
  readonly column: number;
  /** Set when nothing around the text can differ from one closure to the next: then one definition does for all. */
  constant: Constant | undefined;
}

/** A definition for every function of one place: its captured variables are constants of the script's top level. */
export interface Constant {
  readonly definition: Definition;
  readonly code: CodeBody;
  readonly children: readonly Parcel[];
}

export class Script {
  readonly url: string;
  readonly isModule: boolean;
  readonly source: string;
  /** Functions of this script that were looked at, by their place. */
  readonly analyses = new Map<string, Analysis>();
  /** Top-level variables that some shipped function assigns: in a worker they are one cell for all functions. */
  readonly cells = new Set<string>();
  /** Definitions of its assigned top-level variables. */
  readonly variables = new Map<string, Parcel>();
  readonly #startLine: number;
  readonly #startColumn: number;
  #lineStarts: readonly number[] | undefined;
  #imports: ReadonlyMap<string, Imported> | undefined;
  #exports: readonly Exported[] | undefined;
  #origins: ReadonlyMap<string, Binding> | undefined;
  #scope: Scope | undefined | "unread" = "unread";

  constructor({ url, isModule, startLine, startColumn }: ParsedScript, source: string) {
    this.url = originalUrl(url);
    this.isModule = isModule;
    this.source = source;
    this.#startLine = startLine;
    this.#startColumn = startColumn;
  }

  /** The URL that its relative specifiers are relative to. */
  get base(): string {
    return isAbsolute(this.url) ? pathToFileURL(this.url).href : this.url;
  }

  /** Static imports by local name. */
  get imports(): ReadonlyMap<string, Imported> {
    this.#imports ??= new Map(this.#lexed().imports.flatMap((statement) => importsOf(statement)));
    return this.#imports;
  }

  get exports(): readonly Exported[] {
    this.#exports ??= this.#lexed().exports;
    return this.#exports;
  }

  /** Of code that was itself shipped: what its captured variables were imported as. */
  get origins(): ReadonlyMap<string, Binding> {
    this.#origins ??= readOrigins(this.source);
    return this.#origins;
  }

  /** The variable that `name` means at a position; undefined also where the script is too large to say. */
  variable(position: number, name: string): Variable | undefined {
    return this.#tree()?.at(position).find(name);
  }

  isStrict(position: number): boolean {
    return this.isModule || (this.#tree()?.at(position).strict ?? /^\s*(["'])use strict\1/.test(this.source));
  }

  offset({ line, column }: Location): number {
    const start = this.#lines()[line - this.#startLine] ?? 0;
    return line === this.#startLine ? start + column - this.#startColumn : start + column;
  }

  /** Where the function's text starts; undefined where the source does not have it there. */
  startOf(fn: object, location: Location): number | undefined {
    const text = Function.prototype.toString.call(fn);
    // V8 tells where the parameters start (of a class: its constructor's), and the text starts at or before that.
    const near = this.offset(location);
    const found = this.source.lastIndexOf(text, near);
    return found !== -1 && near < found + text.length ? found : undefined;
  }

  /** The zero-based line and column, as V8 counts them, of an offset. */
  place(offset: number): { line: number; column: number } {
    const lines = this.#lines();
    let low = 0;
    for (let high = lines.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    const column = offset - (lines[low] as number);
    return { line: low + this.#startLine, column: low === 0 ? column + this.#startColumn : column };
  }

  #lines(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (const { index, 0: end } of this.source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(index + end.length);
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }

  #lexed(): { imports: readonly string[]; exports: readonly Exported[] } {
    if (!this.isModule) return { imports: [], exports: [] };
    initSync();
    try {
      const [imports, exports] = lex(this.source);
      return {
        imports: imports.filter(({ d }) => d === -1).map(({ ss, se }) => this.source.slice(ss, se)),
        exports: exports.map(({ n, ln, e }) => ({ name: n, local: ln ?? exportedVariable(this.source, e), end: e })),
      };
    } catch {
      // Syntax the lexer does not know (string names): what is imported is then taken for any captured variable.
      return { imports: [], exports: [] };
    }
  }

  #tree(): Scope | undefined {
    if (this.#scope === "unread") {
      const program =
        this.source.length <= MOST_PARSED ? parse(this.source, this.isModule ? "module" : "script") : undefined;
      this.#scope = program && new Variables(program, this.isModule).all().top;
    }
    return this.#scope;
  }
}

function exportedVariable(source: string, end: number): string | undefined {
  return /^\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:[;\n\r]|$)/u.exec(source.slice(end, end + 256))?.[1];
}

function importsOf(statement: string): [string, Imported][] {
  const declaration = parse(statement, "module")?.body as readonly [SyntaxNode] | undefined;
  if (declaration?.[0]?.type !== "ImportDeclaration") return [];
  const [node] = declaration;
  const specifier = nodeOf(node, "source").value as string;
  const pairs = nodesOf(node, "attributes").flatMap((each) => {
    if (!each) return [];
    const key = nodeOf(each, "key");
    return [
      [key.type === "Identifier" ? nameOf(key) : String(key.value), String(nodeOf(each, "value").value)] as const,
    ];
  });
  const attributes = pairs.length === 0 ? undefined : Object.fromEntries(pairs);
  return nodesOf(node, "specifiers").flatMap((each) => {
    if (!each) return [];
    const imported =
      each.type === "ImportDefaultSpecifier"
        ? "default"
        : each.type === "ImportSpecifier"
          ? exportName(nodeOf(each, "imported"))
          : undefined;
    return [[nameOf(nodeOf(each, "local")), { specifier, imported, attributes }] as [string, Imported]];
  });
}

const exportName = (node: SyntaxNode): string => (node.type === "Identifier" ? nameOf(node) : String(node.value));

const scripts = new Map<string, Script>();

/** The script that this function is from; undefined where V8 does not show it. */
export function scriptOf(fn: object, location: Location): Script | undefined {
  const inspector = theInspector();
  const { scriptId } = location;
  const known = scripts.get(scriptId);
  if (known !== undefined || inspector === undefined) return known;
  const script = quickly(inspector, fn, location) ?? thoroughly(inspector, scriptId);
  if (script !== undefined) scripts.set(scriptId, script);
  return script;
}

function quickly(inspector: Inspector, fn: object, location: Location): Script | undefined {
  const found = firstLook(inspector, location);
  if (found === undefined) return undefined;
  const script = new Script(found.script, found.source);
  return script.url.startsWith("node:") || script.startOf(fn, location) !== undefined ? script : undefined;
}

function thoroughly(inspector: Inspector, scriptId: string): Script | undefined {
  const { scripts: parsed, source } = inspector.readScripts(scriptId);
  notice(parsed);
  const found = parsed.find((each) => each.scriptId === scriptId);
  return found && new Script(found, source ?? "");
}
