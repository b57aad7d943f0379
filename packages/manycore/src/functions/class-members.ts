/**
 * Members of a class that its text does not make. Decorators replace methods and accessors, and compilers for older
 * targets put static fields on the class after it is made: without these a class would arrive as something else.
 */

import type { Scope } from "./scope-tree.ts";
import { children, nameOf, nodeOf, nodesOf, type SyntaxNode } from "./syntax.ts";
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

/** `statics` are the fields that the text makes. */
export function addedMembers(cls: Class, statics: ReadonlySet<string>): ClassMember[] {
  return [...added(cls, cls, statics, INNATE), ...added(cls.prototype, cls, NONE, CONSTRUCTOR)];
}

const NONE: ReadonlySet<string> = new Set();

function* added(
  holder: object,
  cls: Class,
  fields: ReadonlySet<string>,
  innate: ReadonlySet<string>,
): Iterable<ClassMember> {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
    const { value, get, set, enumerable: isEnumerable = false } = property;
    if (innate.has(name)) continue;
    const functions = [value, get, set].filter((each) => typeof each === "function");
    // Methods and accessors are not enumerable; all else is a field.
    const isOwn =
      isEnumerable || functions.length === 0 ? fields.has(name) : functions.every((each) => isWrittenIn(cls, each));
    if (isOwn) continue;
    const member = { name, isStatic: holder === cls, isEnumerable };
    if ("value" in property) yield { ...member, value };
    else yield { ...member, ...replaced(cls, "get", get), ...replaced(cls, "set", set) };
  }
}

/** The half of an accessor that the text does not make. */
function replaced(cls: Class, half: "get" | "set", accessor: object | undefined): { get?: unknown; set?: unknown } {
  return accessor === undefined || isWrittenIn(cls, accessor) ? {} : { [half]: accessor };
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

/** A method's text is part of its class's. */
function isWrittenIn(cls: Class, member: object): boolean {
  const known = verdicts.get(cls) ?? new WeakMap<object, boolean>();
  verdicts.set(cls, known);
  let verdict = known.get(member);
  if (verdict === undefined) {
    verdict = SOURCE.call(cls).includes(SOURCE.call(member));
    known.set(member, verdict);
  }
  return verdict;
}

/** The static fields that a class's text makes: those with an initialiser, and whatever a static block may assign. */
export function staticFields(cls: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const member of nodesOf(nodeOf(cls, "body"), "body")) {
    if (member?.type === "StaticBlock") addAssigned(member, names);
    else if (member?.type === "PropertyDefinition" && member.static === true && member.value)
      addName(nodeOf(member, "key"), names);
  }
  return names;
}

/**
 * Static blocks that assign variables around the class, as tsc makes of decorators. They have run: a second time, with
 * the variables as they have left them, they would do everything twice. One that uses private members has to run, since
 * nobody else can set those.
 */
export function outwardBlocks(cls: SyntaxNode, uses: readonly Use[]): readonly SyntaxNode[] {
  const outward = new Set<SyntaxNode>();
  for (const { name, scope, write } of uses) {
    if (!write || scope.find(name) !== undefined) continue;
    for (let each: Scope | undefined = scope; each !== undefined; each = each.parent) outward.add(each.node);
  }
  return nodesOf(nodeOf(cls, "body"), "body").filter(
    (member): member is SyntaxNode => member?.type === "StaticBlock" && outward.has(member) && !usesPrivate(member),
  );
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
