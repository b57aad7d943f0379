/** The platform's objects: those that the room clones itself ride beside the bytes, the others are refused with a reason. */

import { types } from "node:util";
import { isDetached, viewKind } from "./buffers.ts";
import type { Decoding, Encoding, Kind, ReadKind } from "./codec.ts";
import { ARRAY_BUFFER, ATTACHMENT, VIEW } from "./tags.ts";
import { classNames, OBSTACLES } from "./thread-objects.ts";

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
export const MOVABLE: readonly (readonly [name: string, fix: string, test: (value: object) => boolean])[] = [
  ["MessagePort", given("port"), (value) => value instanceof MessagePort],
  [
    "FileHandle",
    "Pass its path, and open it in the task",
    (value) => typeof (value as { fd?: unknown }).fd === "number",
  ],
  ["ReadableStream", given("stream"), (value) => value instanceof ReadableStream],
  ["WritableStream", given("stream"), (value) => value instanceof WritableStream],
  ["TransformStream", given("stream"), (value) => value instanceof TransformStream],
];

function given(what: string): string {
  return `Give it away as an argument: pool.with({ transfer: [${what}] }).submit(f, ${what})`;
}

const BUFFERS: Kind = {
  test: types.isAnyArrayBuffer,
  write(buffer: ArrayBufferLike, to) {
    if (isDetached(buffer)) to.refuse(OBSTACLES.moved);
    const slot = to.buffer(buffer);
    to.writer.tag(ARRAY_BUFFER);
    to.writer.varint(slot);
  },
};

const VIEWS: Kind = {
  test: ArrayBuffer.isView,
  write(view: ArrayBufferView, to) {
    if (isDetached(view.buffer)) to.refuse(OBSTACLES.movedView);
    const slot = to.view(view);
    to.writer.tag(VIEW);
    to.writer.tag(viewKind(view));
    to.writer.varint(slot);
  },
};

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
  if (to.context.bytesOnly === true) return refuseSevered(value, names, to);
  if (to.transfer?.has(value) === true || isCloned(value, names)) {
    to.writer.tag(ATTACHMENT);
    to.writer.varint(to.attach(value));
    return true;
  }
  const movable = MOVABLE.find(([name, , test]) => names.has(name) && test(value));
  if (movable === undefined) return false;
  const [name, given] = movable;
  const fix = to.context.returning === true ? "Return move(value, [what changes owner])" : given;
  return to.refuse({ what: `a ${name}, which can only change owner`, fix });
}

/** To another process no object of the platform goes. False: it is none. */
function refuseSevered(value: object, names: ReadonlySet<string>, to: Encoding): boolean {
  const movable = MOVABLE.find(([name, , test]) => names.has(name) && test(value))?.[0];
  const name = movable ?? CLONEABLE.find((each) => names.has(each) && isCloned(value, names));
  return name === undefined ? false : to.refuse(OBSTACLES.severed(name));
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
