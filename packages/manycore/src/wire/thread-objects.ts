/** Objects that stay in their thread: what each is, and what to do instead. docs/shipping.md lists them. */

import { types } from "node:util";
import { isMoved } from "./move.ts";

/** Why an object cannot be sent: `args[0] is <what>. <fix>.` */
export interface Obstacle {
  readonly what: string;
  /** Undefined where nothing better is known than to make another one over there. */
  readonly fix: string | undefined;
}

interface ThreadObject {
  readonly what: string;
  /** With the path to the object, so that it can be pasted. */
  readonly fix: (path: string) => string;
  readonly test: (value: object) => boolean;
}

/** Values that are told by other means than by looking at the object alone. */
export const OBSTACLES = {
  symbol: { what: "a symbol, which is unique to its own thread", fix: "Use a string" },
  moved: {
    what: "an ArrayBuffer that has been moved elsewhere",
    fix: "Move a copy, buffer.slice(), and keep the buffer",
  },
  movedView: {
    what: "a view on an ArrayBuffer that has been moved elsewhere",
    fix: "Move a copy, buffer.slice(), and keep the buffer",
  },
  shared: {
    what: "memory shared between threads, a SharedArrayBuffer, which another process cannot see",
    fix: "Pass a copy, or run the task on a ThreadPoolExecutor",
  },
  severed: (name: string): Obstacle => ({
    what: `${article(name)} ${name}, which cannot leave its process`,
    fix: "Make it in the task, or run the task on a ThreadPoolExecutor",
  }),
  native: (name: string): Obstacle => ({
    what: `${name === "" ? "an object of a native class" : `${article(name)} ${name}`}, which belongs to this thread`,
    fix: undefined,
  }),
  secret: (name: string): Obstacle => ({
    what: `an instance of ${name || "an anonymous class"}, whose private fields only its own code can read`,
    fix: registered(name),
  }),
  hidden: (name: string, field: string): Obstacle => ({
    what: `an instance of ${name || "an anonymous class"}, which hides its field \`${field}\``,
    fix: registered(name),
  }),
} as const;

const article = (name: string): string => (/^[AEIOU]/i.test(name) ? "an" : "a");

function registered(name: string): string {
  return `Say how to take it apart and put it together: registerClass(${name || "Class"}, { encode, decode })`;
}

/** The first that fits is told. */
export const THREAD_OBJECTS: readonly ThreadObject[] = [
  {
    what: "a Promise",
    fix: (path) => `Await it first: const value = await ${path}`,
    test: types.isPromise,
  },
  {
    what: "a WeakMap, whose entries cannot be listed",
    fix: () => "Use a Map",
    test: types.isWeakMap,
  },
  {
    what: "a WeakSet, whose members cannot be listed",
    fix: () => "Use a Set",
    test: types.isWeakSet,
  },
  {
    what: "a WeakRef",
    fix: (path) => `Use what it refers to: const target = ${path}.deref()`,
    test: (value) => value instanceof WeakRef,
  },
  {
    what: "an asynchronous generator, which cannot leave its thread",
    fix: (path) => `Collect its values first: for await (const each of ${path}) values.push(each)`,
    test: (value) => types.isGeneratorObject(value) && Symbol.asyncIterator in value,
  },
  {
    what: "a generator, which cannot leave its thread",
    fix: collected,
    test: types.isGeneratorObject,
  },
  {
    what: "an iterator, which cannot leave its thread",
    fix: collected,
    test: isIterator,
  },
  {
    what: "a module",
    fix: () => 'Import it in the task: await import("...")',
    test: types.isModuleNamespaceObject,
  },
  {
    what: "native memory, which cannot leave its thread",
    fix: () => "Keep it here, and pass the data that the task needs of it",
    test: types.isExternal,
  },
  {
    what: "an AbortSignal",
    fix: (path) => `Give it to the call, pool.with({ signal: ${path} }), and read currentTask().signal in the task`,
    test: (value) => value instanceof AbortSignal,
  },
  {
    what: "an AbortController",
    fix: (path) =>
      `Give its signal to the call, pool.with({ signal: ${path}.signal }), and read currentTask().signal in the task`,
    test: (value) => value instanceof AbortController,
  },
  {
    what: "a move(), which is for the whole value that a task returns",
    fix: () => "Move arguments with pool.with({ transfer: [buffer] })",
    test: isMoved,
  },
  {
    what: "a child process, which cannot leave its thread",
    fix: (path) => `Keep it here, and pass what the task needs of it: const { pid } = ${path}`,
    test: (value) => isNodeClass(value, "ChildProcess", "child_process"),
  },
  {
    what: "a Worker, which cannot leave its thread",
    fix: () => "Return what it is to have, and post that here",
    test: (value) => isNodeClass(value, "Worker", "worker_threads"),
  },
  {
    what: "a server, which cannot leave its thread",
    fix: (path) => `Keep it here, and pass what the task needs of it: const { port } = ${path}.address()`,
    test: (value) => isNodeClass(value, "Server", "net"),
  },
  {
    what: "a socket, which cannot leave its thread",
    fix: () => "Open one in each worker: const own = perWorker(() => connect(port, host)), and own.get() in the task",
    test: (value) => isNodeClass(value, "Socket", "net") || isNodeClass(value, "Socket", "dgram"),
  },
  {
    what: "a stream, which cannot leave its thread",
    fix: () => "Pass its data, or a path that the task opens",
    test: isStream,
  },
  {
    what: "a timer, which cannot leave its thread",
    fix: () => "Start it in the task, or clear it here when the future is done",
    test: isTimer,
  },
];

function collected(path: string): string {
  return `Collect its values first: const values = [...${path}]`;
}

/** Those of Node's and of the language; the older ones say so by their tag alone. */
function isIterator(value: object): boolean {
  return / Iterator(?: Helper)?\]$/.test(Object.prototype.toString.call(value)) && "next" in value;
}

/** The names come first: asking for the class would load its module. */
function isNodeClass(
  value: object,
  name: string,
  module: "net" | "dgram" | "child_process" | "worker_threads",
): boolean {
  if (!classNames(value).has(name)) return false;
  const found = (process.getBuiltinModule(module) as unknown as Record<string, unknown>)[name];
  return typeof found === "function" && value instanceof found;
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

/** Names of the classes of this object, its own first. */
export function classNames(value: object): Set<string> {
  const names = new Set<string>();
  for (let prototype = Object.getPrototypeOf(value); prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    const cls: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
    if (typeof cls === "function") names.add(cls.name);
  }
  return names;
}

/** The well-known key under which a class says what its instances are, when they can go nowhere, and what to do. */
const CANNOT_SHIP = Symbol.for("manycore.cannotShip");

/** Why this object stays where it is; undefined if nothing is known against it. */
export function obstacle(value: object, path: () => string): Obstacle | undefined {
  const word = (value as Record<symbol, unknown>)[CANNOT_SHIP] as Omit<ThreadObject, "test"> | undefined;
  if (word !== undefined) return { what: `${word.what}, which cannot leave its thread`, fix: word.fix(path()) };
  const found = THREAD_OBJECTS.find(({ test }) => test(value));
  return found && { what: found.what, fix: found.fix(path()) };
}
