/** The very line to write in place of a function that cannot be shipped as it is. From its text alone. */

import { children, isClass, isFunction, nameOf, nodeOf, nodesOf, parse, type SyntaxNode } from "./syntax.ts";

/** A longer body is left out: the reader has it before him. */
const LONGEST_BODY = 60;

interface Parsed {
  readonly text: string;
  /** The function as an expression: of a method, what follows its name. */
  readonly node: SyntaxNode;
  /** How much longer the parsed text is before the function's first character. */
  readonly offset: number;
}

/**
 * `capture({ k }, ({ k }, x) => x * k)` for `(x) => x * k`. Undefined for what it does not work for: a class, an
 * accessor, a function that calls itself (it would do so without its captured variables), a text that cannot be read.
 */
export function captureLine(text: string, captured: readonly string[]): string | undefined {
  const parsed = parsedFunction(text);
  if (parsed === undefined) return undefined;
  const { node, offset } = parsed;
  if (node.id && isNamed(nodeOf(node, "body"), nameOf(nodeOf(node, "id")))) return undefined;
  const slice = ({ start, end }: SyntaxNode) => text.slice(start - offset, end - offset);
  const values = `{ ${captured.join(", ")} }`;
  const parameters = nodesOf(node, "params").map((each) => slice(each as SyntaxNode));
  const body = nodeOf(node, "body");
  const isArrow = node.type === "ArrowFunctionExpression";
  const head = `(${[values, ...parameters].join(", ")})${isArrow ? " =>" : ""}`;
  const keyword = `${node.async === true ? "async " : ""}${isArrow ? "" : "function "}`;
  return `capture(${values}, ${keyword}${head} ${bodyText(body, slice(body), text, offset)})`;
}

/** `task(import.meta.url, "area")`; in CommonJS a module's own place is `__filename`. */
export const taskLine = (name: string, isModule: boolean): string =>
  `task(${isModule ? "import.meta.url" : "__filename"}, ${JSON.stringify(name)})`;

/** `const { width } = this`, where fields are all that is read of it. */
export function thisLine(text: string): string | undefined {
  const parsed = parsedFunction(text);
  const fields = parsed && fieldsOfThis(parsed.node);
  return fields && `const { ${[...fields].join(", ")} } = this`;
}

/** `(...args) => new Shape(...args).area()`, with the first method there is. */
export function instanceLine(cls: { readonly prototype: object }, name: string): string {
  const methods = Object.entries(Object.getOwnPropertyDescriptors(cls.prototype));
  const method = methods.find(([key, { value }]) => key !== "constructor" && typeof value === "function")?.[0];
  return `(...args) => new ${name}(...args)${method === undefined ? "" : `.${method}()`}`;
}

function parsedFunction(text: string): Parsed | undefined {
  for (const [before, after] of [
    ["(", "\n)"],
    ["({", "\n})"],
  ] as const) {
    const program = parse(before + text + after, "module") ?? parse(before + text + after, "script");
    const [statement] = program ? nodesOf(program, "body") : [];
    let node = statement ? nodeOf(statement, "expression") : undefined;
    if (node?.type === "ObjectExpression") {
      const property = nodesOf(node, "properties")[0];
      node = property?.type === "Property" && property.method === true ? nodeOf(property, "value") : undefined;
    }
    if (node && isFunction(node) && node.generator !== true) return { text, node, offset: before.length };
  }
  return undefined;
}

function bodyText(body: SyntaxNode, shown: string, text: string, offset: number): string {
  const isBlock = body.type === "BlockStatement";
  // The brackets of `=> ({ ... })` are no part of the expression.
  const bracketed =
    !isBlock &&
    text
      .slice(0, body.start - offset)
      .trimEnd()
      .endsWith("(")
      ? `(${shown})`
      : shown;
  if (bracketed.length <= LONGEST_BODY && !bracketed.includes("\n")) return bracketed;
  return isBlock ? "{ ... }" : "...";
}

function isNamed(node: SyntaxNode, name: string): boolean {
  if (node.type === "Identifier" && nameOf(node) === name) return true;
  for (const child of children(node)) if (isNamed(child, name)) return true;
  return false;
}

/** The names read as `this.name`, where the `this` is that of the code around; undefined where it is used otherwise. */
function fieldsOfThis(root: SyntaxNode): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  let isWhole = false;
  const visit = (node: SyntaxNode): void => {
    if (node.type === "ThisExpression") isWhole = true;
    const isOwner = isClass(node) || (isFunction(node) && node.type !== "ArrowFunctionExpression");
    if (isOwner && node !== root) return;
    if (isFieldOfThis(node)) fields.add(nameOf(nodeOf(node, "property")));
    else if (changesThis(node)) isWhole = true;
    else for (const child of children(node)) visit(child);
  };
  visit(root);
  return isWhole || fields.size === 0 ? undefined : fields;
}

const isFieldOfThis = (node: SyntaxNode): boolean =>
  node.type === "MemberExpression" &&
  nodeOf(node, "object").type === "ThisExpression" &&
  node.computed !== true &&
  nodeOf(node, "property").type === "Identifier";

/** A method that is called gets `this`, and a field that is assigned would be a variable's copy. */
function changesThis(node: SyntaxNode): boolean {
  const changed =
    node.type === "CallExpression"
      ? nodeOf(node, "callee")
      : node.type === "AssignmentExpression"
        ? nodeOf(node, "left")
        : node.type === "UpdateExpression"
          ? nodeOf(node, "argument")
          : undefined;
  return changed !== undefined && isFieldOfThis(changed);
}
