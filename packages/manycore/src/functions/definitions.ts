/**
 * A definition is anything that is sent to a lane once and then named by number: a function, a class, a captured
 * variable, a `share`d value, a `perWorker` handle. Types only.
 *
 * `id` says which thing, `version` which state of it. Ids are host-global and only ever grow. A lane remembers, for
 * every id, the definition object it was last sent, and a call is preceded by those of its `needs` that differ: so a
 * call can go to any lane at any time, and what has not changed is never sent twice.
 */

import type { Payload } from "../wire/payload.ts";

export interface Definition {
  readonly id: number;
  readonly version: number;
  /** Plain data: this, and nothing else, crosses the wall. */
  readonly body: DefinitionBody;
  /** The host's own object, for rooms that run in the host itself and for replies that name it. Never crosses. */
  readonly original: unknown;
}

export type DefinitionBody =
  /** A function or class that a module exports; `commonjs` ones are required, the others imported. `path` walks from the namespace. */
  | { readonly kind: "module"; readonly url: string; readonly path: readonly string[]; readonly commonjs: boolean }
  /** A built-in, by its path from globalThis: `["Math", "sqrt"]`. */
  | { readonly kind: "global"; readonly path: readonly string[] }
  /** A function or class by its source text and captured variables. */
  | {
      readonly kind: "code";
      readonly code: CodeBody;
      readonly bindings: readonly Binding[];
      /** The data definition of what was hung on the function (own-properties.ts). */
      readonly properties: number | undefined;
    }
  /** `f.bind(self, ...args)`: `payload` decodes to `[self, ...args]`. */
  | { readonly kind: "bound"; readonly target: number; readonly payload: Payload }
  /** `partial(f, ...args)`: `payload` decodes to `[args, holes]`, the holes being the indices of placeholders. */
  | { readonly kind: "partial"; readonly target: number; readonly payload: Payload }
  /** `capture(values, f)`: `target` with an object of these values before its other arguments. */
  | { readonly kind: "capture"; readonly target: number; readonly bindings: readonly Binding[] }
  /** A captured variable's value: decoded once per worker and version. */
  | { readonly kind: "data"; readonly payload: Payload }
  /** A `share`d value: decoded once per worker, when its `.value` is first read. */
  | { readonly kind: "share"; readonly payload: Payload }
  /** A `perWorker` handle: the factory runs at the first `.get()` in each worker. */
  | { readonly kind: "perWorker"; readonly factory: number; readonly dispose: number | undefined }
  /** A class registered with `registerClass`/`registerError`: `target` is the class itself, `key` its registered name. */
  | {
      readonly kind: "class";
      readonly key: string;
      readonly target: number;
      readonly encode: number | undefined;
      readonly decode: number | undefined;
    };

/** Source text that compiles once per worker, however many closures are made of it. */
export interface CodeBody {
  /** Host-global number of this text at this place; workers cache the compiled factory under it. */
  readonly codeId: number;
  /** A JavaScript expression that evaluates to the function or class (or, with `wrap`, to an object that holds it). */
  readonly source: string;
  /** What `source` needs around it: a method or accessor only parses inside an object literal. */
  readonly wrap: "none" | "method" | "getter" | "setter";
  /** The user's file (a file: URL or path as V8 reports it) and the zero-based position of the source's first character. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
  readonly strict: boolean;
  /** The source contains `import(`: it must be compiled with the main loader. */
  readonly importsDynamically: boolean;
  /** The function's `name` on the host. */
  readonly name: string;
}

/** One captured variable of a code definition. */
export type Binding = {
  readonly name: string;
} /** A function, class, handle, or captured data. `eager`: needed while the source itself is evaluated, as in `class A extends B`. */ & (
  | { readonly from: "definition"; readonly id: number; readonly eager: boolean }
  /** A data definition that all functions of its script read and write as one variable, since some task assigns to it. */
  | { readonly from: "cell"; readonly id: number }
  /** A primitive that is never assigned after its initialiser. */
  | { readonly from: "value"; readonly value: Primitive }
  /** `Symbol.for(key)`, or the well-known `Symbol[key]`. */
  | { readonly from: "symbol"; readonly key: string; readonly isWellKnown: boolean }
  /** `imported` undefined: the namespace. */
  | {
      readonly from: "import";
      readonly url: string;
      readonly specifier: string;
      readonly imported: string | undefined;
      readonly attributes: Readonly<Record<string, string>> | undefined;
    }
  /** A required module's exports, or a member of them. `interop`: what compilers put around `require` for an `import`. */
  | {
      readonly from: "require";
      readonly url: string;
      readonly specifier: string;
      readonly path: readonly string[];
      readonly interop: "none" | "default" | "star";
    }
  /** Made anew for the defining module's URL. */
  | { readonly from: "node"; readonly what: "require" | "import.meta" | "import"; readonly url: string }
);

export type Primitive = undefined | null | boolean | number | string | bigint;

/** A function ready to be called in any room. `needs` holds `definition` itself too. */
export interface Shipped {
  readonly definition: Definition;
  readonly needs: readonly Definition[];
}
