/** Which variables a syntax tree declares, in scopes as the language nests them. */

import { children, isClass, isFunction, nameOf, nodeOf, nodesOf, type SyntaxNode } from "./syntax.ts";

export type VariableKind = "var" | "lexical" | "function" | "class" | "parameter" | "import" | "catch" | "self";

/** A declared variable. */
export interface Variable {
  readonly name: string;
  readonly kind: VariableKind;
  readonly scope: Scope;
  /** Assignments beyond its one initialiser. */
  writes: number;
  /** Its only initialiser, and the way from that to the variable: `const { a: x } = init` is `["a"]`. */
  init: { readonly node: SyntaxNode; readonly path: readonly string[] | undefined } | undefined;
}

export class Scope {
  readonly parent: Scope | undefined;
  readonly node: SyntaxNode;
  /** `var` lands in the nearest of these. */
  readonly isFunction: boolean;
  readonly strict: boolean;
  readonly children: Scope[] = [];
  readonly #variables = new Map<string, Variable>();

  constructor(parent: Scope | undefined, node: SyntaxNode, isFunction: boolean, strict: boolean) {
    this.parent = parent;
    this.node = node;
    this.isFunction = isFunction;
    this.strict = strict;
    parent?.children.push(this);
  }

  declare(name: string, kind: VariableKind): void {
    if (!this.#variables.has(name)) this.#variables.set(name, { name, kind, scope: this, writes: 0, init: undefined });
  }

  find(name: string): Variable | undefined {
    return this.#variables.get(name) ?? this.parent?.find(name);
  }

  /** The innermost scope around a position. */
  at(position: number): Scope {
    const inner = this.children.find(({ node }) => node.start <= position && position < node.end);
    return inner === undefined ? this : inner.at(position);
  }

  get top(): Scope {
    return this.parent === undefined ? this : this.parent.top;
  }

  get function(): Scope {
    return this.isFunction || this.parent === undefined ? this : this.parent.function;
  }
}

/** Declare what a list of statements declares in its own block. */
export function declareLexical(statements: readonly (SyntaxNode | null)[], scope: Scope): void {
  for (const statement of statements) {
    if (statement === null) continue;
    const exported = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
    const declaration = exported ? nodeOf(statement, "declaration") : statement;
    if (declaration === null || declaration === undefined) continue;
    if (declaration.type === "VariableDeclaration" && declaration.kind !== "var")
      declareDeclarators(declaration, scope, "lexical");
    else if (declaration.type === "FunctionDeclaration" && declaration.id)
      scope.declare(nameOf(nodeOf(declaration, "id")), "function");
    else if (declaration.type === "ClassDeclaration" && declaration.id)
      scope.declare(nameOf(nodeOf(declaration, "id")), "class");
    else if (declaration.type === "ImportDeclaration") {
      for (const specifier of nodesOf(declaration, "specifiers"))
        if (specifier) scope.declare(nameOf(nodeOf(specifier, "local")), "import");
    }
  }
}

export function declareDeclarators(declaration: SyntaxNode, scope: Scope, kind: VariableKind): void {
  for (const declarator of nodesOf(declaration, "declarations")) {
    if (declarator) for (const { name } of patternNames(nodeOf(declarator, "id"))) scope.declare(name, kind);
  }
}

/** Declare the `var`s of a function (or script) wherever in it they stand; in sloppy code, functions in blocks too. */
export function hoist(node: SyntaxNode, scope: Scope): void {
  for (const child of children(node)) {
    if (child.type === "FunctionDeclaration" && !scope.strict && child.id)
      scope.declare(nameOf(nodeOf(child, "id")), "function");
    if (isFunction(child) || isClass(child)) continue;
    if (child.type === "VariableDeclaration" && child.kind === "var") declareDeclarators(child, scope, "var");
    hoist(child, scope);
  }
}

export interface PatternName {
  readonly name: string;
  /** Property names from the whole value to the variable; undefined where that is no plain chain of names. */
  readonly path: readonly string[] | undefined;
}

/** The names a binding pattern binds. */
export function* patternNames(pattern: SyntaxNode, path: readonly string[] | undefined = []): Iterable<PatternName> {
  switch (pattern.type) {
    case "Identifier":
      yield { name: nameOf(pattern), path };
      return;
    case "ObjectPattern":
      for (const property of nodesOf(pattern, "properties")) {
        if (property?.type === "RestElement") yield* patternNames(nodeOf(property, "argument"), undefined);
        else if (property) yield* patternNames(nodeOf(property, "value"), keyPath(property, path));
      }
      return;
    case "ArrayPattern":
      for (const element of nodesOf(pattern, "elements")) if (element) yield* patternNames(element, undefined);
      return;
    case "AssignmentPattern":
      yield* patternNames(nodeOf(pattern, "left"), undefined);
      return;
    case "RestElement":
      yield* patternNames(nodeOf(pattern, "argument"), undefined);
      return;
  }
}

function keyPath(property: SyntaxNode, path: readonly string[] | undefined): readonly string[] | undefined {
  const key = nodeOf(property, "key");
  if (path === undefined || property.computed === true) return undefined;
  return [...path, key.type === "Identifier" ? nameOf(key) : String(key.value)];
}
