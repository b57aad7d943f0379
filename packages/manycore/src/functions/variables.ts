/** A walk over a syntax tree that finds every use of a variable, and whatever leans on what is around the text. */

import { declareLexical, hoist, patternNames, Scope } from "./scope-tree.ts";
import { children, isStrictBody, nameOf, nodeOf, nodesOf, type SyntaxNode } from "./syntax.ts";

/** One place where a name is used. */
export interface Use {
  readonly name: string;
  readonly scope: Scope;
  readonly write: boolean;
  /** Only `typeof name`: an undeclared name is no error there. */
  readonly typeOf: boolean;
  /** `["x", "y"]` of `name.x.y`, where it is only read. */
  readonly path: readonly string[] | undefined;
  /** Evaluated when the text itself is: in a class's heritage, static fields, computed keys. */
  readonly eager: boolean;
}

/** What a text may lean on beyond its variables. */
export type Leaning =
  | "this"
  | "arguments"
  | "super"
  | "new.target"
  | "eval"
  | "with"
  | "private"
  | "import()"
  | "import.meta";

/** Which of the contextual keywords belong to something inside the text. */
interface Owns {
  readonly this: boolean;
  readonly arguments: boolean;
  readonly super: boolean;
}

const NOTHING: Owns = { this: false, arguments: false, super: false };
const FUNCTION: Owns = { this: true, arguments: true, super: false };
const METHOD: Owns = { this: true, arguments: true, super: true };
const FIELD: Owns = { this: true, arguments: false, super: true };

export class Variables {
  readonly top: Scope;
  readonly uses: Use[] = [];
  readonly leanings = new Map<Leaning, SyntaxNode[]>();
  #scope: Scope;
  #owns: Owns = NOTHING;
  #eager = false;
  readonly #privateNames: Set<string>[] = [];

  /** The variables of a whole script or module. */
  constructor(program: SyntaxNode, strict: boolean) {
    const statements = nodesOf(program, "body");
    this.top = new Scope(undefined, program, true, strict || isStrictBody(statements));
    this.#scope = this.top;
    hoist(program, this.top);
    declareLexical(statements, this.top);
  }

  /** Visits everything, and counts the assignments. */
  all(): this {
    this.#visitAll(this.top.node);
    for (const { name, scope, write } of this.uses) {
      const variable = write ? scope.find(name) : undefined;
      if (variable) variable.writes++;
    }
    return this;
  }

  /** Visits one expression as a text that will be alone elsewhere. */
  alone(expression: SyntaxNode): this {
    this.#eager = expression.type === "ClassExpression";
    this.#visit(expression);
    return this;
  }

