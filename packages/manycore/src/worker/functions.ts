/**
 * A worker's table of definitions: bodies as they were sent, and what was made of them.
 *
 *   define(id, body)  records it; a new body for an id marks what was made of it, and of all that uses it, as stale
 *   prepare(ids)      loads the modules that these and everything they reach import
 *   get(id)           makes the value, or brings it up to date, synchronously
 *
 * Making goes in circles where functions do. A function exists as soon as its text is evaluated, before its captured
 * variables are filled in, so a circle closes on a function that is there already. What is not there yet (a class whose
 * heritage is being made, data being decoded) is filled in when it is.
 */

import type { Binding, CodeBody, DefinitionBody } from "../functions/definitions.ts";
import { adorn, type OwnProperties } from "../functions/own-properties.ts";
import { fill } from "../functions/partial-call.ts";
import { adoptClass } from "../wire/classes.ts";
import { decode } from "../wire/decode.ts";
import type { Payload } from "../wire/payload.ts";
import { Capturing } from "./capturing.ts";
import { type Cell, instantiate, type SetVariable } from "./compile.ts";
import { importOf, importsOf, isRebindable, usesOf } from "./edges.ts";
import { WorkerOwn, WorkerShared } from "./handles.ts";
import { at, exportedValue, importedValue, load, nodeObject, requiredValue } from "./modules.ts";

type Callable = (...args: unknown[]) => unknown;

const NOT_YET = Symbol("not made yet");

interface Entry {
  readonly id: number;
  body: DefinitionBody;
  /** `made` may be stale: something it uses, or its own body, has changed since. */
  state: "new" | "making" | "made";
  stale: boolean;
  /** The body is another than `value` was made of. */
  replaced: boolean;
  value: unknown;
  /** What the definitions it uses were when it was made, in the order of `uses`. */
  used: unknown[];
  code: { readonly of: CodeBody; readonly bindings: readonly Binding[]; readonly set: SetVariable } | undefined;
  capture: Capturing | undefined;
  /** The variable that code finds in a scope of its own, where tasks assign to it. */
  readonly cell: Cell;
  /** How often the value has been made, and which of these the cell was filled with. */
  revision: number;
  cellRevision: number;
  /** Those that need the value as soon as it is there. */
  readonly waiting: ((value: unknown) => void)[];
}

export class FunctionTable {
  readonly #entries = new Map<number, Entry>();
  /** Definitions whose modules, and those of all they reach, are loaded. */
  readonly #ready = new Set<number>();
  readonly #users = new Map<number, Set<number>>();
  readonly #ids = new WeakMap<object, number>();

