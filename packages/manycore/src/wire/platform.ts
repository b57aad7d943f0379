/** The platform's objects: those that the room clones itself ride beside the bytes, the others are refused with a reason. */

import { types } from "node:util";
import { isDetached, viewKind } from "./buffers.ts";
import type { Decoding, Encoding, Kind, ReadKind } from "./codec.ts";
import { isMoved } from "./move.ts";
import { ARRAY_BUFFER, ATTACHMENT, VIEW } from "./tags.ts";

/** Classes whose instances `postMessage` clones, as far as Node has them; the clone itself is the proof. */
const CLONEABLE = [
  "Blob",
  "BlockList",
  "CryptoKey",
  "File",
  "Histogram",
  "IntervalHistogram",
  "KeyObject",
  "Memory",
  "Module",
  "PrivateKeyObject",
  "PublicKeyObject",
  "RecordableHistogram",
  "SecretKeyObject",
  "SocketAddress",
  "X509Certificate",
];

/** Those that can only be moved. The names come first: asking for the class would load it. */
const MOVABLE: readonly (readonly [name: string, test: (value: object) => boolean])[] = [
  ["MessagePort", (value) => value instanceof MessagePort],
  ["FileHandle", (value) => typeof (value as { fd?: unknown }).fd === "number"],
  ["ReadableStream", (value) => value instanceof ReadableStream],
  ["WritableStream", (value) => value instanceof WritableStream],
  ["TransformStream", (value) => value instanceof TransformStream],
];

const OBJECTS_OF_THE_THREAD: readonly (readonly [test: (value: object) => boolean, what: string])[] = [
  [types.isPromise, "a Promise: await it first"],
  [types.isWeakMap, "a WeakMap, whose entries cannot be listed: use a Map"],
  [types.isWeakSet, "a WeakSet, whose members cannot be listed: use a Set"],
  [(value) => value instanceof WeakRef, "a WeakRef: pass what deref() gives"],
  [types.isGeneratorObject, "a generator, which cannot leave its thread: collect its values in an array"],
  [types.isMapIterator, "an iterator of a Map: collect its values in an array"],
  [types.isSetIterator, "an iterator of a Set: collect its values in an array"],
  [types.isModuleNamespaceObject, "a module: import it in the task"],
  [types.isExternal, "native memory, which cannot leave its thread"],
  [
    (value) => value instanceof AbortSignal,
    "an AbortSignal: pass it with pool.with({ signal }) and read currentTask().signal",
  ],
  [(value) => value instanceof AbortController, "an AbortController: pass its signal with pool.with({ signal })"],
  [
    isMoved,
    "a move(), which is for the whole value that a task returns: arguments are moved with pool.with({ transfer })",
  ],
  [
    isStream,
    "a stream or a socket, which cannot leave its thread: pass its data, or a path or address to open in the task",
  ],
  [isOfNode, "a server, process or worker, which cannot leave its thread"],
  [isTimer, "a timer, which cannot leave its thread"],
];

/** Classes of Node's with nothing to tell them by; the names come first: asking for the class would load its module. */
const NODE_CLASSES: readonly (readonly [name: string, module: "net" | "child_process" | "worker_threads"])[] = [
  ["Server", "net"],
  ["ChildProcess", "child_process"],
  ["Worker", "worker_threads"],
];

function isOfNode(value: object): boolean {
  const names = classNames(value);
  return NODE_CLASSES.some(([name, module]) => {
    if (!names.has(name)) return false;
    const found = (process.getBuiltinModule(module) as unknown as Record<string, unknown>)[name];
    return typeof found === "function" && value instanceof found;
  });
}

function isStream(value: object): boolean {
  const { pipe, on, _handle } = value as Record<string, unknown>;
  return (typeof pipe === "function" && typeof on === "function") || isNative(_handle);
}

function isTimer(value: object): boolean {
  return typeof (value as Record<string, unknown>).hasRef === "function" && "_idlePrev" in value;
}

/** Such as the TCP handle of a server or a socket. */
function isNative(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { constructor: cls } = value as { constructor?: unknown };
  return cls !== Object && cls !== Array && isNativeClass(cls);
}

/** Classes written in C++, or by V8 itself. */
export function isNativeClass(cls: unknown): boolean {
  return typeof cls === "function" && /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(cls));
}

/** The well-known key under which a class says what its instances are, when they can go nowhere. */
const CANNOT_SHIP = Symbol.for("manycore.cannotShip");

/** Why this object stays where it is; undefined if nothing is known against it. */
export function obstacle(value: object): string | undefined {
  const phrase = (value as Record<symbol, unknown>)[CANNOT_SHIP];
  if (typeof phrase === "string") return `${phrase}, which cannot leave its thread`;
  return OBJECTS_OF_THE_THREAD.find(([test]) => test(value))?.[1];
}

const BUFFERS: Kind = {
  test: types.isAnyArrayBuffer,
  write(buffer: ArrayBufferLike, to) {
    if (isDetached(buffer)) to.refuse("an ArrayBuffer that has been moved elsewhere");
    const slot = to.buffer(buffer);
    to.writer.tag(ARRAY_BUFFER);
    to.writer.varint(slot);
  },
};

const VIEWS: Kind = {
  test: ArrayBuffer.isView,
  write(view: ArrayBufferView, to) {
    if (isDetached(view.buffer)) to.refuse("a view on an ArrayBuffer that has been moved elsewhere");
    const slot = to.view(view);
    to.writer.tag(VIEW);
    to.writer.tag(viewKind(view));
    to.writer.varint(slot);
  },
};

/** Names of the classes of this object, its own first. */
function classNames(value: object): Set<string> {
  const names = new Set<string>();
  for (let prototype = Object.getPrototypeOf(value); prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    const cls: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
    if (typeof cls === "function") names.add(cls.name);
  }
  return names;
}

/** Can the platform clone this object? Anybody may name a class `Blob`, so it is tried: a copy by fields is no clone. */
function isCloned(value: object, names: ReadonlySet<string>): boolean {
  if (!CLONEABLE.some((name) => names.has(name))) return false;
  try {
    return Object.getPrototypeOf(structuredClone(value)) !== Object.prototype;
  } catch {
    return false;
  }
}

/** Try this object as one of the platform's: true when it has been written, or is refused. */
export function writePlatformObject(value: object, to: Encoding): boolean {
  const names = classNames(value);
  if (to.transfer?.has(value) === true || isCloned(value, names)) {
    to.writer.tag(ATTACHMENT);
    to.writer.varint(to.attach(value));
    return true;
  }
  const movable = MOVABLE.find(([name, test]) => names.has(name) && test(value));
  if (movable === undefined) return false;
  return to.refuse(
    `a ${movable[0]}, which can only change owner: list it in pool.with({ transfer }), or in move() for a result`,
  );
}

export const MEMORY: readonly Kind[] = [VIEWS, BUFFERS];

function readView(from: Decoding): ArrayBufferView {
  const kind = from.reader.tag();
  return from.enrol(from.view(from.reader.varint(), kind));
}

function readAttachment(from: Decoding): unknown {
  const value = from.attachment(from.reader.varint());
  return typeof value === "object" && value !== null ? from.enrol(value) : value;
}

export const READ_PLATFORM: readonly (readonly [tag: number, read: ReadKind])[] = [
  [ARRAY_BUFFER, (from) => from.enrol(from.buffer(from.reader.varint()))],
  [VIEW, readView],
  [ATTACHMENT, readAttachment],
];
