/** The language's own kinds of objects, and the two of the URL standard: how each is written and read. */

import { types } from "node:util";
import type { Decoding, Encoding, Kind, ReadKind } from "./codec.ts";
import { mapStep } from "./path.ts";
import { malformed } from "./reader.ts";
import { BOXED, DATE, MAP, REGEXP, SET, URL_QUERY, URL_TEXT } from "./tags.ts";
import { OBSTACLES } from "./thread-objects.ts";

// Subclasses may have changed these; the originals read the internal slots, as structuredClone does.
const getTime = Date.prototype.getTime;
const sizeOfMap = Object.getOwnPropertyDescriptor(Map.prototype, "size")?.get as (this: unknown) => unknown;
const forEachOfMap = Map.prototype.forEach;
const forEachOfSet = Set.prototype.forEach;
const source = Object.getOwnPropertyDescriptor(RegExp.prototype, "source")?.get as (this: RegExp) => string;
const flags = Object.getOwnPropertyDescriptor(RegExp.prototype, "flags")?.get as (this: RegExp) => string;

export function writeMap(map: Map<unknown, unknown>, to: Encoding): void {
  // A copy first: writing reads properties, and a getter may change the map.
  const length = 2 * (sizeOfMap.call(map) as number);
  const entries = new Array<unknown>(length);
  let count = 0;
  forEachOfMap.call(map, (value, key) => {
    entries[count++] = key;
    entries[count++] = value;
  });
  const { writer } = to;
  writer.varint(length / 2);
  for (let index = 0; index < length; index += 2) {
    const key = entries[index];
    if (typeof key === "number") writer.number(key);
    else if (typeof key === "string") writer.string(key);
    else to.child(key, isPlainValue(key) ? "" : { text: `.keys()[${index / 2}]` });
    const value = entries[index + 1];
    if (typeof value === "number") writer.number(value);
    else if (typeof value === "string") writer.string(value);
    else to.child(value, isPlainValue(value) ? "" : mapStep(key, index / 2));
  }
}

/** Nothing that could fail, so that no step to it has to be made. */
const isPlainValue = (value: unknown): boolean =>
  typeof value === "boolean" || typeof value === "bigint" || value === undefined || value === null;

export function readMap(map: Map<unknown, unknown>, from: Decoding): void {
  for (let count = from.reader.varint(); count > 0; count--) map.set(from.value(), from.value());
}

export function writeSet(set: Set<unknown>, to: Encoding): void {
  const members: unknown[] = [];
  forEachOfSet.call(set, (member) => members.push(member));
  to.writer.varint(members.length);
  for (let index = 0; index < members.length; index++) to.child(members[index], index);
}

export function readSet(set: Set<unknown>, from: Decoding): void {
  for (let count = from.reader.varint(); count > 0; count--) set.add(from.value());
}

export const MAPS: Kind = {
  test: types.isMap,
  write(map: Map<unknown, unknown>, to) {
    to.writer.tag(MAP);
    writeMap(map, to);
  },
};

export const SETS: Kind = {
  test: types.isSet,
  write(set: Set<unknown>, to) {
    to.writer.tag(SET);
    writeSet(set, to);
  },
};

const DATES: Kind = {
  test: types.isDate,
  write(date: Date, { writer }) {
    writer.tag(DATE);
    writer.float64(getTime.call(date));
  },
};

/** Without `lastIndex`, as structuredClone has it. */
const REGEXPS: Kind = {
  test: types.isRegExp,
  write(pattern: RegExp, { writer }) {
    writer.tag(REGEXP);
    writer.string(source.call(pattern));
    writer.string(flags.call(pattern));
  },
};

const BOXES: Kind = {
  test: types.isBoxedPrimitive,
  write(box: object, to) {
    if (types.isSymbolObject(box)) to.refuse(OBSTACLES.symbol);
    to.writer.tag(BOXED);
    if (types.isNumberObject(box)) to.child(Number.prototype.valueOf.call(box), "");
    else if (types.isStringObject(box)) to.child(String.prototype.valueOf.call(box), "");
    else if (types.isBooleanObject(box)) to.child(Boolean.prototype.valueOf.call(box), "");
    else to.child(BigInt.prototype.valueOf.call(box as unknown as bigint), "");
  },
};

const URLS: Kind = {
  test: (value) => value instanceof URL,
  write(url: URL, { writer }) {
    writer.tag(URL_TEXT);
    writer.string(url.href);
  },
};

const URL_QUERIES: Kind = {
  test: (value) => value instanceof URLSearchParams,
  write(query: URLSearchParams, { writer }) {
    writer.tag(URL_QUERY);
    writer.string(query.toString());
  },
};

export const BUILTINS: readonly Kind[] = [MAPS, SETS, DATES, REGEXPS, BOXES, URLS, URL_QUERIES];

function readBoxed(from: Decoding): object {
  const value = from.value();
  const isPrimitive =
    typeof value === "number" || typeof value === "string" || typeof value === "boolean" || typeof value === "bigint";
  if (!isPrimitive) malformed("a box has no primitive in it");
  return from.enrol(Object(value));
}

export const READ_BUILTINS: readonly (readonly [tag: number, read: ReadKind])[] = [
  [DATE, (from) => from.enrol(new Date(from.reader.float64()))],
  [REGEXP, (from) => from.enrol(new RegExp(from.reader.string(), from.reader.string()))],
  [BOXED, readBoxed],
  [URL_TEXT, (from) => from.enrol(new URL(from.reader.string()))],
  [URL_QUERY, (from) => from.enrol(new URLSearchParams(from.reader.string()))],
];