  #lean(what: Leaning, node: SyntaxNode): void {
    const nodes = this.leanings.get(what);
    if (nodes === undefined) this.leanings.set(what, [node]);
    else nodes.push(node);
  }

  #use(
    node: SyntaxNode,
    { write = false, typeOf = false, path }: { write?: boolean; typeOf?: boolean; path?: readonly string[] } = {},
  ): void {
    const name = nameOf(node);
    if (name === "arguments" && this.#scope.find(name) === undefined) {
      if (!this.#owns.arguments) this.#lean("arguments", node);
      return;
    }
    this.uses.push({ name, scope: this.#scope, write, typeOf, path, eager: this.#eager });
  }

  #visitAll(node: SyntaxNode): void {
    for (const child of children(node)) this.#visit(child);
  }

  #within(scope: Scope, visit: () => void): void {
    const outer = this.#scope;
    this.#scope = scope;
    visit();
    this.#scope = outer;
  }

  #owning(owns: Owns, visit: () => void, eager = this.#eager): void {
    const outer = this.#owns;
    const wasEager = this.#eager;
    this.#owns = owns;
    this.#eager = eager;
    visit();
    this.#owns = outer;
    this.#eager = wasEager;
  }

  #block(node: SyntaxNode, statements: readonly (SyntaxNode | null)[], visit: () => void): void {
    const scope = new Scope(this.#scope, node, false, this.#scope.strict);
    declareLexical(statements, scope);
    this.#within(scope, visit);
  }

  #visit(node: SyntaxNode): void {
    switch (node.type) {
      case "Identifier":
        return this.#use(node);
      case "ThisExpression":
        if (!this.#owns.this) this.#lean("this", node);
        return;
      case "Super":
        if (!this.#owns.super) this.#lean("super", node);
        return;
      case "PrivateIdentifier":
        if (!this.#privateNames.some((names) => names.has(nameOf(node)))) this.#lean("private", node);
        return;
      case "MetaProperty":
        if (nameOf(nodeOf(node, "meta")) === "import") this.#lean("import.meta", node);
        else if (!this.#owns.this) this.#lean("new.target", node);
        return;
      case "ImportExpression":
        this.#lean("import()", node);
        return this.#visitAll(node);
      case "WithStatement":
        this.#lean("with", node);
        return this.#visitAll(node);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#function(node, node.type === "ArrowFunctionExpression" ? this.#owns : FUNCTION);
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#class(node);
      case "BlockStatement":
      case "StaticBlock":
        return this.#block(node, nodesOf(node, "body"), () => this.#visitAll(node));
      case "SwitchStatement": {
        const statements = nodesOf(node, "cases").flatMap((each) => (each ? nodesOf(each, "consequent") : []));
        return this.#block(node, statements, () => this.#visitAll(node));
      }
      case "ForStatement":
        return this.#block(node, [node.init as SyntaxNode | null], () => this.#visitAll(node));
      case "ForInStatement":
      case "ForOfStatement":
        return this.#block(node, [nodeOf(node, "left")], () => this.#forEach(node));
      case "CatchClause":
        return this.#catch(node);
      case "VariableDeclaration":
        for (const declarator of nodesOf(node, "declarations"))
          if (declarator) this.#declarator(declarator, node.kind === "var");
        return;
      case "AssignmentExpression":
        this.#target(nodeOf(node, "left"));
        return this.#visit(nodeOf(node, "right"));
      case "UpdateExpression":
        return this.#target(nodeOf(node, "argument"));
      case "UnaryExpression":
        return this.#unary(node);
      case "MemberExpression":
        return this.#member(node);
      case "CallExpression":
        if (this.#isDirectEval(node)) this.#lean("eval", node);
        return this.#visitAll(node);
      case "Property":
        if (node.computed === true) this.#visit(nodeOf(node, "key"));
        if (node.method === true || node.kind !== "init") return this.#function(nodeOf(node, "value"), METHOD);
        return this.#visit(nodeOf(node, "value"));
      case "LabeledStatement":
        return this.#visit(nodeOf(node, "body"));
      case "BreakStatement":
      case "ContinueStatement":
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return;
      case "ExportNamedDeclaration":
        if (node.declaration) this.#visit(nodeOf(node, "declaration"));
        return;
      default:
        return this.#visitAll(node);
    }
  }

  #function(node: SyntaxNode, owns: Owns): void {
    const body = nodeOf(node, "body");
    const statements = body.type === "BlockStatement" ? nodesOf(body, "body") : [];
    const strict = this.#scope.strict || isStrictBody(statements);
    let outer = this.#scope;
    if (node.type === "FunctionExpression" && node.id) {
      outer = new Scope(outer, node, false, strict);
      outer.declare(nameOf(nodeOf(node, "id")), "self");
    }
    const scope = new Scope(outer, node, true, strict);
    const parameters = nodesOf(node, "params") as readonly SyntaxNode[];
    for (const parameter of parameters)
      for (const { name } of patternNames(parameter)) scope.declare(name, "parameter");
    hoist(body, scope);
    declareLexical(statements, scope);
    this.#within(scope, () =>
      this.#owning(owns, () => {
        for (const parameter of parameters) this.#pattern(parameter);
        if (body.type === "BlockStatement") this.#visitAll(body);
        else this.#visit(body);
      }),
    );
  }

  #class(node: SyntaxNode): void {
    const scope = new Scope(this.#scope, node, false, true);
    if (node.id) scope.declare(nameOf(nodeOf(node, "id")), "self");
    const members = nodesOf(nodeOf(node, "body"), "body") as readonly SyntaxNode[];
    const keys = members.filter((member) => member.type !== "StaticBlock").map((member) => nodeOf(member, "key"));
    this.#privateNames.push(new Set(keys.filter(({ type }) => type === "PrivateIdentifier").map(nameOf)));
    this.#within(scope, () => {
      if (node.superClass) this.#visit(nodeOf(node, "superClass"));
      for (const member of members) this.#classMember(member);
    });
    this.#privateNames.pop();
  }

  #classMember(member: SyntaxNode): void {
    if (member.type === "StaticBlock") {
      const scope = new Scope(this.#scope, member, true, true);
      hoist(member, scope);
      return this.#within(scope, () =>
        this.#owning(FIELD, () => this.#block(member, nodesOf(member, "body"), () => this.#visitAll(member))),
      );
    }
    if (member.computed === true) this.#visit(nodeOf(member, "key"));
    if (!member.value) return;
    const value = nodeOf(member, "value");
    if (member.type === "MethodDefinition") this.#owning(METHOD, () => this.#function(value, METHOD), false);
    else this.#owning(FIELD, () => this.#visit(value), this.#eager && member.static === true);
  }

  #catch(node: SyntaxNode): void {
    const scope = new Scope(this.#scope, node, false, this.#scope.strict);
    const parameter = node.param as SyntaxNode | null;
    if (parameter) for (const { name } of patternNames(parameter)) scope.declare(name, "catch");
    this.#within(scope, () => {
      if (parameter) this.#pattern(parameter);
      this.#visit(nodeOf(node, "body"));
    });
  }

  #forEach(node: SyntaxNode): void {
    const left = nodeOf(node, "left");
    if (left.type !== "VariableDeclaration") this.#target(left);
    else {
      for (const declarator of nodesOf(left, "declarations")) {
        const id = nodeOf(declarator as SyntaxNode, "id");
        if (left.kind === "var") this.#target(id);
        else this.#pattern(id);
      }
    }
    this.#visit(nodeOf(node, "right"));
    this.#visit(nodeOf(node, "body"));
  }

  #declarator(declarator: SyntaxNode, isVar: boolean): void {
    const id = nodeOf(declarator, "id");
    this.#pattern(id);
    if (!declarator.init) return;
    const node = nodeOf(declarator, "init");
    for (const { name, path } of patternNames(id)) {
      const variable = this.#scope.find(name);
      if (variable === undefined) continue;
      // A `var` in a block may run many times, and one with two initialisers has none that is the only one.
      const again = variable.init !== undefined || variable.kind === "parameter" || variable.kind === "function";
      if (again || (isVar && !this.#scope.isFunction)) variable.writes++;
      variable.init = { node, path };
    }
    this.#visit(node);
  }

  /** A binding pattern: its names are declarations, its defaults and computed keys are expressions. */
  #pattern(node: SyntaxNode): void {
    this.#destructure(node, (leaf) => {
      if (leaf.type !== "Identifier") this.#visit(leaf);
    });
  }

  /** The left side of an assignment. */
  #target(node: SyntaxNode): void {
    this.#destructure(node, (leaf) => {
      if (leaf.type === "Identifier") this.#use(leaf, { write: true });
      else if (leaf.type === "MemberExpression") this.#visitMember(leaf);
      else this.#visit(leaf);
    });
  }

  #destructure(node: SyntaxNode, leaf: (node: SyntaxNode) => void): void {
    switch (node.type) {
      case "ObjectPattern":
        for (const property of nodesOf(node, "properties")) {
          if (!property) continue;
          if (property.type === "Property" && property.computed === true) this.#visit(nodeOf(property, "key"));
          this.#destructure(
            property.type === "RestElement" ? nodeOf(property, "argument") : nodeOf(property, "value"),
            leaf,
          );
        }
        return;
      case "ArrayPattern":
        for (const element of nodesOf(node, "elements")) if (element) this.#destructure(element, leaf);
        return;
      case "AssignmentPattern":
        this.#destructure(nodeOf(node, "left"), leaf);
        return this.#visit(nodeOf(node, "right"));
      case "RestElement":
        return this.#destructure(nodeOf(node, "argument"), leaf);
      default:
        return leaf(node);
    }
  }

  #unary(node: SyntaxNode): void {
    const argument = nodeOf(node, "argument");
    if (node.operator === "typeof" && argument.type === "Identifier") this.#use(argument, { typeOf: true });
    else if (node.operator === "delete" && argument.type === "MemberExpression") this.#visitMember(argument);
    else this.#visit(argument);
  }

  #member(node: SyntaxNode): void {
    const path: string[] = [];
    let object = node;
    for (; object.type === "MemberExpression"; object = nodeOf(object, "object")) {
      const key = memberName(object);
      if (key === undefined) return this.#visitMember(node);
      path.unshift(key);
    }
    if (object.type === "Identifier") this.#use(object, { path });
    else this.#visit(object);
  }

  #visitMember(node: SyntaxNode): void {
    this.#visit(nodeOf(node, "object"));
    const property = nodeOf(node, "property");
    if (node.computed === true || property.type === "PrivateIdentifier") this.#visit(property);
  }

  #isDirectEval(node: SyntaxNode): boolean {
    const callee = nodeOf(node, "callee");
    return (
      callee.type === "Identifier" &&
      nameOf(callee) === "eval" &&
      node.optional !== true &&
      this.#scope.find("eval") === undefined
    );
  }
}

/** The `x` of `.x` and of `["x"]`, as webpack writes `default`. */
function memberName(node: SyntaxNode): string | undefined {
  const property = nodeOf(node, "property");
  if (node.computed !== true) return property.type === "Identifier" ? nameOf(property) : undefined;
  return typeof property.value === "string" ? property.value : undefined;
}
