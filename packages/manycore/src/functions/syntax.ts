/** The syntax tree as this library walks it: acorn's nodes, read by name. */

import { type Options, Parser } from "acorn";

export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** What a text was compiled as; undefined where it does not parse, which is no error here: V8 has accepted it. */
export function parse(text: string, goal: "module" | "script"): SyntaxNode | undefined {
  const options: Options = {
    ecmaVersion: "latest",
    sourceType: goal,
    // A function's own text lacks what is around it, and a CommonJS file is a function's body.
    allowReturnOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowAwaitOutsideFunction: goal === "module",
    checkPrivateFields: false,
  };
  try {
    return Parser.parse(text, options) as unknown as SyntaxNode;
  } catch {
    return undefined;
  }
}

/** Every node directly below. */
export function* children(node: SyntaxNode): Iterable<SyntaxNode> {
  for (const field in node) {
    const value = node[field];
    if (isNode(value)) yield value;
    else if (Array.isArray(value)) for (const each of value) if (isNode(each)) yield each;
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

export const nodeOf = (node: SyntaxNode, field: string): SyntaxNode => node[field] as SyntaxNode;
export const nodesOf = (node: SyntaxNode, field: string): readonly (SyntaxNode | null)[] =>
  (node[field] ?? []) as readonly (SyntaxNode | null)[];
export const nameOf = (node: SyntaxNode): string => node.name as string;

export const isFunction = ({ type }: SyntaxNode): boolean =>
  type === "FunctionDeclaration" || type === "FunctionExpression" || type === "ArrowFunctionExpression";
export const isClass = ({ type }: SyntaxNode): boolean => type === "ClassDeclaration" || type === "ClassExpression";

/** Does a list of statements open with `"use strict"`? */
export function isStrictBody(statements: readonly (SyntaxNode | null)[]): boolean {
  for (const statement of statements) {
    if (statement === null || typeof statement.directive !== "string") return false;
    if (statement.directive === "use strict") return true;
  }
  return false;
}
