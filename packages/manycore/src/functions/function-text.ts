/** What one function's or class's source text needs to run elsewhere: its free variables, and the form it compiles in. */

import { outwardParts, type Part, type Statics, staticFields } from "./class-members.ts";
import type { CodeBody } from "./definitions.ts";
import { isClass, isFunction, nameOf, nodeOf, nodesOf, parse, type SyntaxNode } from "./syntax.ts";
import { type Leaning, Variables } from "./variables.ts";

/** A name that the text uses and does not declare. */
export interface FreeName {
  readonly name: string;
  readonly written: boolean;
  readonly onlyTypeof: boolean;
  /** The members it is only ever used for, as `["join"]` in `path.join`; undefined where it is used as a whole. */
  readonly members: readonly MemberPath[] | undefined;
  readonly eager: boolean;
}

/** A member, and what is read of that in turn. */
export type MemberPath = readonly string[];

export interface FunctionText {
  /** The text as it is to be compiled: `import.meta` and a method's computed key are replaced, length for length. */
  readonly source: string;
  readonly wrap: CodeBody["wrap"];
  readonly isGenerator: boolean;
  readonly importsDynamically: boolean;
  /** The name that stands for `import.meta` in `source`. */
  readonly metaName: string | undefined;
  readonly free: readonly FreeName[];
  /** The variable that a class extends, where it is a plain name. */
  readonly heritage: string | undefined;
  /** The static fields that a class makes for itself. */
  readonly statics: Statics;
  /** What cannot come along, in the order of severity. */
  readonly obstacle: Exclude<Leaning, "import()" | "import.meta"> | undefined;
  /** The first private member of a class around the text that it uses. */
  readonly privateName: string | undefined;
}

const OBSTACLES = ["super", "this", "arguments", "new.target", "eval", "with", "private"] as const;

/** Undefined where acorn does not know the syntax (yet). */
export function analyseText(text: string, goal: "module" | "script"): FunctionText | undefined {
  return analyseExpression(text, goal) ?? analyseMethod(text, goal);
}

// Inside a function, `new.target` and `arguments` parse.
const EXPRESSION = ["(function () { return (\n", "\n); })"] as const;
const METHOD = ["(function () { return { __proto__: null, \n", "\n}; })"] as const;

function analyseExpression(text: string, goal: "module" | "script"): FunctionText | undefined {
  const [before, after] = EXPRESSION;
  const program = parse(before + text + after, goal);
  const expression = program && returned(program);
  return expression && describe(program, expression, text, before.length, "none");
}

function analyseMethod(text: string, goal: "module" | "script"): FunctionText | undefined {
  const [before, after] = METHOD;
  const program = parse(before + text + after, goal);
  const object = program && returned(program);
  const property = object && nodesOf(object, "properties")[1];
  if (!program || !property || property.type !== "Property") return undefined;
  const wrap = property.kind === "get" ? "getter" : property.kind === "set" ? "setter" : "method";
  const source = property.computed === true ? withoutKey(text, nodeOf(property, "key"), before.length) : text;
  return describe(program, nodeOf(property, "value"), source, before.length, wrap);
}

/** What the function around the text returns. */
function returned(program: SyntaxNode): SyntaxNode | undefined {
  const [statement] = nodesOf(program, "body");
  const around = statement && nodeOf(statement, "expression");
  if (!around || !isFunction(around)) return undefined;
  const [result] = nodesOf(nodeOf(around, "body"), "body");
  return result ? nodeOf(result, "argument") : undefined;
}

/** What these parts did to the class goes along by itself. Each ends a member of it. */
function withoutParts(source: string, parts: readonly Part[], offset: number): string {
  let text = source;
  for (const { start, end } of parts) {
    const [from, to] = [start - offset, end - offset];
    text = `${text.slice(0, from)}${blanked(text.slice(from, to - 1))};${text.slice(to)}`;
  }
  return text;
}

const blanked = (text: string): string => text.replace(/[^\n\r\u2028\u2029]/g, " ");

/** The key was evaluated when the method was made; here any key does. Line breaks stay. */
function withoutKey(text: string, key: SyntaxNode, offset: number): string {
  const blank = blanked(text.slice(key.start - offset, key.end - offset));
  return `${text.slice(0, key.start - offset)}0${blank.slice(1)}${text.slice(key.end - offset)}`;
}

function describe(
  program: SyntaxNode,
  root: SyntaxNode,
  source: string,
  offset: number,
  wrap: CodeBody["wrap"],
): FunctionText {
  const variables = new Variables({ ...program, body: [] } as SyntaxNode, false).alone(root);
  const parts = isClass(root) ? outwardParts(root, variables.uses) : [];
  if (parts.length > 0)
    return analyseText(withoutParts(source, parts, offset), program.sourceType as "module" | "script") as FunctionText;
  const { leanings } = variables;
  const metas = leanings.get("import.meta") ?? [];
  const secret = leanings.get("private")?.[0];
  const metaName = metas.length === 0 ? undefined : unusedName(source, "import_meta");
  return {
    source: metaName === undefined ? source : replaceAt(source, metas, offset, metaName),
    wrap,
    isGenerator: root.generator === true,
    importsDynamically: leanings.has("import()"),
    metaName,
    free: freeNames(variables),
    heritage: heritageOf(root),
    statics: isClass(root) ? staticFields(root) : NO_STATICS,
    obstacle: OBSTACLES.find((each) => leanings.has(each)),
    privateName: secret && nameOf(secret),
  };
}

const NO_STATICS: Statics = new Map();

function heritageOf(root: SyntaxNode): string | undefined {
  if (!isClass(root) || !root.superClass) return undefined;
  const parent = nodeOf(root, "superClass");
  return parent.type === "Identifier" ? nameOf(parent) : undefined;
}

function freeNames(variables: Variables): FreeName[] {
  const names = new Map<string, { -readonly [Field in keyof FreeName]: FreeName[Field] }>();
  for (const use of variables.uses) {
    if (use.scope.find(use.name) !== undefined) continue;
    let free = names.get(use.name);
    if (free === undefined) {
      free = { name: use.name, written: false, onlyTypeof: true, members: [], eager: false };
      names.set(use.name, free);
    }
    free.written ||= use.write;
    free.onlyTypeof &&= use.typeOf;
    free.eager ||= use.eager;
    const { path } = use;
    if (path === undefined) free.members = undefined;
    else if (free.members?.some((known) => known.join() === path.join()) === false)
      free.members = [...free.members, path];
  }
  return [...names.values()];
}

/** A name of the same length that the text does not contain. */
export function unusedName(text: string, wanted: string): string {
  for (let count = 0, name = wanted; ; count++) {
    if (!text.includes(name)) return name;
    name = wanted.slice(0, -String(count).length) + count;
  }
}

function replaceAt(source: string, nodes: readonly SyntaxNode[], offset: number, name: string): string {
  let result = source;
  for (const { start, end } of nodes) {
    const old = source.slice(start - offset, end - offset);
    // Spaced out as `import . meta` it is longer, and may hold line breaks.
    const padding = blanked(old.slice(name.length));
    result = result.slice(0, start - offset) + name + padding + result.slice(end - offset);
  }
  return result;
}
