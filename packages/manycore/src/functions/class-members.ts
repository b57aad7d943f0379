/**
 * Members of a class that its text does not make. Decorators replace methods and accessors, and compilers for older
 * targets put static fields on the class after it is made: without these a class would arrive as something else.
 */

import type { Scope } from "./scope-tree.ts";
import { children, isFunction, nameOf, nodeOf, nodesOf, type SyntaxNode } from "./syntax.ts";
import type { Use } from "./variables.ts";

/** A property of the class (`isStatic`) or of its prototype. */
export interface ClassMember {
  readonly name: string;
  readonly isStatic: boolean;
  readonly isEnumerable: boolean;
  readonly value?: unknown;
  readonly get?: unknown;
  readonly set?: unknown;
}

interface Class {
  readonly prototype: object;
}

/** Every class has these, and its prototype the last. */
const INNATE = new Set(["length", "name", "prototype", "arguments", "caller"]);
const CONSTRUCTOR = new Set(["constructor"]);

/** The static fields that a class's text makes, each with the primitive that the text says, or `MADE`. */
export type Statics = ReadonlyMap<string, unknown>;

const MADE = Symbol("made by the text");

/** `statics` are the fields that the text makes. */
export function addedMembers(cls: Class, statics: Statics): ClassMember[] {
  return [...added(cls, cls, statics, INNATE), ...added(cls.prototype, cls, NONE, CONSTRUCTOR)];
}

const NONE: Statics = new Map();

function* added(holder: object, cls: Class, fields: Statics, innate: ReadonlySet<string>): Iterable<ClassMember> {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
    const { value, get, set, enumerable: isEnumerable = false } = property;
    if (innate.has(name)) continue;
    const functions = [value, get, set].filter((each) => typeof each === "function");
    // Methods and accessors are not enumerable; all else is a field.
    const isOwn =
      isEnumerable || functions.length === 0
        ? fields.has(name) && isAsMade(fields.get(name), value)
        : functions.every((each) => isWrittenIn(cls, each, name));
    if (isOwn) continue;
    const member = { name, isStatic: holder === cls, isEnumerable };
    if ("value" in property) yield { ...member, value };
    else yield { ...member, ...replaced(cls, name, "get", get), ...replaced(cls, name, "set", set) };
  }
}

/** What the text says and the program has changed since goes along; of all else that is made nobody can tell. */
const isAsMade = (made: unknown, value: unknown): boolean => made === MADE || Object.is(made, value);

/** The half of an accessor that the text does not make. */
function replaced(
  cls: Class,
  name: string,
  half: "get" | "set",
  accessor: { readonly name: string } | undefined,
): { get?: unknown; set?: unknown } {
  return accessor === undefined || isWrittenIn(cls, accessor, name) ? {} : { [half]: accessor };
}

/** Put a member where it was. The other half of an accessor stays. */
export function putMember(cls: Class, { name, isStatic, isEnumerable, ...member }: ClassMember): void {
  const property = "value" in member ? { value: member.value, writable: true } : member;
  const fixed = { enumerable: isEnumerable, configurable: true };
  Object.defineProperty(isStatic ? cls : cls.prototype, name, { ...(property as PropertyDescriptor), ...fixed });
}

const SOURCE = Function.prototype.toString;

/** Of each class: its members, and whether its text makes them. The texts are long, and are asked for in every burst. */
const verdicts = new WeakMap<Class, WeakMap<object, boolean>>();

/** A method's text is part of its class's, and under its own name. */
function isWrittenIn(cls: Class, member: { readonly name: string }, name: string): boolean {
  if (member.name.replace(/^[gs]et /, "") !== name.replace(/^[gs]et /, "")) return false;
  const known = verdicts.get(cls) ?? new WeakMap<object, boolean>();
  verdicts.set(cls, known);
  let verdict = known.get(member);
  if (verdict === undefined) {
    verdict = SOURCE.call(cls).includes(SOURCE.call(member));
    known.set(member, verdict);
  }
  return verdict;
}

