/**
 * The V8 inspector, asked from inside the process: the only way to see what a closure has captured. In-process calls
 * are answered synchronously. Never `Runtime.enable`: it reports every console call from then on.
 */

import type { Session } from "node:inspector";
import { runInThisContext } from "node:vm";

/** A value as the protocol names it. */
export interface RemoteObject {
  readonly value?: unknown;
  readonly objectId?: string;
}

/** A script that V8 has told of. */
export interface SeenScript {
  readonly url: string;
  /** Characters of its source; undefined where the profiler no longer knows its top level. */
  readonly length: number | undefined;
}

/** A script as V8 reports it. */
export interface ParsedScript extends SeenScript {
  readonly scriptId: string;
  readonly isModule: boolean;
  readonly startLine: number;
  readonly startColumn: number;
}

interface CoveredScript {
  readonly scriptId: string;
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number }[];
  }[];
}

const BOX = Symbol.for("manycore.inspected");
/** The way to the box for code that the inspector runs. */
export const REACH_BOX = `globalThis[Symbol.for("${BOX.description}")]`;

/** All that is handed out is in one group, and released together: what the inspector names, it keeps alive. */
const GROUP = "manycore";
/** A loop that ships closures without a pause holds the names of at most so many. */
const MOST_UNRELEASED = 500;

/** What is exchanged with the inspector; it lies on the main context's globalThis. */
interface Box {
  held: unknown;
  /** Keeps a list that the inspector made: a call of a function that is there costs less than one given as text. */
  keep(list: ArrayLike<unknown>): void;
}

function newBox(): Box {
  const box: Box = {
    held: undefined,
    keep: (list) => {
      box.held = Array.from(list);
    },
  };
  return box;
}

export class Inspector {
  readonly box: Box;
  #unreleased = 0;
  readonly #session: Session;
  readonly #boxId: string;

  /** @throws where the runtime has no inspector, or the permission model withholds it */
  constructor() {
    // Not imported: a Node that was built without it would not load this library at all.
    const { Session } = process.getBuiltinModule("node:inspector");
    this.#session = new Session();
    this.#session.connect();
    // Evaluation happens in the main context; inside a vm context (as Jest makes) this file's globalThis is another.
    const global = runInThisContext("globalThis") as { [BOX]?: Box };
    if (global[BOX] === undefined) Object.defineProperty(global, BOX, { value: newBox() });
    this.box = global[BOX] as Box;
    const { result } = this.#post("Runtime.evaluate", { expression: REACH_BOX }) as { result: RemoteObject };
    if (result.objectId === undefined) throw new Error("The inspector does not see this context.");
    this.#boxId = result.objectId;
  }

  /** The protocol's name for a value. */
  name(value: unknown): RemoteObject {
    this.box.held = value;
    const parameters = { expression: `${REACH_BOX}.held`, objectGroup: GROUP, silent: true };
    return (this.#post("Runtime.evaluate", parameters) as { result: RemoteObject }).result;
  }

  /** Calls a function, given as text, on the box. */
  callOnBox(text: string, ...args: readonly (RemoteObject | undefined)[]): RemoteObject {
    return this.call({ objectId: this.#boxId }, text, ...args);
  }

  /** Calls a function, given as text, on a named object. */
  call({ objectId }: RemoteObject, text: string, ...args: readonly (RemoteObject | undefined)[]): RemoteObject {
    const { result, exceptionDetails } = this.#post("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: text,
      arguments: args.map(toArgument),
      objectGroup: GROUP,
      silent: true,
    }) as { result: RemoteObject; exceptionDetails?: object };
    if (exceptionDetails !== undefined) throw new Error("The inspector could not read the function.");
    return result;
  }

  /** V8's own properties of an object, such as `[[Scopes]]`. */
  internalProperties({ objectId }: RemoteObject): Map<string, RemoteObject | undefined> {
    const { internalProperties = [] } = this.#post("Runtime.getProperties", { objectId, ownProperties: true }) as {
      internalProperties?: readonly { readonly name: string; readonly value?: RemoteObject }[];
    };
    return new Map(internalProperties.map(({ name, value }) => [name, value]));
  }

  /**
   * Takes back every name given out: with the turn's microtasks, since a call for each of a thousand closures that are
   * submitted in one loop is dear, and nothing can be collected before the loop ends anyway.
   */
  release(): void {
    if (this.#unreleased++ === 0) queueMicrotask(() => this.#releaseNow());
    else if (this.#unreleased > MOST_UNRELEASED) this.#releaseNow();
  }

  #releaseNow(): void {
    if (this.#unreleased === 0) return;
    this.#unreleased = 0;
    this.box.held = undefined;
    this.#post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }

  /**
   * Every script that has run, by id, as the profiler has counted it anyway. It is never disabled: that would end the
   * coverage that others are taking.
   */
  runScripts(): (SeenScript & { readonly scriptId: string })[] {
    this.#post("Profiler.enable");
    const { result } = this.#post("Profiler.getBestEffortCoverage") as { result: readonly CoveredScript[] };
    return result.map(({ scriptId, url, functions }) => {
      const whole = functions.map(({ ranges }) => ranges[0]).find((range) => range?.startOffset === 0);
      return { scriptId, url, length: whole?.endOffset };
    });
  }

  /**
   * Every script there is, and the source of one. An enabled debugger makes `await` nine times slower, so it is switched
   * on and off in one synchronous stretch.
   */
  readScripts(wanted: string): { scripts: ParsedScript[]; source: string | undefined } {
    const scripts: ParsedScript[] = [];
    const collect = ({
      params: { scriptId, url, length, isModule, startLine, startColumn },
    }: {
      params: ParsedScript;
    }) => {
      scripts.push({ scriptId, url, length, isModule: isModule === true, startLine, startColumn });
    };
    this.#session.on("Debugger.scriptParsed", collect as never);
    try {
      this.#post("Debugger.enable");
      if (!scripts.some(({ scriptId }) => scriptId === wanted)) return { scripts, source: undefined };
      const { scriptSource } = this.#post("Debugger.getScriptSource", { scriptId: wanted }) as { scriptSource: string };
      return { scripts, source: scriptSource };
    } finally {
      this.#post("Debugger.disable");
      this.#session.removeListener("Debugger.scriptParsed", collect);
    }
  }

  #post(method: string, parameters?: object): unknown {
    listener?.(method);
    let failure: Error | null = null;
    let answer: unknown;
    this.#session.post(method, parameters, (error, result) => {
      failure = error;
      answer = result;
    });
    if (failure !== null) throw new Error(`${method}: ${(failure as Error).message}`);
    return answer;
  }
}

function toArgument(remote: RemoteObject | undefined): object {
  if (remote?.objectId !== undefined) return { objectId: remote.objectId };
  if (remote !== undefined && "unserializableValue" in remote)
    return { unserializableValue: remote.unserializableValue };
  return { value: remote?.value };
}

let listener: ((method: string) => void) | undefined;

/** Tells `heard` of every protocol call from now on; undefined ends it. */
export function onProtocolCall(heard: ((method: string) => void) | undefined): void {
  listener = heard;
}

let inspector: Inspector | undefined | "none";

/** The thread's inspector; undefined where there is none to be had. */
export function theInspector(): Inspector | undefined {
  if (inspector === undefined) {
    try {
      inspector = new Inspector();
    } catch {
      inspector = "none";
    }
  }
  return inspector === "none" ? undefined : inspector;
}