  /** Record a definition; a new body replaces the old one in everything that uses it. */
  define(id: number, body: DefinitionBody): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#entries.set(id, newEntry(id, body));
      return;
    }
    entry.body = body;
    entry.replaced = true;
    this.#markStale(id);
  }

  /** Is all there that this definition needs? */
  isReady(id: number): boolean {
    return this.#ready.has(id);
  }

  /**
   * Loads what these definitions, and all they reach, import. Undefined when there is nothing to wait for.
   * Rejects with what a module threw when it was loaded.
   */

  prepare(ids: readonly number[]): undefined | Promise<void> {
    let isReady = true;
    for (const id of ids) isReady &&= this.#ready.has(id);
    if (isReady) return undefined;
    const unready = new Set(ids);
    const loading = this.#load(unready);
    if (loading.length > 0) return Promise.all(loading).then(() => this.prepare(ids));
    for (const id of unready) this.#ready.add(id);
    for (const id of unready) if (this.#entry(id).body.kind === "class") this.#adopt(id);
    return undefined;
  }

  /** A registered class must be there before a task returns an instance that nothing it was sent mentions. */
  #adopt(id: number): void {
    try {
      this.#make(id);
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error)); // the call at hand may not need it
    }
  }

  /** The function, class, handle or data. `prepare` must have been asked for it, directly or by what uses it. */
  get(id: number): unknown {
    const value = this.#make(id);
    if (value === NOT_YET) throw new Error(`Definition ${id} is needed for its own making.`);
    return value;
  }

  /** The definition that this value was made of, for replies that name it. */
  idOf(value: unknown): number | undefined {
    return (typeof value === "object" && value !== null) || typeof value === "function"
      ? this.#ids.get(value)
      : undefined;
  }

  /** Nobody on the host can name these any more. */
  forget(ids: readonly number[]): void {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      for (const used of usesOf(entry.body)) this.#users.get(used)?.delete(id);
      this.#users.delete(id);
      this.#ready.delete(id);
      this.#entries.delete(id);
    }
  }

  /** Disposes of everything that tasks made per worker, the latest first. What a disposer throws becomes a warning. */
  async disposeAll(): Promise<void> {
    const owned = [...this.#entries.values()].map(({ value }) => value).filter((value) => value instanceof WorkerOwn);
    for (const own of owned.reverse()) {
      try {
        await own.dispose();
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  /** Starts the imports of everything within reach, and adds that to `reached`. */
  #load(reached: Set<number>): Promise<void>[] {
    const loading: Promise<void>[] = [];
    for (const id of reached) {
      const { body } = this.#entry(id);
      for (const request of importsOf(body)) {
        const started = load(request);
        if (started !== undefined) loading.push(started);
      }
      for (const used of usesOf(body)) {
        const users = this.#users.get(used);
        if (users === undefined) this.#users.set(used, new Set([id]));
        else users.add(id);
        if (!this.#ready.has(used)) reached.add(used);
      }
    }
    return loading;
  }

  #markStale(id: number): void {
    const marked = new Set([id]);
    for (const each of marked) {
      this.#ready.delete(each);
      const entry = this.#entries.get(each);
      if (entry?.state === "made") entry.stale = true;
      for (const user of this.#users.get(each) ?? []) marked.add(user);
    }
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error(`Definition ${id} is not known in this worker.`);
    return entry;
  }

  /** The value, up to date; `NOT_YET` inside a circle. */
  #make(id: number): unknown {
    const entry = this.#entry(id);
    if (entry.state === "making" || (entry.state === "made" && !entry.stale)) return entry.value;
    const before = entry.state;
    entry.state = "making";
    entry.stale = false;
    try {
      this.#renew(entry);
      entry.state = "made";
    } catch (error) {
      entry.state = before;
      entry.stale = before === "made";
      throw error;
    }
    return entry.value;
  }

  #renew(entry: Entry): void {
    const { body } = entry;
    if (body.kind === "code") {
      this.#renewCode(entry, body);
      return;
    }
    if (body.kind === "capture") {
      this.#renewCapture(entry, body);
      return;
    }
    const mentioned = [...usesOf(body)].map((id) => this.#make(id));
    const isSame =
      entry.value !== NOT_YET && !entry.replaced && mentioned.every((value, index) => value === entry.used[index]);
    // A shared value and a worker's own are the same for ever: what they use keeps itself up to date.
    if (isSame || (entry.value !== NOT_YET && (body.kind === "share" || body.kind === "perWorker"))) return;
    entry.used = mentioned;
    this.#settle(entry, this.#valueOf(body));
  }

  /** The value of anything that must be there as a whole before it can be used. */
  #valueOf(body: Exclude<DefinitionBody, { kind: "code" | "capture" }>): unknown {
    switch (body.kind) {
      case "module":
        return exportedValue(
          body.commonjs
            ? requiredValue({ url: body.url, specifier: body.url, path: [], interop: "none" })
            : importedValue(importOf(body.url), undefined),
          body.path,
          body.url,
        );
      case "global":
        return at(globalThis, body.path);
      case "data":
        return this.#decode(body.payload);
      case "share":
        return new WorkerShared(() => this.#decode(body.payload));
      case "bound": {
        const [self, ...args] = this.#decode(body.payload) as unknown[];
        return (this.get(body.target) as Callable).bind(self, ...args);
      }
      case "partial": {
        const [args, holes] = this.#decode(body.payload) as [unknown[], number[]];
        const target = this.get(body.target) as Callable;
        return Object.defineProperty(fill(target, args, holes), "name", { value: target.name, configurable: true });
      }
      case "perWorker": {
        const dispose = body.dispose === undefined ? undefined : (this.get(body.dispose) as Callable);
        return new WorkerOwn(this.get(body.factory) as Callable, dispose);
      }
      case "class": {
        const [target, encoder, decoder] = [body.target, body.encode, body.decode].map((id) =>
          id === undefined ? undefined : this.get(id),
        );
        adoptClass(body.key, target as never, encoder as never, decoder as never);
        return target;
      }
      default:
        throw new Error(`Unknown definition ${JSON.stringify(body satisfies never)}`);
    }
  }

  #decode({ bytes, attachments }: Payload): unknown {
    return decode(bytes, attachments, { resolve: (id) => this.get(id) });
  }

  /** New code is evaluated; code that only captures something else than before keeps its identity. */
  #renewCode(entry: Entry, { code, bindings, properties }: Extract<DefinitionBody, { kind: "code" }>): void {
    const { code: before } = entry;
    const isKept = before !== undefined && before.of.codeId === code.codeId && isRebindable(before.bindings, bindings);
    if (!isKept) {
      const values = bindings.map((binding) => this.#initial(binding));
      const cells = bindings.flatMap((each) => (each.from === "cell" ? [this.#entry(each.id).cell] : []));
      const [value, set] = instantiate(code, bindings, values, cells);
      entry.used = [];
      entry.code = { of: code, bindings, set };
      this.#settle(entry, value);
    } else {
      entry.code = { ...before, bindings };
    }
    entry.replaced = false;
    const { set } = entry.code as NonNullable<Entry["code"]>;
    bindings.forEach((binding, index) => {
      if (binding.from === "definition") this.#bind(binding.id, (value) => this.#set(entry, set, index, value));
      else if (binding.from === "cell") this.#bindCell(binding.name, this.#entry(binding.id));
    });
    if (properties !== undefined) this.#bind(properties, (hung) => adorn(entry.value as object, hung as OwnProperties));
  }

  /** The body of a `capture` is made once; what it names may change, and may lead back here. */
  #renewCapture(entry: Entry, { target, bindings }: Extract<DefinitionBody, { kind: "capture" }>): void {
    if (entry.capture === undefined) {
      entry.capture = new Capturing();
      for (const binding of bindings) entry.capture.values[binding.name] = this.#initial(binding);
      this.#settle(entry, entry.capture.call);
    }
    const { capture } = entry;
    this.#bind(target, (value) => capture.aim(value as Callable));
    for (const { name, ...binding } of bindings) {
      if (binding.from !== "definition") continue;
      this.#bind(binding.id, (value) => {
        capture.values[name] = value;
      });
    }
  }

  #set(entry: Entry, set: SetVariable, index: number, value: unknown): void {
    if (entry.used[index] === value && index in entry.used) return;
    entry.used[index] = value;
    set(index, value);
  }

  /** Pass the value on, now or as soon as it is there. */
  #bind(id: number, pass: (value: unknown) => void): void {
    const value = this.#make(id);
    if (value === NOT_YET) this.#entry(id).waiting.push(pass);
    else pass(value);
  }

  /** The cell takes the host's value when that is new; until then it keeps what tasks have assigned. */
  #bindCell(name: string, entry: Entry): void {
    this.#bind(entry.id, (value) => {
      if (entry.cellRevision === entry.revision) return;
      entry.cellRevision = entry.revision;
      entry.cell[name] = value;
    });
  }

  /** What a captured variable holds when the code around it is evaluated; definitions that are not needed then come later. */
  #initial(binding: Binding): unknown {
    switch (binding.from) {
      case "value":
        return binding.value;
      case "symbol":
        return binding.isWellKnown
          ? (Symbol as unknown as Record<string, unknown>)[binding.key]
          : Symbol.for(binding.key);
      case "import":
        return importedValue(binding, binding.imported);
      case "require":
        return requiredValue(binding);
      case "node":
        return nodeObject(binding);
      case "cell":
        return undefined;
      case "definition": {
        const value = binding.eager ? this.#make(binding.id) : undefined;
        return value === NOT_YET ? undefined : value;
      }
      default:
        throw new Error(`Unknown binding ${JSON.stringify(binding satisfies never)}`);
    }
  }

  #settle(entry: Entry, value: unknown): void {
    entry.value = value;
    entry.revision++;
    entry.replaced = false;
    if ((typeof value === "object" && value !== null) || typeof value === "function") this.#ids.set(value, entry.id);
    for (const pass of entry.waiting.splice(0)) pass(value);
  }
}

function newEntry(id: number, body: DefinitionBody): Entry {
  return {
    id,
    body,
    state: "new",
    stale: false,
    replaced: false,
    value: NOT_YET,
    used: [],
    code: undefined,
    capture: undefined,
    cell: {},
    revision: 0,
    cellRevision: 0,
    waiting: [],
  };
}