/** Those with an initialiser, and whatever a static block may assign. */
export function staticFields(cls: SyntaxNode): Statics {
  const fields = new Map<string, unknown>();
  const assigned = new Set<string>();
  for (const member of membersOf(cls)) {
    if (member.type === "StaticBlock") addAssigned(member, assigned);
    else if (isStaticField(member)) addField(member, fields);
  }
  for (const name of assigned) fields.set(name, MADE);
  return fields;
}

const membersOf = (cls: SyntaxNode): readonly SyntaxNode[] =>
  nodesOf(nodeOf(cls, "body"), "body") as readonly SyntaxNode[];

const isStaticField = (member: SyntaxNode): boolean =>
  member.type === "PropertyDefinition" && member.static === true && Boolean(member.value);

function addField(member: SyntaxNode, fields: Map<string, unknown>): void {
  const key = nodeOf(member, "key");
  const name =
    key.type === "Literal"
      ? String(key.value)
      : key.type === "Identifier" && !member.computed
        ? nameOf(key)
        : undefined;
  if (name !== undefined) fields.set(name, primitiveIn(nodeOf(member, "value")));
}

function primitiveIn(node: SyntaxNode): unknown {
  if (node.type === "Literal" && !node.regex) return node.value;
  const argument = node.type === "UnaryExpression" ? nodeOf(node, "argument") : undefined;
  if (argument?.type !== "Literal") return MADE;
  if (node.operator === "-" && typeof argument.value === "number") return -argument.value;
  return node.operator === "!" ? !argument.value : MADE;
}

/**
 * Static blocks that assign variables around the class, as tsc makes of decorators, and whatever else of the class's
 * making reads those variables. They have run: a second time, with the variables as they have left them, they would do
 * everything twice. One that uses private members has to run, since nobody else can set those.
 */
export function outwardParts(cls: SyntaxNode, uses: readonly Use[]): readonly Part[] {
  const outward = new Map<SyntaxNode, Set<string>>();
  for (const { name, scope, write } of uses) {
    if (!write || scope.find(name) !== undefined) continue;
    for (let each: Scope | undefined = scope; each !== undefined; each = each.parent)
      outward.set(each.node, (outward.get(each.node) ?? new Set()).add(name));
  }
  const blocks = membersOf(cls).filter((member) => member.type === "StaticBlock" && !usesPrivate(member));
  const names = new Set(blocks.flatMap((block) => [...(outward.get(block) ?? [])]));
  if (names.size === 0) return [];
  const readers = blocks.filter((block) => outward.has(block) || reads(block, names));
  const fields = membersOf(cls).filter(
    (member) => isStaticField(member) && member.computed !== true && !usesPrivate(member) && reads(member, names),
  );
  return [...readers, ...fields.map((field) => ({ start: nodeOf(field, "key").end, end: field.end }))];
}

/** A stretch of the text. */
export type Part = Pick<SyntaxNode, "start" | "end">;

/** At once, not in a function that is called later. */
function reads(node: SyntaxNode, names: ReadonlySet<string>): boolean {
  if (node.type === "Identifier" && names.has(nameOf(node))) return true;
  for (const child of children(node)) if (!isFunction(child) && reads(child, names)) return true;
  return false;
}

function usesPrivate(node: SyntaxNode): boolean {
  if (node.type === "PrivateIdentifier") return true;
  for (const child of children(node)) if (usesPrivate(child)) return true;
  return false;
}

function addAssigned(node: SyntaxNode, names: Set<string>): void {
  if (node.type === "MemberExpression") addName(nodeOf(node, "property"), names);
  // As esbuild writes it: `static { __publicField(this, "below", []) }`.
  if (node.type === "CallExpression")
    for (const argument of nodesOf(node, "arguments")) if (argument) addName(argument, names);
  for (const child of children(node)) addAssigned(child, names);
}

function addName(key: SyntaxNode, names: Set<string>): void {
  if (key.type === "Identifier") names.add(nameOf(key));
  else if (key.type === "Literal") names.add(String(key.value));
}
